/** File in the home folder that holds the address at which the other extension takes calls. */
export const strangerAddress = 'stranger-address';

/** What the other extension is told to call; without a command it tells the names of what Nemo exports to it. */
export interface StrangerCall {
  readonly command?: string;
  /** A text that begins with `file:` becomes a URI. */
  readonly args: readonly unknown[];
}

/** How the call ended. */
export interface StrangerAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

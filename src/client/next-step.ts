/**
 * What a person can do next, as a value: errors, turns and cards carry these, the screen draws them as buttons and the
 * editor side carries them out. `argument` is the kind's own: see the table.
 */
export const nextStepKinds = [
  /** Do the same again; offered only where nothing is charged twice. */
  'retry',
  /** Pick files to upload. */
  'upload',
  /** Put `argument` into the composer and focus it. */
  'compose',
  /** Send `argument` as a message. */
  'send',
  /** Start the export. */
  'export',
  /** Show the tracks. */
  'showTracks',
  /** Show the credits. */
  'showCredits',
  /** Connect, or connect again. */
  'connect',
  /** Ask for an API token. */
  'signIn',
  /** Forget the token that was given and go on anonymously. */
  'signOut',
  /** Start a new session. */
  'newSession',
  /** Open the web address `argument` through the editor's trust prompt. */
  'openUrl',
  /** Open the project in the web app. */
  'openInBrowser',
  /** Open the settings at the key `argument`. */
  'openSettings',
  /** Open, or reveal, the file whose URI is `argument`. */
  'openFile',
  'revealFile',
  /** Play the finished render whose job is `argument`, in the side panel. */
  'preview',
  /** Copy `argument` to the clipboard. */
  'copy',
  /** Cancel the upload or the render whose id is `argument`. */
  'cancelTransfer',
  /** Show the extension's log. */
  'showLog',
] as const;

/** One of {@link nextStepKinds}. */
export type NextStepKind = (typeof nextStepKinds)[number];

/** A button: what it does, what it says and what it does it to. */
export interface NextStep {
  readonly kind: NextStepKind;
  /** Text of the button, in the user's language. */
  readonly label: string;
  readonly argument?: string;
}

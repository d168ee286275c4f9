import type * as vscode from 'vscode';

/**
 * The editor's secret storage, as far as the product uses it. `broken` is a machine without a keyring, `locked` one whose
 * keyring does not open; `stuck` is one that gives up nothing.
 */
export class Secrets implements vscode.SecretStorage {
  readonly values = new Map<string, string>();
  broken = false;
  locked = false;
  stuck = false;
  readonly #listeners = new Set<(event: { key: string }) => unknown>();
  readonly onDidChange = (listener: (event: { key: string }) => unknown) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  keys = () => Promise.resolve([...this.values.keys()]);
  get(key: string) {
    return this.broken || this.locked
      ? Promise.reject(new Error('No keyring.'))
      : Promise.resolve(this.values.get(key));
  }
  store(key: string, value: string) {
    if (this.broken) return Promise.reject(new Error('No keyring.'));
    this.values.set(key, value);
    this.#tell(key);
    return Promise.resolve();
  }
  delete(key: string) {
    if (this.stuck) return Promise.reject(new Error('No keyring.'));
    this.values.delete(key);
    this.#tell(key);
    return Promise.resolve();
  }
  /** As when the machine starts anew and had nothing but memory for secrets: nobody is told. */
  vanish() {
    this.values.clear();
  }
  #tell(key: string) {
    for (const listener of this.#listeners) listener({ key });
  }
}

/** The editor's memento on values of its own, or on ones that other windows have too. */
export function memento(values = new Map<string, unknown>()): vscode.Memento {
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.has(key) ? (values.get(key) as T) : fallback),
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  };
}

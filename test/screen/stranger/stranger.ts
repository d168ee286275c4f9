import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

import { eventually } from '../../setup/eventually.ts';
import { strangerAddress, type StrangerAnswer, type StrangerCall } from './stranger-calls.ts';

/** Another extension in the editor of a test, which calls Nemo's commands as any extension can. */
export class Stranger {
  readonly #addressFile: string;

  /** @param folder that of the editor's stage. */
  constructor(folder: string) {
    this.#addressFile = join(folder, 'home', strangerAddress);
  }

  /** Puts it among the extensions of an editor that is about to start. */
  static async install(extensions: string): Promise<void> {
    const folder = join(extensions, 'tests.stranger-1.0.0');
    await mkdir(folder);
    const manifest = {
      name: 'stranger',
      publisher: 'tests',
      version: '1.0.0',
      engines: { vscode: '^1.105.0' },
      main: './extension.cjs',
      activationEvents: ['onStartupFinished'],
      extensionKind: ['workspace'],
      capabilities: { untrustedWorkspaces: { supported: true } },
    };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await build({
      entryPoints: [join(import.meta.dirname, 'extension.ts')],
      outfile: join(folder, 'extension.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
    });
  }

  /** Resolves when it is there to be told something. */
  async untilReady(): Promise<void> {
    await eventually(() => this.#address().then(Boolean, () => false));
  }

  /** Calls a command; resolves with what it resolved with. @throws Error with the `code` that the command's error has. */
  async call<T>(command: string, ...args: unknown[]): Promise<T> {
    const { result, error } = await this.#ask({ command, args });
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return result as T;
  }

  /** What Nemo exports to other extensions. */
  async exportsOfNemo(): Promise<readonly string[]> {
    return (await this.#ask({ args: [] })).result as string[];
  }

  async #ask(call: StrangerCall): Promise<StrangerAnswer> {
    const response = await fetch(await this.#address(), { method: 'POST', body: JSON.stringify(call) });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as StrangerAnswer;
  }

  #address(): Promise<string> {
    return readFile(this.#addressFile, 'utf8');
  }
}

import { execFile } from 'node:child_process';

/** How npm ended. */
export interface NpmOutput {
  /** 0 where all went well. */
  readonly code: number;
  /** What it printed for programs. */
  readonly output: string;
  /** What it printed for people. */
  readonly messages: string;
}

/**
 * Runs the npm that runs this, or the one of the machine, in the folder `cwd`, with the Node that runs this.
 * @throws Error where there is no npm.
 */
export function npmOutput(args: readonly string[], cwd: string): Promise<NpmOutput> {
  const { npm_execpath: running } = process.env;
  const [program, first] = running === undefined ? ['npm', []] : [process.execPath, [running]];
  // What npm says of the project that it runs for must not reach another one.
  const foreign = /^npm_(package|lifecycle|config_local_prefix)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  // Only a shell finds npm.cmd.
  const shell = running === undefined && process.platform === 'win32';
  return new Promise((resolve, reject) => {
    execFile(program, [...first, ...args], { cwd, env, shell, maxBuffer: 2 ** 26 }, (error, output, messages) => {
      if (error === null) resolve({ code: 0, output, messages });
      else if (typeof error.code === 'number') resolve({ code: error.code, output, messages });
      else reject(new Error('npm cannot be run.', { cause: error }));
    });
  });
}

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { createInterface } from 'node:readline';

import { onExit } from './clean-exit.ts';

/** How a child process is started. */
export interface ProcessOptions {
  readonly cwd?: string;
  /** The whole environment; this process' own where absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gets everything that the process prints. */
  readonly logFile?: string;
  /** Hears every line that the process prints, on either channel. */
  readonly onLine?: (line: string) => void;
}

/** A child process that runs until it ends or is stopped, together with everything that it started. */
export interface RunningProcess {
  readonly pid: number;
  /** Resolves with the exit code when the process is gone; `undefined` where a signal ended it. Never rejects. */
  readonly exited: Promise<number | undefined>;
  /**
   * Resolves with the match when the process prints a line that matches.
   * @throws Error with the last lines printed, when the process ends first or `timeoutMs` have passed.
   */
  waitForLine(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
  /** The last lines that it printed. */
  lastLines(): string;
  /** Ends the process and all its children: politely, and after 5 s by force. */
  readonly stop: () => Promise<void>;
  /** Ends the process and all its children by force and at once, as a crash does. */
  readonly kill: () => Promise<void>;
}

const keptLines = 400;

/** Starts a process; it and its children end with this one at the latest. */
export function startProcess(command: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  // A group of its own, so that the whole tree can be ended at once.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  if (options.logFile !== undefined) mkdirSync(dirname(options.logFile), { recursive: true });
  const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a');
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  const hear = (line: string) => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    if (log !== undefined) writeSync(log, `${line}\n`);
    options.onLine?.(line);
    for (const listener of listeners) listener(line);
  };
  createInterface(child.stdout).on('line', hear);
  createInterface(child.stderr).on('line', hear);

  let ended = false;
  const exited = new Promise<number | undefined>((resolve) => {
    child.once('error', (error) => {
      hear(error.message);
      resolve(undefined);
    });
    child.once('close', (code) => resolve(code ?? undefined));
  }).finally(() => {
    ended = true;
    forget();
    if (log !== undefined) closeSync(log);
  });

  const stop = async () => {
    if (ended) return;
    killTree(child.pid, 'SIGTERM');
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([exited, new Promise((resolve) => (timer = setTimeout(resolve, 5000)))]);
    clearTimeout(timer);
    killTree(child.pid, 'SIGKILL');
    await exited;
  };
  const kill = async () => {
    if (!ended) killTree(child.pid, 'SIGKILL');
    await exited;
  };
  const forget = onExit(stop);

  const lastLines = () => lines.slice(-30).join('\n');
  return {
    pid: child.pid ?? -1,
    exited,
    stop,
    kill,
    lastLines,
    waitForLine: (pattern, timeoutMs) =>
      new Promise((resolve, reject) => {
        const done = () => {
          clearTimeout(timer);
          listeners.delete(listen);
        };
        const listen = (line: string) => {
          const match = pattern.exec(line);
          if (!match) return;
          done();
          resolve(match);
        };
        const give = (why: string) => {
          done();
          reject(new Error(`${command} ${why} before it printed ${String(pattern)}. It printed:\n${lastLines()}`));
        };
        const timer = setTimeout(() => give(`needed more than ${timeoutMs / 1000} s`), timeoutMs);
        listeners.add(listen);
        void exited.then((code) => give(`ended with ${code ?? 'a signal'}`));
        for (const line of [...lines]) listen(line);
      }),
  };
}

/**
 * Runs a process to its end and resolves with the lines that it printed.
 * @throws Error with the last lines printed, when it does not exit with 0.
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<string> {
  const all: string[] = [];
  const running = startProcess(command, args, {
    ...options,
    onLine: (line) => {
      all.push(line);
      options.onLine?.(line);
    },
  });
  const code = await running.exited;
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${code ?? 'a signal'}:\n${running.lastLines()}`);
  }
  return all.join('\n');
}

/** Runs npm with the Node that runs this. */
export async function runNpm(args: readonly string[], options: ProcessOptions = {}): Promise<string> {
  // What the npm that started us says of its own project must not reach another one.
  const foreign = /^npm_(package|lifecycle|config_local_prefix)/;
  const given = Object.entries(options.env ?? process.env).filter(([name]) => !foreign.test(name));
  const environment: NodeJS.ProcessEnv = Object.fromEntries(given);
  environment['PATH'] = [dirname(process.execPath), environment['PATH']].join(delimiter);
  return process.platform === 'win32'
    ? runProcess('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], { ...options, env: environment })
    : runProcess('npm', args, { ...options, env: environment });
}

function killTree(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
    else process.kill(-pid, signal);
  } catch {
    // It has gone by itself.
  }
}

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { MediaTools } from '../setup/media-tools.ts';

/** What a program said. */
export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with every line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** Where ffmpeg works: one job at a time, on two threads, and nothing outlives {@link MediaWorkshop.close}. */
export class MediaWorkshop {
  readonly tools: MediaTools;
  readonly #running = new Set<ChildProcessWithoutNullStreams>();
  readonly #closing = new AbortController();
  #queue: Promise<void> = Promise.resolve();
  #filters: Promise<ReadonlySet<string>> | undefined;

  readonly #settings: { readonly reuseMediaWork: boolean };
  readonly #done = new Map<string, Promise<unknown>>();

  constructor(tools: MediaTools, settings: { readonly reuseMediaWork: boolean }) {
    this.tools = tools;
    this.#settings = settings;
  }

  /** Does a work, or, where the settings allow it, gives what came of it when it was done under this very key. */
  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (!this.#settings.reuseMediaWork) return work();
    const known = this.#done.get(key) as Promise<T> | undefined;
    if (known) return known;
    const result = work();
    this.#done.set(key, result);
    // What failed may work another time.
    result.catch(() => this.#done.delete(key));
    return result;
  }

  /** Runs ffmpeg when its turn has come. @throws Error with ffmpeg's last lines where it fails. */
  ffmpeg(args: readonly string[], options: RunOptions = {}): Promise<ToolResult> {
    const result = this.#queue.then(() => this.#run(this.tools.ffmpeg, ['-hide_banner', '-nostdin', ...args], options));
    this.#queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Runs ffprobe at once. */
  ffprobe(args: readonly string[], options: RunOptions = {}): Promise<ToolResult> {
    return this.#run(this.tools.ffprobe, ['-hide_banner', ...args], options);
  }

  /** Names of the filters that this ffmpeg has. */
  filters(): Promise<ReadonlySet<string>> {
    this.#filters ??= this.#run(this.tools.ffmpeg, ['-hide_banner', '-filters'], {}).then(
      ({ stdout }) => new Set([...stdout.matchAll(/^ [A-Z.|]{2,3} (\w+) /gm)].map((match) => match[1] ?? '')),
    );
    return this.#filters;
  }

  /** Ends all work; what waits for it rejects. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The sandbox has closed.'));
    await Promise.all(
      [...this.#running].map(
        (child) =>
          new Promise<void>((resolve) => {
            child.once('close', () => resolve());
            child.kill('SIGKILL');
          }),
      ),
    );
  }

  #run(program: string, args: readonly string[], options: RunOptions): Promise<ToolResult> {
    const signal = AbortSignal.any([this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const child = spawn(program, args, { stdio: 'pipe' });
      this.#running.add(child);
      let stdout = '';
      let stderr = '';
      let unread = '';
      child.stdin.end();
      child.stdout.setEncoding('utf8');
      child.stderr.setEncoding('utf8');
      child.stdout.on('data', (text: string) => {
        stdout += text;
        if (options.onLine === undefined) return;
        const lines = (unread + text).split('\n');
        unread = lines.pop() ?? '';
        for (const line of lines) options.onLine(line);
      });
      child.stderr.on('data', (text: string) => {
        // Analyses of long files print a lot; what matters of a failure is its end.
        stderr = stderr.length > 8 << 20 ? text : stderr + text;
      });
      const stop = () => child.kill('SIGKILL');
      signal.addEventListener('abort', stop, { once: true });
      child.once('error', (error) => {
        this.#running.delete(child);
        signal.removeEventListener('abort', stop);
        reject(error);
      });
      child.once('close', (exitCode) => {
        this.#running.delete(child);
        signal.removeEventListener('abort', stop);
        if (signal.aborted) reject(signal.reason as Error);
        else if (exitCode === 0) resolve({ stdout, stderr });
        else reject(new Error(`${program} ended with ${exitCode}: ${stderr.trim().split('\n').slice(-4).join(' | ')}`));
      });
    });
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { BrowserContext } from 'playwright-core';

import type { EndpointName, Fault, RequestRecord } from '../sandbox/sandbox-options.ts';
import { faultText } from '../sandbox/faults.ts';
import { openBrowser } from '../setup/browser.ts';
import { startSandboxProcess, type SandboxProcess } from '../setup/sandbox-process.ts';
import { startTestServer, type RunningVsCode, type VsCodeInstallation } from '../setup/vscode-host.ts';
import { EditorWindow, type Run } from './editor-window.ts';
import type { CaseQueue } from './case-queue.ts';
import { killName, type KillCase } from './kill-cases.ts';
import type { Outcome, PickUp } from './plan.ts';

/** How many times as fast the extension's time passes. */
const timeScale = 100;
const timeOrigin = Date.now();
/** More than any case takes on a slow machine; what hangs is found sooner. */
const caseTimeoutMs = 10_000;
const pickUpTimeoutMs = 180_000;
const killTimeoutMs = 60_000;

export interface LaneOptions {
  /** Holds everything that the editor writes; short, because it will hold sockets. */
  readonly folder: string;
  /** Gets the logs and the outcomes. */
  readonly results: string;
  readonly installation: VsCodeInstallation;
  /** The extension with the suite's own bundle in it. */
  readonly extension: string;
  readonly clip: string;
  readonly ffprobe: string;
}

/** One editor with a sandbox of its own, in which jobs are done one after the other. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #sandbox: SandboxProcess;
  readonly #browser: BrowserContext;
  readonly #first: EditorWindow;
  readonly #second: EditorWindow;
  #server: RunningVsCode;
  #number = 0;

  private constructor(
    options: LaneOptions,
    parts: {
      readonly sandbox: SandboxProcess;
      readonly server: RunningVsCode;
      readonly browser: BrowserContext;
      readonly first: EditorWindow;
      readonly second: EditorWindow;
    },
  ) {
    this.#options = options;
    this.#sandbox = parts.sandbox;
    this.#server = parts.server;
    this.#browser = parts.browser;
    this.#first = parts.first;
    this.#second = parts.second;
  }

  static async start(options: LaneOptions): Promise<Lane> {
    const { folder, results, extension, clip } = options;
    await mkdir(results, { recursive: true });
    const sandbox = await startSandboxProcess({
      logFile: join(results, 'sandbox.log'),
      args: ['--credits', '1000000', '--reuse-media-work'],
    });
    await mkdir(folder, { recursive: true });
    const server = await startServer(options, sandbox);
    const browser = await openBrowser({ profile: join(folder, 'browser'), width: 800, height: 600 });
    const common = { folder, results, extension, clip, browser, server: () => lane.#server };
    const first = await EditorWindow.make({ ...common, name: 'workspace', isSecond: false });
    const second = await EditorWindow.make({ ...common, name: 'beside', isSecond: true });
    const lane: Lane = new Lane(options, { sandbox, server, browser, first, second });
    return lane;
  }

  /** Does jobs of the queue in one extension host, until there are no more. */
  async tryFaults(queue: CaseQueue): Promise<void> {
    if (queue.waiting === 0) return;
    const run = await this.#first.open({ casesUrl: queue.url, firstNumber: this.#number });
    await run.within(pickUpTimeoutMs + queue.waiting * caseTimeoutMs);
  }

  /** Does each job and kills the extension hosts, or the whole editor, in it; new ones go on. */
  async tryKills(cases: readonly KillCase[]): Promise<void> {
    let before: KilledJobs = {};
    for (const each of cases) {
      const number = this.#number;
      this.#number += 2;
      before = await this.#tryKill(each, number, before);
    }
    const runs = await this.#openBoth(before);
    await Promise.all(runs.map((run) => run.within(pickUpTimeoutMs)));
    await this.#second.close();
  }

  /** What came of the jobs so far. Of two windows there is one outcome, once both have told. */
  outcomes(): Outcome[] {
    const report = join(this.#options.results, 'outcomes.ndjson');
    if (!existsSync(report)) return [];
    const lines = readFileSync(report, 'utf8').split('\n');
    // The last line may be half written still.
    const told = lines.slice(0, -1).map((line) => JSON.parse(line) as Outcome);
    const waiting = new Map<string, Outcome>();
    return told.flatMap((outcome) => {
      const { name } = outcome;
      if (!outcome.ofTwo) return [outcome];
      const other = waiting.get(name);
      if (other) return [together(other, outcome)];
      waiting.set(name, outcome);
      return [];
    });
  }

  /** What the windows show, for whoever looks what went wrong. */
  async screenshots(folder: string): Promise<void> {
    await this.#first.screenshot(join(folder, 'broken-off.png'));
    await this.#second.screenshot(join(folder, 'broken-off-beside.png'));
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#first.dispose();
    await this.#second.dispose();
    await this.#server.stop();
    await this.#sandbox.stop();
  }

  /** Has the windows go on with what was killed before, and begin what is to be killed; kills it. */
  async #tryKill(each: KillCase, number: number, before: KilledJobs): Promise<KilledJobs> {
    const kill = { case: each, number };
    const kills = each.beside ? { first: kill, second: { ...kill, number: number + 1 } } : { first: kill };
    const [first, second] = await this.#openBoth(before, kills);
    // What only picks up is let finish.
    if (second && !each.beside) await second.within(pickUpTimeoutMs);
    const runs = each.beside && second ? [first!, second] : [first!];
    if (each.beside) await this.#startBoth(each, runs);
    const { endpoint, fault, beside } = each;
    if (each.afterMs === undefined) {
      await this.#until(each, runs, async () => {
        const { marks } = await this.#first.jobSoFar();
        return this.#wasAsked(marks.requests, endpoint, fault);
      });
      if (beside) {
        await this.#until(each, runs, async () => {
          const { marks } = await this.#second.jobSoFar();
          return this.#wasAsked(marks.requests, beside.endpoint, beside.fault);
        });
      }
      // What is said in the same breath may be written before the end, or not: both must do.
      await delay(Math.random() * 100);
    } else {
      await this.#until(each, runs, () => Promise.resolve(existsSync(this.#first.places.marks)));
      await delay(each.afterMs);
    }
    await this.#kill(each);
    await fetch(new URL('/__sandbox/faults', this.#sandbox.url), { method: 'DELETE' });
    return {
      first: { ...kills.first, ...(await this.#first.jobSoFar()) },
      ...(kills.second ? { second: { ...kills.second, ...(await this.#second.jobSoFar()) } } : {}),
    };
  }

  /** Opens each window that has something to do. */
  async #openBoth(
    pickUps: KilledJobs,
    kills: Partial<Record<'first' | 'second', { readonly case: KillCase; readonly number: number }>> = {},
  ): Promise<Run[]> {
    const open = async (name: 'first' | 'second', window: EditorWindow): Promise<Run[]> => {
      const [pickUp, kill] = [pickUps[name], kills[name]];
      if (!pickUp && !kill) return [];
      const work = { ...(pickUp ? { pickUp } : {}), ...(kill ? { kill } : {}) };
      return [await window.open({ firstNumber: this.#number, ...work })];
    };
    return (await Promise.all([open('first', this.#first), open('second', this.#second)])).flat();
  }

  /** The second window begins as soon as the first one is about to be where it will be killed. */
  async #startBoth(each: KillCase, runs: readonly Run[]): Promise<void> {
    await this.#until(each, runs, () => Promise.resolve(existsSync(this.#second.places.ready)));
    await this.#first.go();
    await this.#until(each, runs, async () => {
      const { marks } = await this.#first.jobSoFar();
      return this.#wasAsked(marks.requests, each.endpoint, each.fault);
    });
    await this.#second.go((await this.#first.jobSoFar()).sessionId);
  }

  /** Waits until the job has come to where it is to be killed. */
  async #until(each: KillCase, runs: readonly Run[], isThere: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + killTimeoutMs + pickUpTimeoutMs;
    while (!(await isThere().catch(() => false))) {
      if (runs.some(({ ended }) => ended) || Date.now() > deadline)
        throw new Error(`The job never came to where it was to go on from: ${killName(each)}.`);
      await delay(20);
    }
  }

  async #wasAsked(from: number, endpoint: EndpointName | undefined, fault: Fault | undefined): Promise<boolean> {
    const response = await fetch(new URL(`/__sandbox/requests?from=${from}`, this.#sandbox.url));
    const requests = (await response.json()) as RequestRecord[];
    return requests.some(
      (request) => request.endpoint === endpoint && (fault === undefined || request.fault === faultText(fault)),
    );
  }

  async #kill({ what, beside }: KillCase): Promise<void> {
    if (what === 'server') return this.#crash();
    const windows = beside ? [this.#first, this.#second] : [this.#first];
    const pids = await Promise.all(windows.map((window) => window.hostPid()));
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  }

  /** Kills the editor's server with all that it started, and starts it again on what is left. */
  async #crash(): Promise<void> {
    const { url } = this.#server;
    await this.#server.kill();
    // The old pages would take up their old extension hosts.
    await this.#first.close();
    await this.#second.close();
    this.#server = await startServer(this.#options, this.#sandbox, Number(url.port));
  }
}

/** Jobs that windows were killed in. */
type KilledJobs = Partial<Record<'first' | 'second', PickUp>>;

function together(one: Outcome, other: Outcome): Outcome {
  return {
    ...one,
    struck: one.struck && other.struck,
    problems: [...one.problems, ...other.problems],
    told: [...one.told, ...other.told],
    ms: Math.max(one.ms, other.ms),
  };
}

function startServer(options: LaneOptions, sandbox: SandboxProcess, port?: number): Promise<RunningVsCode> {
  return startTestServer(options.installation, {
    folder: options.folder,
    logFile: join(options.results, 'server.log'),
    environment: {
      NEMO_API_URL: sandbox.url.href,
      NEMO_WEB_URL: sandbox.webUrl.href,
      NEMO_TEST_TIME_SCALE: String(timeScale),
      // Of the run: time must not go back after a crash.
      NEMO_TEST_TIME_ORIGIN: String(timeOrigin),
      NEMO_FAULTS_FOLDER: options.folder,
      NEMO_FAULTS_FFPROBE: options.ffprobe,
    },
    ...(port === undefined ? {} : { port }),
  });
}

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { BrowserContext, Page } from 'playwright-core';

import type { RequestRecord } from '../sandbox/sandbox-options.ts';
import { faultText } from '../sandbox/faults.ts';
import { openBrowser } from '../setup/browser.ts';
import { startSandboxProcess, type SandboxProcess } from '../setup/sandbox-process.ts';
import { startTestServer, type RunningVsCode, type VsCodeInstallation } from '../setup/vscode-host.ts';
import { DrawnPage } from './drawn-page.ts';
import type { FaultCase } from './fault-cases.ts';
import { killName, type KillCase } from './kill-cases.ts';
import type { Marks, Outcome, PickUp, Plan } from './plan.ts';

/** How many times as fast the extension's time passes. */
const timeScale = 100;
const timeOrigin = Date.now();
const startTimeoutMs = 120_000;
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
  readonly #drawnPage: DrawnPage;
  readonly #plan: Pick<Plan, LanesOwn>;
  #server: RunningVsCode;
  #page: Page | undefined;
  #number = 0;

  private constructor(
    options: LaneOptions,
    parts: {
      readonly sandbox: SandboxProcess;
      readonly server: RunningVsCode;
      readonly browser: BrowserContext;
      readonly drawnPage: DrawnPage;
    },
  ) {
    this.#options = options;
    this.#sandbox = parts.sandbox;
    this.#server = parts.server;
    this.#browser = parts.browser;
    this.#drawnPage = parts.drawnPage;
    const { folder, results, clip } = options;
    this.#plan = {
      report: join(results, 'outcomes.ndjson'),
      errors: join(results, 'errors.log'),
      pidFile: join(folder, 'extension-host.pid'),
      clip,
      exports: join(folder, 'exports'),
      storage: join(parts.server.userData, 'User', 'globalStorage', 'nemo-vscode.nemo-vscode'),
      pageUrl: parts.drawnPage.url,
    };
  }

  static async start(options: LaneOptions): Promise<Lane> {
    const { folder, results } = options;
    await mkdir(join(folder, 'workspace'), { recursive: true });
    await mkdir(results, { recursive: true });
    const sandbox = await startSandboxProcess({
      logFile: join(results, 'sandbox.log'),
      args: ['--credits', '1000000', '--reuse-media-work'],
    });
    const server = await startServer(options, sandbox);
    const browser = await openBrowser({ profile: join(folder, 'browser'), width: 800, height: 600 });
    const drawnPage = await DrawnPage.start(() => lane.#page);
    const lane: Lane = new Lane(options, { sandbox, server, browser, drawnPage });
    return lane;
  }

  /** Does each job in one extension host. */
  async tryFaults(cases: readonly FaultCase[]): Promise<void> {
    const run = await this.#open({ cases });
    await run.within(pickUpTimeoutMs + cases.length * caseTimeoutMs);
    this.#number += cases.length;
  }

  /** Does each job and kills the extension host, or the whole editor, in it; a new one goes on. */
  async tryKills(cases: readonly KillCase[]): Promise<void> {
    let pickUp: PickUp | undefined;
    for (const each of cases) {
      const number = this.#number++;
      const run = await this.#open({ cases: [], ...(pickUp ? { pickUp } : {}), kill: { case: each, number } });
      pickUp = { case: each, number, ...(await this.#kill(each, run)) };
    }
    if (!pickUp) return;
    const run = await this.#open({ cases: [], pickUp });
    await run.within(pickUpTimeoutMs);
  }

  /** What came of the jobs so far. */
  outcomes(): Outcome[] {
    if (!existsSync(this.#plan.report)) return [];
    const lines = readFileSync(this.#plan.report, 'utf8').trim().split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Outcome);
  }

  async screenshot(path: string): Promise<void> {
    await this.#page?.screenshot({ path }).catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#drawnPage.stop();
    await this.#server.stop();
    await this.#sandbox.stop();
  }

  /** Waits until the job has come to where it is to be killed, and kills. */
  async #kill(each: KillCase, run: Run): Promise<Pick<PickUp, 'marks' | 'sessionId'>> {
    const { endpoint, fault, afterMs } = each;
    const marksFile = `${this.#plan.pidFile}.marks`;
    const isThere = async () => {
      if (!existsSync(marksFile)) return false;
      if (afterMs !== undefined) {
        await delay(afterMs);
        return true;
      }
      const { requests: from } = JSON.parse(await readFile(marksFile, 'utf8')) as Marks;
      const response = await fetch(new URL(`/__sandbox/requests?from=${from}`, this.#sandbox.url));
      const requests = (await response.json()) as RequestRecord[];
      return requests.some(
        (request) => request.endpoint === endpoint && (fault === undefined || request.fault === faultText(fault)),
      );
    };
    const deadline = Date.now() + killTimeoutMs + pickUpTimeoutMs;
    while (!(await isThere().catch(() => false))) {
      if (run.ended || Date.now() > deadline)
        throw new Error(`The job never came to where it was to go on from: ${killName(each)}.`);
      await delay(20);
    }
    // What is said in the same breath may be written before the end, or not: both must do.
    if (afterMs === undefined) await delay(Math.random() * 100);
    if (each.what === 'host') process.kill(Number(await readFile(this.#plan.pidFile, 'utf8')), 'SIGKILL');
    else await this.#crash();
    await fetch(new URL('/__sandbox/faults', this.#sandbox.url), { method: 'DELETE' });
    const marks = JSON.parse(await readFile(marksFile, 'utf8')) as Marks;
    const sessionFile = `${this.#plan.pidFile}.session`;
    const sessionId = await readFile(sessionFile, 'utf8').catch(() => undefined);
    await rm(marksFile);
    await rm(sessionFile, { force: true });
    return { marks, ...(sessionId === undefined ? {} : { sessionId }) };
  }

  /** Kills the editor's server with all that it started, and starts it again on what is left. */
  async #crash(): Promise<void> {
    const { url } = this.#server;
    await this.#server.kill();
    // The old page would take up its old extension host.
    await this.#page?.close({ runBeforeUnload: false });
    this.#server = await startServer(this.#options, this.#sandbox, Number(url.port));
  }

  /** Opens the editor anew with another plan; the editor runs it at once. */
  async #open(work: Omit<Plan, LanesOwn | 'firstNumber'>): Promise<Run> {
    const { folder, extension, results } = this.#options;
    const plan: Plan = { ...this.#plan, firstNumber: this.#number, ...work };
    await rm(plan.pidFile, { force: true });
    await writeFile(join(folder, 'plan.json'), JSON.stringify(plan));
    // The old page may want to ask before it goes.
    await this.#page?.close({ runBeforeUnload: false });
    const page = await this.#browser.newPage();
    // What turns is drawn anew sixty times a second, and nobody looks at it.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    this.#page = page;
    this.#drawnPage.follow(page);
    let code: number | undefined;
    const log = join(results, 'editor.log');
    await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) =>
      appendFileSync(log, `${args.map(String).join(' ')}\n`),
    );
    await page.exposeFunction('codeAutomationExit', (given: number) => (code = given));
    const { host } = this.#server.url;
    const remote = (path: string) =>
      `vscode-remote://${host}${path.startsWith('/') ? '' : '/'}${path.replaceAll('\\', '/')}`;
    const address = new URL(this.#server.url);
    address.searchParams.set('folder', join(folder, 'workspace'));
    address.searchParams.set(
      'payload',
      JSON.stringify([
        ['extensionDevelopmentPath', remote(extension)],
        ['extensionTestsPath', remote(join(extension, 'dist', 'fault-suite.cjs'))],
      ]),
    );
    await page.goto(address.href);
    const startDeadline = Date.now() + startTimeoutMs;
    while (!existsSync(plan.pidFile)) {
      if (Date.now() > startDeadline) throw new Error('The extension host did not start.');
      await delay(50);
    }
    return {
      get ended() {
        return code !== undefined;
      },
      within: async (ms) => {
        const deadline = Date.now() + ms;
        while (code === undefined) {
          if (Date.now() > deadline) throw new Error(`The extension host did not end within ${ms / 1000} s.`);
          await delay(50);
        }
        if (code !== 0)
          throw new Error(`The extension host ended with ${code}; see errors.log and editor.log of this lane.`);
      },
    };
  }
}

/** What is the same in each plan of a lane. */
type LanesOwn = 'report' | 'errors' | 'pidFile' | 'clip' | 'exports' | 'storage' | 'pageUrl';

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
      NEMO_FAULTS_PLAN: join(options.folder, 'plan.json'),
      NEMO_FAULTS_FFPROBE: options.ffprobe,
    },
    ...(port === undefined ? {} : { port }),
  });
}

/** What runs in an extension host. */
interface Run {
  readonly ended: boolean;
  /** Resolves when it has ended well. */
  readonly within: (ms: number) => Promise<void>;
}

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
import type { FaultCase, KillCase } from './fault-cases.ts';
import type { Marks, Outcome, PickUp, Plan } from './plan.ts';

/** How many times as fast the extension's time passes. */
const timeScale = 100;
const startTimeoutMs = 120_000;
const casesTimeoutMs = 10 * 60_000;
const pickUpTimeoutMs = 90_000;
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
  readonly #server: RunningVsCode;
  readonly #browser: BrowserContext;
  readonly #plan: Pick<Plan, 'report' | 'errors' | 'pidFile' | 'clip' | 'exports'>;
  #page: Page | undefined;
  #number = 0;

  private constructor(options: LaneOptions, sandbox: SandboxProcess, server: RunningVsCode, browser: BrowserContext) {
    this.#options = options;
    this.#sandbox = sandbox;
    this.#server = server;
    this.#browser = browser;
    const { folder, results, clip } = options;
    this.#plan = {
      report: join(results, 'outcomes.ndjson'),
      errors: join(results, 'errors.log'),
      pidFile: join(folder, 'extension-host.pid'),
      clip,
      exports: join(folder, 'exports'),
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
    const server = await startTestServer(options.installation, {
      folder,
      logFile: join(results, 'server.log'),
      environment: {
        NEMO_API_URL: sandbox.url.href,
        NEMO_WEB_URL: sandbox.webUrl.href,
        NEMO_TEST_TIME_SCALE: String(timeScale),
        NEMO_TEST_TIME_ORIGIN: String(Date.now()),
        NEMO_FAULTS_PLAN: join(folder, 'plan.json'),
        NEMO_FAULTS_FFPROBE: options.ffprobe,
      },
    });
    const browser = await openBrowser({ profile: join(folder, 'browser') });
    return new Lane(options, sandbox, server, browser);
  }

  /** Does each job in one extension host. */
  async tryFaults(cases: readonly FaultCase[]): Promise<void> {
    const run = await this.#open({ cases });
    await run.within(casesTimeoutMs);
    this.#number += cases.length;
  }

  /** Does each job and kills the extension host in it; a new one goes on. */
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
    await this.#server.stop();
    await this.#sandbox.stop();
  }

  /** Waits until the job has come to where it is to be killed, and kills. */
  async #kill({ name, endpoint, fault, afterMs }: KillCase, run: Run): Promise<Pick<PickUp, 'marks' | 'sessionId'>> {
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
        throw new Error(`The job never came to where it was to be killed: ${name}.`);
      await delay(20);
    }
    // What is said in the same breath may be written before the end, or not: both must do.
    if (afterMs === undefined) await delay(Math.random() * 100);
    process.kill(Number(await readFile(this.#plan.pidFile, 'utf8')), 'SIGKILL');
    await fetch(new URL('/__sandbox/faults', this.#sandbox.url), { method: 'DELETE' });
    const marks = JSON.parse(await readFile(marksFile, 'utf8')) as Marks;
    const sessionFile = `${this.#plan.pidFile}.session`;
    const sessionId = await readFile(sessionFile, 'utf8').catch(() => undefined);
    await rm(marksFile);
    await rm(sessionFile, { force: true });
    return { marks, ...(sessionId === undefined ? {} : { sessionId }) };
  }

  /** Opens the editor anew with another plan; the editor runs it at once. */
  async #open(work: Omit<Plan, 'report' | 'errors' | 'pidFile' | 'clip' | 'exports' | 'firstNumber'>): Promise<Run> {
    const { folder, extension, results } = this.#options;
    const plan: Plan = { ...this.#plan, firstNumber: this.#number, ...work };
    await rm(plan.pidFile, { force: true });
    await writeFile(join(folder, 'plan.json'), JSON.stringify(plan));
    // The old page may want to ask before it goes.
    await this.#page?.close({ runBeforeUnload: false });
    const page = await this.#browser.newPage();
    this.#page = page;
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

/** What runs in an extension host. */
interface Run {
  readonly ended: boolean;
  /** Resolves when it has ended well. */
  readonly within: (ms: number) => Promise<void>;
}

import { appendFileSync, existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import { makeDemoClips } from '../demo/demo-clips.ts';
import { openBrowser } from '../setup/browser.ts';
import { runProcess } from '../setup/child-process.ts';
import { startSandboxProcess } from '../setup/sandbox-process.ts';
import { withSourceFrames } from '../setup/source-frames.ts';
import { readReport, testLinePrefix } from '../setup/test-report.ts';
import { installVsCode, startTestServer } from '../setup/vscode-host.ts';
import type { LayerContext, LayerResult } from './layer.ts';

const startTimeoutMs = 120_000;
const runTimeoutMs = 10 * 60 * 1000;

/**
 * Runs test/host inside a real extension host: a VS Code server, a headless browser that opens it, and the sandbox in a
 * process of its own.
 */
export async function runHostLayer(context: LayerContext): Promise<LayerResult> {
  const { root, results, only } = context;
  const folder = join(context.runFolder, 'host');
  const extension = join(folder, 'extension');
  const report = join(results, 'report.ndjson');
  await mkdir(results, { recursive: true });
  await buildExtension(root, extension);
  let fault = await runInEditor(context, {
    folder,
    extension,
    tests: join(extension, 'dist', 'host-tests.cjs'),
    report,
    environment: { NEMO_TEST_REPORT: report, ...(only === undefined ? {} : { NEMO_TEST_ONLY: only }) },
  });
  const { outcomes, complete } = readReport(report);
  // A failed test is told by the report; what it does not tell is a fault.
  if (fault?.exitCode !== undefined && outcomes.some(({ state }) => state === 'failed')) fault = undefined;
  if (!complete) fault ??= { words: 'the run broke off' };
  const readable = outcomes.map(({ failure, ...outcome }) =>
    failure === undefined ? outcome : { ...outcome, failure: withSourceFrames(failure, folder) },
  );
  // It is no outcome of the run, and the tests' own tokens are in it.
  await rm(extension, { recursive: true });
  return { outcomes: readable, complete, ...(fault === undefined ? {} : { fault: fault.words }) };
}

/** What is run inside an extension host. */
export interface EditorRun {
  /** For all that the editor and the browser write. */
  readonly folder: string;
  /** Folder of the extension that is developed. */
  readonly extension: string;
  /** The bundle whose `run` is called there. */
  readonly tests: string;
  /** A file that is there as soon as the tests have begun. */
  readonly report: string;
  /** Added to a clean environment, with the sandbox's addresses. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts the sandbox, a VS Code server and a browser that opens it, and runs a bundle in the extension host. Resolves
 * when all of them have ended: with `undefined` where the bundle ended well.
 */
export async function runInEditor(
  context: LayerContext,
  run: EditorRun,
): Promise<{ readonly words: string; readonly exitCode?: number } | undefined> {
  const { results } = context;
  const { folder, report } = run;
  await mkdir(results, { recursive: true });
  const installation = await installVsCode(context.print);
  const workspace = join(folder, 'workspace');
  await makeDemoClips(workspace);
  const sandbox = await startSandboxProcess({ logFile: join(results, 'sandbox.log') });
  const server = await startTestServer(installation, {
    folder,
    logFile: join(results, 'server.log'),
    environment: { NEMO_API_URL: sandbox.url.href, NEMO_WEB_URL: sandbox.webUrl.href, ...run.environment },
  });
  const browser = await openBrowser({ profile: join(folder, 'browser') });
  try {
    const page = await browser.newPage();
    const exitCode = await runInExtensionHost(page, server.url, {
      extension: run.extension,
      tests: run.tests,
      workspace,
      report,
      editorLog: join(results, 'editor.log'),
      print: context.print,
    });
    return exitCode === 0 ? undefined : { words: `the extension host ended with ${exitCode}`, exitCode };
  } catch (error) {
    await browser
      .pages()
      .at(-1)
      ?.screenshot({ path: join(results, 'broken-off.png') })
      .catch(() => undefined);
    return { words: error instanceof Error ? error.message : String(error) };
  } finally {
    await browser.close();
    await server.stop();
    await sandbox.stop();
  }
}

/** Builds the extension with its tests into a folder of its own, so that no other build can come in between. */
export async function buildExtension(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const shipped = (await readdir(root)).filter((name) => /^(package(\.nls.*)?\.json|media|l10n)$/.test(name));
  for (const name of shipped) await cp(join(root, name), join(folder, name), { recursive: true });
  // Mocha is not bundled.
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const args = [join(root, 'esbuild.mjs'), '--host-tests', '--outdir', join(folder, 'dist')];
  await runProcess(process.execPath, args, { cwd: root });
}

interface HostRun {
  readonly extension: string;
  readonly tests: string;
  readonly workspace: string;
  /** Where the tests write their outcomes. */
  readonly report: string;
  /** Gets everything else that the editor says. */
  readonly editorLog: string;
  readonly print: (line: string) => void;
}

/** Opens the editor in `page` with the test bundle and resolves with the exit code of the extension host's run. */
async function runInExtensionHost(page: Page, url: URL, run: HostRun): Promise<number> {
  const remote = (path: string) =>
    `vscode-remote://${url.host}${path.startsWith('/') ? '' : '/'}${path.replaceAll('\\', '/')}`;
  const payload = [
    ['extensionDevelopmentPath', remote(run.extension)],
    ['extensionTestsPath', remote(run.tests)],
  ];
  let began = false;
  const exit = new Promise<number>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`The tests did not end within ${runTimeoutMs / 60_000} minutes.`)),
      runTimeoutMs,
    );
    const unstarted = setTimeout(() => {
      if (!began) reject(new Error(`The extension host did not start the tests within ${startTimeoutMs / 1000} s.`));
    }, startTimeoutMs);
    const settle = (code: number) => {
      clearTimeout(late);
      clearTimeout(unstarted);
      resolve(code);
    };
    const listen = async () => {
      await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
        began ||= existsSync(run.report);
        for (const line of args.map(String).join(' ').split('\n')) {
          if (line.startsWith(testLinePrefix)) run.print(line.slice(testLinePrefix.length));
          else appendFileSync(run.editorLog, `${line}\n`);
        }
      });
      await page.exposeFunction('codeAutomationExit', settle);
      const address = new URL(url);
      address.searchParams.set('folder', run.workspace);
      address.searchParams.set('payload', JSON.stringify(payload));
      await page.goto(address.href);
    };
    listen().catch(reject);
  });
  return exit;
}

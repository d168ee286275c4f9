/**
 * `npm run test:desktop`: the host tests in a desktop VS Code that @vscode/test-electron downloads, for those who can.
 *
 *   node test/run-desktop.ts [--version 1.105.0] [--only PATTERN]
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';

import { makeDemoClips } from './demo/demo-clips.ts';
import { runProcess } from './setup/child-process.ts';
import { cleanUp, onExit } from './setup/clean-exit.ts';
import { startSandboxProcess } from './setup/sandbox-process.ts';
import { withSourceFrames } from './setup/source-frames.ts';
import { readReport } from './setup/test-report.ts';
import { cleanEnvironment } from './setup/vscode-host.ts';

const { values } = parseArgs({ options: { version: { type: 'string', default: 'stable' }, only: { type: 'string' } } });
const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'nemo-'));
onExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

const vscode = await downloadAndUnzipVSCode(values.version).catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(
    `VS Code ${values.version} could not be downloaded (${reason}): «npm test» runs the same tests without it.`,
  );
  process.exit(1);
});
await runProcess(process.execPath, [join(root, 'esbuild.mjs'), '--host-tests'], { cwd: root });
const workspace = join(folder, 'workspace');
await makeDemoClips(workspace);
const sandbox = await startSandboxProcess();
const report = join(folder, 'report.ndjson');
try {
  await runTests({
    vscodeExecutablePath: vscode,
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'dist', 'host-tests.cjs'),
    extensionTestsEnv: {
      ...cleanEnvironment(process.env['HOME'] ?? folder),
      NEMO_API_URL: sandbox.url.href,
      NEMO_WEB_URL: sandbox.webUrl.href,
      NEMO_TEST_REPORT: report,
      ...(values.only === undefined ? {} : { NEMO_TEST_ONLY: values.only }),
    },
    launchArgs: [
      workspace,
      '--disable-extensions',
      '--disable-workspace-trust',
      '--user-data-dir',
      join(folder, 'user'),
    ],
  });
} catch {
  // The report says which tests failed; where it is incomplete, the count below says so.
  process.exitCode = 1;
}
const { outcomes, complete } = readReport(report);
const count = (state: string) => outcomes.filter((outcome) => outcome.state === state).length;
for (const { path, failure } of outcomes) {
  if (failure !== undefined) console.log(`\n${path.join(' › ')}\n${withSourceFrames(failure)}`);
}
if (!complete || outcomes.length === 0) process.exitCode = 1;
await cleanUp();
console.log(`\n${count('passed')} passed, ${count('failed') + (complete ? 0 : 1)} failed`);
process.exit();

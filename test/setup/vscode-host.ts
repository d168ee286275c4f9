import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { cached } from './cache-folder.ts';
import { type RunningProcess, runNpm, runProcess, startProcess } from './child-process.ts';
import { sha256 } from './sha256.ts';

/** What pins the code-server whose VS Code runs the tests and the demo: VS Code 1.139. */
const pins = join(import.meta.dirname, 'code-server');

const startTimeoutMs = 90_000;

/** A VS Code on this machine that is served to a browser. */
export interface VsCodeInstallation {
  /** code-server's own entry: keeps secrets in the browser's storage, installs .vsix files. */
  readonly codeServer: string;
  /** The VS Code server beneath: runs tests inside the extension host. */
  readonly server: string;
}

/** A server that runs, with a home of its own. */
export interface RunningVsCode {
  /** Where a browser finds it; ends in a slash. */
  readonly url: URL;
  /** Everything that the server prints. */
  readonly logFile: string;
  /** The folder that holds settings, state and logs. */
  readonly userData: string;
  readonly stop: () => Promise<void>;
  /** Ends it by force and at once, with every extension host, as a crash does. */
  readonly kill: () => Promise<void>;
}

/** How a VS Code is started. */
export interface VsCodeOptions {
  /** Holds everything that it writes. A short path: it will hold sockets, whose paths may have some 100 characters. */
  readonly folder: string;
  /** Added to a clean environment, in which no proxy, no token and no setting of the caller's is left. */
  readonly environment?: Readonly<Record<string, string>>;
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A language that extensions are told is the editor's, such as `zh-cn`; the editor's own words stay English. */
  readonly displayLanguage?: string;
  readonly logFile?: string;
  /** Puts other extensions into the folder of extensions before the editor looks into it. */
  readonly addExtensions?: (folder: string) => Promise<void>;
}

/**
 * Finds VS Code in the cache, or installs it there from the npm registry (600 MB, about half a minute). Every package is
 * pinned by the lock files in `code-server`: code-server with what it needs, and what the VS Code in it needs. Its own lock
 * file for the latter leaves packages out.
 */
export async function installVsCode(
  announce: (sentence: string) => void = () => undefined,
): Promise<VsCodeInstallation> {
  const folder = await cached(await pinnedName(), async (building) => {
    announce('Installing VS Code (code-server) into the cache, once…');
    for (const file of ['package.json', 'package-lock.json']) await copyFile(join(pins, file), join(building, file));
    // Without the install scripts: those would compile native modules, and nothing here needs them.
    const install = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await runNpm(install, { cwd: building });
    const inner = join(building, 'node_modules', 'code-server', 'lib', 'vscode');
    await copyFile(join(pins, 'vscode', 'package-lock.json'), join(inner, 'npm-shrinkwrap.json'));
    await runNpm(install, { cwd: inner });
  });
  const codeServer = join(folder, 'node_modules', 'code-server');
  return {
    codeServer: join(codeServer, 'out', 'node', 'entry.js'),
    server: join(codeServer, 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

/** Names an installation after everything that is in it, so that another lock file is another installation. */
async function pinnedName(): Promise<string> {
  const files = ['package.json', 'package-lock.json', join('vscode', 'package-lock.json')];
  const contents = await Promise.all(files.map((file) => readFile(join(pins, file))));
  return `code-server-${sha256(Buffer.concat(contents)).slice(0, 12)}`;
}

/** Starts the bare VS Code server, in which a page can run a test bundle inside the extension host. */
export async function startTestServer(
  installation: VsCodeInstallation,
  options: VsCodeOptions & { readonly port?: number },
): Promise<RunningVsCode> {
  const { userData, extensions, env, logFile } = await prepare(options);
  const port = String(options.port ?? 0);
  const args = [
    ...[installation.server, '--host', '127.0.0.1', '--port', port, '--without-connection-token'],
    ...[
      '--enable-smoke-test-driver',
      '--accept-server-license-terms',
      '--disable-telemetry',
      '--disable-workspace-trust',
    ],
    ...['--user-data-dir', userData, '--extensions-dir', extensions, '--server-data-dir', userData],
  ];
  const running = startProcess(process.execPath, args, { env, logFile, cwd: options.folder });
  const match = await running
    .waitForLine(/Extension host agent listening on (\d+)/, startTimeoutMs)
    .catch(stopFirst(running));
  const { stop, kill } = running;
  return { url: new URL(`http://127.0.0.1:${match[1] ?? ''}/`), logFile, userData, stop, kill };
}

/** Starts code-server with the packaged extension installed. */
export async function startCodeServer(
  installation: VsCodeInstallation,
  options: VsCodeOptions & {
    readonly vsix: string;
    readonly port?: number;
    /** Opens folders in Restricted Mode, without asking. */
    readonly restricted?: boolean;
  },
): Promise<RunningVsCode> {
  const { userData, extensions, env, logFile } = await prepare({
    ...options,
    settings: { ...options.settings, ...(options.restricted ? restrictedSettings : {}) },
  });
  const config = join(options.folder, 'config.yaml');
  await writeFile(config, '');
  const own = [
    installation.codeServer,
    '--config',
    config,
    '--user-data-dir',
    userData,
    '--extensions-dir',
    extensions,
  ];
  await runProcess(process.execPath, [...own, '--install-extension', options.vsix], {
    env,
    logFile,
    cwd: options.folder,
  });

  const args = [
    ...[...own, '--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`, '--disable-telemetry'],
    ...['--disable-update-check', '--disable-getting-started-override'],
    ...(options.restricted ? [] : ['--disable-workspace-trust']),
  ];
  const running = startProcess(process.execPath, args, { env, logFile, cwd: options.folder });
  const match = await running
    .waitForLine(/HTTP server listening on (http:\/\/[\d.:]+)/, startTimeoutMs)
    .catch(stopFirst(running));
  const { stop, kill } = running;
  return { url: new URL(match[1] ?? ''), logFile, userData, stop, kill };
}

/**
 * This process' environment without what would make VS Code, npm or the extension behave otherwise on one machine than
 * on another: proxies, tokens, ports, editor and npm settings.
 */
export function cleanEnvironment(
  home: string,
  added: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> {
  const foreign =
    /^(npm_|nemo_|vscode_|code_server_|cs_|electron_|xdg_|skill_source$|node_|port$|password$|hashed_password$|github_token$|(https?|all|no)_proxy$)/i;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), HOME: home, USERPROFILE: home, ...added };
}

/** Settings for every test and for the demo: nothing but the extension asks for attention. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
};

/** Nobody is asked whom they trust, and so nobody is trusted. */
const restrictedSettings = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

async function prepare(options: VsCodeOptions) {
  const userData = join(options.folder, 'user-data');
  const extensions = join(options.folder, 'extensions');
  const home = join(options.folder, 'home');
  const settings = JSON.stringify({ ...quietSettings, ...options.settings }, undefined, 2);
  // Served to a browser, VS Code keeps «machine» settings of the remote apart from the user's.
  await mkdir(join(userData, 'User'), { recursive: true });
  await mkdir(extensions, { recursive: true });
  await mkdir(home, { recursive: true });
  await options.addExtensions?.(extensions);
  await writeFile(join(userData, 'User', 'settings.json'), settings);
  if (options.displayLanguage !== undefined) await addLanguage(userData, options.displayLanguage);
  return {
    userData,
    extensions,
    env: cleanEnvironment(home, options.environment),
    logFile: options.logFile ?? join(options.folder, 'server.log'),
  };
}

/** Writes down what an installed language pack leaves behind: one that translates nothing of the editor itself. */
async function addLanguage(userData: string, language: string): Promise<void> {
  const translation = join(userData, `${language}.i18n.json`);
  await writeFile(translation, JSON.stringify({ version: '1.0.0', contents: {} }));
  const pack = {
    hash: language,
    extensions: [{ extensionIdentifier: { id: 'tests.language' }, version: '1.0.0' }],
    translations: { vscode: translation },
    label: language,
  };
  await writeFile(join(userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
  await writeFile(join(userData, 'User', 'argv.json'), JSON.stringify({ locale: language }));
}

function stopFirst(running: RunningProcess) {
  return async (error: unknown): Promise<never> => {
    await running.stop();
    throw error;
  };
}

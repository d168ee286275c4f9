import { join } from 'node:path';

import { type Sandbox, type SandboxOptions } from '../sandbox/sandbox-options.ts';
import { startSandbox } from '../sandbox/sandbox-server.ts';
import { onExit } from '../setup/clean-exit.ts';
import { type RunningVsCode, installVsCode, startCodeServer } from '../setup/vscode-host.ts';
import { type DemoClips, makeDemoClips } from './demo-clips.ts';

/** All that a person needs to play with the extension: a backend, a workspace with clips, and a VS Code that serves it. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly server: RunningVsCode;
  readonly clips: DemoClips;
  /** Holds everything that the stage and what plays on it write. */
  readonly folder: string;
  /** The folder that is opened; it holds the clips. */
  readonly workspace: string;
  readonly close: () => Promise<void>;
}

/** How a stage is set. */
export interface StageOptions {
  /** Holds the workspace, the editor's home and its state. A short path. */
  readonly folder: string;
  /** The packaged extension. */
  readonly vsix: string;
  readonly sandbox?: SandboxOptions;
  /** User settings of the editor. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Language that the extension is told, such as `zh-cn`; English where absent. */
  readonly displayLanguage?: string;
  readonly logFile?: string;
  /** Port of the editor; a free one where absent. */
  readonly port?: number;
  /** Puts other extensions into the editor's folder of extensions. */
  readonly addExtensions?: (folder: string) => Promise<void>;
  /** Opens folders in Restricted Mode. */
  readonly restricted?: boolean;
}

/** Starts the sandbox and a code-server with the extension, and makes the workspace. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const installation = await installVsCode(console.log);
  const workspace = join(options.folder, 'workspace');
  const clips = await makeDemoClips(workspace);
  const sandbox = await startSandbox(options.sandbox);
  const forget = onExit(() => sandbox.close());
  const closeSandbox = async () => {
    forget();
    await sandbox.close();
  };
  try {
    const server = await startCodeServer(installation, {
      folder: options.folder,
      vsix: options.vsix,
      environment: { NEMO_API_URL: sandbox.url.href, NEMO_WEB_URL: sandbox.webUrl.href },
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.displayLanguage === undefined ? {} : { displayLanguage: options.displayLanguage }),
      ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.addExtensions === undefined ? {} : { addExtensions: options.addExtensions }),
      ...(options.restricted === undefined ? {} : { restricted: options.restricted }),
    });
    return {
      sandbox,
      server,
      clips,
      folder: options.folder,
      workspace,
      close: async () => {
        await server.stop();
        await closeSandbox();
      },
    };
  } catch (error) {
    await closeSandbox();
    throw error;
  }
}

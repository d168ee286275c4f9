import { join } from 'node:path';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { mediaFormats } from '../client/media-formats.ts';
import { plainName, plainText, plainTrace } from '../client/plain-text.ts';
import type { ChatState } from '../conversation/chat-state.ts';
import { asNemoError } from './as-nemo-error.ts';
import { carryOutStep } from './carry-out-step.ts';
import { intentCarrier } from './carry-out-intent.ts';
import { ChatController } from './chat-controller.ts';
import { ChatView } from './chat-view.ts';
import type { CommandName } from './command-names.ts';
import { saysNothing } from './commands/command-arguments.ts';
import type { CommandContext } from './commands/command-context.ts';
import { commandTable } from './commands/command-table.ts';
import { Connection } from './connection.ts';
import { ContextKeys } from './context-keys.ts';
import { DroppedFiles } from './dropped-files.ts';
import { OpenMedia } from './media/open-media.ts';
import { openLink } from './open-link.ts';
import { paceOf } from './pace.ts';
import { closeToOthers } from './private-files.ts';
import { RenderJobFolder, type RenderJob } from './render-job.ts';
import { RenderJobs } from './render-jobs.ts';
import type { SessionChat, SessionChatServices } from './session-chat.ts';
import { SessionStore } from './session-store.ts';
import { Settings } from './settings.ts';
import { Skills } from './skills.ts';
import { showStatus } from './status-bar.ts';
import { offerSteps } from './surfaces/notifications.ts';
import { createPlainLog, plainWindow, type PlainStatusBarItem } from './surfaces/plain-window.ts';
import { renderName, renderSteps } from './transfer-rows.ts';
import type { ProjectNode } from './tree/project-node.ts';
import { ProjectTree } from './tree/project-tree.ts';
import { readTreeDrop } from './tree/tree-drop.ts';
import { TimelinePanel } from './timeline-panel.ts';
import { Uploads } from './uploads.ts';

/** What `activate` registered already and the workbench brings to life. */
export interface Shell {
  readonly statusBar: PlainStatusBarItem;
  readonly treeChanged: vscode.EventEmitter<ProjectNode | undefined>;
}

/** What other extensions, and tests, get from `activate`. Neither holds a token. */
export interface NemoApi {
  /** The project tree as the side bar shows it. */
  readonly tree: vscode.TreeDataProvider<ProjectNode>;
  /** What can be dragged from the tree and dropped onto it. To drop is a person's to do: tests alone get it. */
  readonly treeDrops?: vscode.TreeDragAndDropController<ProjectNode>;
  /** Fires with the row that changed; `undefined` for the whole tree. */
  readonly onDidChangeTree: vscode.Event<ProjectNode | undefined>;
  /** What the chat shows at this moment. */
  readonly chatState: () => Promise<ChatState>;
}

/** Who calls a command. */
export interface Caller {
  /** The editor's own screen, or ours: a failure ends on our notification. */
  readonly fromEditor: boolean;
  /** As {@link CommandCall.isByPerson}. */
  readonly isByPerson?: boolean;
}

/** Everything behind the registrations. */
export interface Workbench {
  readonly chatView: ChatView;
  readonly timeline: TimelinePanel;
  readonly tree: ProjectTree;
  /** Uploads what was dropped onto the tree; resolves when nothing more is read from the drop. */
  dropOnTree(transfer: vscode.DataTransfer): Promise<void>;
  /** Carries out a command that somebody called, with whatever arguments. */
  run(name: CommandName, args: readonly unknown[], caller: Caller): Promise<unknown>;
  chatState(): Promise<ChatState>;
  dispose(): Promise<void>;
}

/** Composes the editor side. Called at first use; reads the skills' files, and goes on with what an earlier window left. */
export function createWorkbench(context: vscode.ExtensionContext, shell: Shell): Workbench {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

  const log = createPlainLog('Nemo');
  const note = (line: string) => log.info(plainText(line, 2_000));
  const storage = context.globalStorageUri.fsPath;
  const { clock, patience } = paceOf(context.extensionMode);
  const settings = new Settings();
  const skills = new Skills(context.extensionPath, vscode.env.language);
  const connection = new Connection({
    memento: context.globalState,
    secrets: context.secrets,
    clientIdPath: join(storage, 'client-id'),
    settings,
    skills,
    clock,
    ...(patience ? { patience } : {}),
    log: note,
  });
  const awaitedExports = new Set<string>();
  const jobs = new RenderJobs({
    folder: new RenderJobFolder(join(storage, 'renders')),
    clock,
    client: async () => {
      await chats.recallUser();
      return connection.client();
    },
    origin: () => connection.origin,
    log: note,
    onOver: (job) => {
      if (!awaitedExports.has(job.id) || job.phase === 'done') report(tellOfExport(job));
    },
  });
  const uploads = new Uploads(clock);
  const services: SessionChatServices = { connection, settings, skills, jobs, uploads, clock, log: note, pickFiles };
  const store = new SessionStore(join(storage, 'sessions'), clock);
  const chats: ChatController = new ChatController(
    services,
    store,
    context.workspaceState,
    context.storageUri && join(context.storageUri.fsPath, 'session.json'),
  );
  const media = new OpenMedia({
    jobs,
    client: () => connection.client(),
    cacheFolder: join(storage, 'media'),
    log: note,
    openOutside: async (target) => {
      if (typeof target === 'string') await openLink(target);
      else await vscode.env.openExternal(target);
    },
  });
  const droppedFiles = new DroppedFiles({ folder: join(storage, 'dropped'), log: note });
  const carryOut = intentCarrier({
    log: note,
    carryOutStep: (step, messageId) => carryOutStep(commands, step, { messageId }),
    selectSkill: async (name) => {
      await run('nemo.selectSkill', [name], { fromEditor: false, isByPerson: true });
    },
    pickFiles,
    compose: (text, replace) => chatView.compose(text, replace),
    openTimeline: () => timeline.open(),
    revealInTimeline: (change) => timeline.reveal(change),
    media,
    droppedFiles,
  });
  const chatView: ChatView = new ChatView({
    extensionUri: context.extensionUri,
    chats,
    log: note,
    onOpen: () => report(chats.connect()),
    carryOut,
  });
  const timeline: TimelinePanel = new TimelinePanel({
    extensionUri: context.extensionUri,
    chats,
    log: note,
    // The chat sets things up itself, where it is shown too.
    onOpen: () => {
      if (!chatView.visible) report(chats.connect());
    },
    carryOut,
  });
  const tree = new ProjectTree({ chats, connection, jobs, changed: shell.treeChanged });
  const commands: CommandContext = {
    connection,
    chats,
    jobs,
    uploads,
    media,
    settings,
    skills,
    view: chatView,
    timeline,
    log,
    pickFiles,
    run: (name, ...args) => run(name, args, { fromEditor: true, isByPerson: true }),
    awaitedExports,
  };

  const keys = new ContextKeys();
  let ofChat: vscode.Disposable | undefined;
  const follow = (chat: SessionChat) => {
    droppedFiles.follow(chat);
    ofChat?.dispose();
    const look = () => {
      keys.set('nemo.turnRunning', chat.busy || chat.isFollowing);
      keys.set('nemo.hasTracks', chat.state.timeline.tracks.length > 0);
    };
    look();
    ofChat = vscode.Disposable.from(chat.onDidChangeBusy(look), chat.onDidChangeProject(look));
  };
  const lookAtConnection = async () => {
    const { view } = connection;
    keys.set('nemo.connected', view.kind === 'connected');
    keys.set('nemo.connectionFailed', view.kind === 'failed');
    keys.set('nemo.signedIn', view.kind === 'connected' && (await connection.identity()).kind === 'signedIn');
  };

  const subscriptions = [
    log,
    connection.onDidChange(() => report(lookAtConnection())),
    chats.onDidSwitch(follow),
    showStatus(shell.statusBar, connection, settings),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('nemo.skill')) chats.shown?.showSkill();
      if (event.affectsConfiguration('nemo.apiUrl')) report(moveToAddress());
    }),
  ];

  report(
    Promise.all([closeToOthers(storage), ...(context.storageUri ? [closeToOthers(context.storageUri.fsPath)] : [])]),
  );
  report(jobs.resume());
  report(droppedFiles.cleanUp());
  report(store.sweep());

  /** The setting leads to another service: whoever looks on wants to see that one. */
  async function moveToAddress(): Promise<void> {
    if (await connection.checkAddress()) await media.forgetFetched();
    if (chatView.visible) await chats.connect();
  }

  /** For what nobody waits for: its failure is in the log, and where it matters on the screen already. */
  function report(work: Promise<unknown>): void {
    work.catch((reason: unknown) => {
      const error = asNemoError(reason);
      log.warn(plainText(`${error.code}${error.endpoint === undefined ? '' : ` ${error.endpoint}`}`));
    });
  }

  async function run(name: CommandName, args: readonly unknown[], caller: Caller): Promise<unknown> {
    const { fromEditor, isByPerson = false } = caller;
    const mayAsk = args.every(saysNothing);
    try {
      return await commandTable[name](commands, { args, mayAsk, isByPerson });
    } catch (reason) {
      const error = asNemoError(reason);
      log.warn(plainText(`${name}: ${error.code}${error.endpoint === undefined ? '' : ` (${error.endpoint})`}`));
      if (error.code === 'internal') log.error(plainTrace(error.cause));
      if ((mayAsk || fromEditor) && error.code !== 'cancelled') {
        report(
          offerSteps('error', error.message, error.steps).then(
            (step) => step && carryOutOffered(step, () => run(name, args, { fromEditor: true, isByPerson })),
          ),
        );
      }
      // Who pressed a button has read it; the editor would say it a second time.
      if (fromEditor) return undefined;
      throw error;
    }
  }

  async function carryOutOffered(
    step: Parameters<typeof carryOutStep>[1],
    again?: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await carryOutStep(commands, step, again ? { again } : {});
    } catch (reason) {
      const error = asNemoError(reason);
      if (error.code === 'cancelled') return;
      const others = error.steps.filter(({ kind }) => kind !== 'retry');
      const next = await offerSteps('error', error.message, others);
      if (next) await carryOutOffered(next);
    }
  }

  async function dropOnTree(transfer: vscode.DataTransfer): Promise<void> {
    const { uris, files } = await readTreeDrop(transfer);
    if (uris.length > 0) report(run('nemo.upload', [uris], { fromEditor: true, isByPerson: true }));
    for (const { name, data } of files) {
      try {
        await droppedFiles.hand(name, data, await chats.chat());
      } catch (reason) {
        const error = asNemoError(reason);
        log.warn(plainText(`A file that was dropped: ${error.code}`));
        report(offerSteps('error', error.message, error.steps).then((step) => step && carryOutOffered(step)));
      }
    }
  }

  /** An export is over: says so as the settings want it. */
  async function tellOfExport(job: RenderJob): Promise<void> {
    if (job.phase === 'cancelled') return;
    let step: Parameters<typeof carryOutStep>[1] | undefined;
    if (job.phase === 'failed') {
      const sentence = l10n.t('“{0}” could not be exported. {1}', plainName(job.fileName), job.error?.message ?? '');
      step = await offerSteps('error', sentence, renderSteps(job));
    } else if (settings.afterExport === 'notify') {
      step = await offerSteps('info', l10n.t('“{0}” is ready.', plainName(renderName(job))), renderSteps(job));
    } else if (settings.afterExport === 'open') {
      [step] = renderSteps(job);
    }
    if (step) await carryOutOffered(step);
  }

  return {
    chatView,
    timeline,
    tree,
    dropOnTree,
    run,
    chatState: async () => structuredClone<ChatState>((await chats.chat()).state),
    dispose: async () => {
      ofChat?.dispose();
      uploads.dispose();
      await Promise.allSettled([chats.dispose(), jobs.dispose(), droppedFiles.dispose()]);
      chatView.dispose();
      timeline.dispose();
      media.dispose();
      tree.dispose();
      await connection.dispose();
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

/** Lets a person choose files of the thirteen formats. */
async function pickFiles(): Promise<readonly vscode.Uri[]> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  const uris = await plainWindow.showOpenDialog({
    title: plainText(l10n.t('Upload to Nemo')),
    openLabel: plainText(l10n.t('Upload')),
    canSelectMany: true,
    filters: { [l10n.t('Video, pictures and sound')]: mediaFormats.map(({ extension }) => extension) },
    ...(workspace ? { defaultUri: workspace.uri } : {}),
  });
  return uris ?? [];
}

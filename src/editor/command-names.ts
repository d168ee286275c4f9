/** Every command that people and programs may call; what each takes and gives is said in its own file in `commands/`. */
export const publicCommands = [
  'nemo.connect',
  'nemo.signIn',
  'nemo.signOut',
  'nemo.upload',
  'nemo.chat',
  'nemo.export',
  'nemo.showTracks',
  'nemo.openTimeline',
  'nemo.preview',
  'nemo.showCredits',
  'nemo.newSession',
  'nemo.selectSkill',
  'nemo.openInBrowser',
  'nemo.switchSession',
  'nemo.renameSession',
  'nemo.deleteSession',
  'nemo.refresh',
  'nemo.stop',
  'nemo.showLog',
] as const;

/** Commands behind the tree's buttons and the chat's context menu; they take a node, the id of a transfer, or a block. */
export const internalCommands = [
  'nemo.cancelTransfer',
  'nemo.retryTransfer',
  'nemo.removeTransfer',
  'nemo.openRender',
  'nemo.revealRender',
  'nemo.copyRenderLink',
  'nemo.openMedia',
  'nemo.askAbout',
  'nemo.copyBlock',
  'nemo.insertBlock',
  'nemo.openBlock',
] as const;

export const commandNames = [...publicCommands, ...internalCommands] as const;

/** One of {@link commandNames}. */
export type CommandName = (typeof commandNames)[number];

export const chatViewId = 'nemo.chatView';
export const projectViewId = 'nemo.projectView';
/** Type of the editor tab that shows the timeline. */
export const timelinePanelType = 'nemo.timeline';

import type { CommandName } from '../command-names.ts';
import { askAbout } from './ask-about.ts';
import { cancelTransfer } from './cancel-transfer.ts';
import { chat } from './chat.ts';
import type { Command } from './command-context.ts';
import { connect } from './connect.ts';
import { copyBlock } from './copy-block.ts';
import { copyRenderLink } from './copy-render-link.ts';
import { deleteSession } from './delete-session.ts';
import { exportVideo } from './export.ts';
import { insertBlock } from './insert-block.ts';
import { newSession } from './new-session.ts';
import { openBlock } from './open-block.ts';
import { openInBrowser } from './open-in-browser.ts';
import { openMedia } from './open-media.ts';
import { openRender } from './open-render.ts';
import { openTimeline } from './open-timeline.ts';
import { preview } from './preview.ts';
import { refresh } from './refresh.ts';
import { removeTransfer } from './remove-transfer.ts';
import { renameSession } from './rename-session.ts';
import { retryTransfer } from './retry-transfer.ts';
import { revealRender } from './reveal-render.ts';
import { selectSkill } from './select-skill.ts';
import { showCredits } from './show-credits.ts';
import { showLog } from './show-log.ts';
import { showTracks } from './show-tracks.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { stop } from './stop.ts';
import { switchSession } from './switch-session.ts';
import { upload } from './upload.ts';

/** Every command, by its name. */
export const commandTable: Record<CommandName, Command> = {
  'nemo.connect': connect,
  'nemo.signIn': signIn,
  'nemo.signOut': signOut,
  'nemo.upload': upload,
  'nemo.chat': chat,
  'nemo.export': exportVideo,
  'nemo.showTracks': showTracks,
  'nemo.openTimeline': openTimeline,
  'nemo.preview': preview,
  'nemo.showCredits': showCredits,
  'nemo.newSession': newSession,
  'nemo.selectSkill': selectSkill,
  'nemo.openInBrowser': openInBrowser,
  'nemo.switchSession': switchSession,
  'nemo.renameSession': renameSession,
  'nemo.deleteSession': deleteSession,
  'nemo.refresh': refresh,
  'nemo.stop': stop,
  'nemo.showLog': showLog,
  'nemo.cancelTransfer': cancelTransfer,
  'nemo.retryTransfer': retryTransfer,
  'nemo.removeTransfer': removeTransfer,
  'nemo.openRender': openRender,
  'nemo.revealRender': revealRender,
  'nemo.copyRenderLink': copyRenderLink,
  'nemo.openMedia': openMedia,
  'nemo.askAbout': askAbout,
  'nemo.copyBlock': copyBlock,
  'nemo.insertBlock': insertBlock,
  'nemo.openBlock': openBlock,
};

/** Entry of the side panel's page: components, styles, and the one element that the editor's HTML holds. */
import './styles/page.css';
import './styles/controls.css';
import './styles/chat.css';
import './styles/markdown.css';
import './styles/composer.css';
import './styles/timeline.css';
import './styles/preview.css';
import './styles/forced-colors.css';

import './markdown/markdown-view.ts';
import './chat/elapsed.ts';
import './chat/change-card.ts';
import './chat/question-card.ts';
import './chat/message-view.ts';
import './chat/chat-log.ts';
import './chat/composer.ts';
import './timeline/timeline-view.ts';
import './preview/preview-pane.ts';
import './preview/sound-wave.ts';
import './splitter.ts';

import { App } from './app.ts';
import { registerToolkit } from './toolkit.ts';

registerToolkit();

/** Faults go to the extension's log: what broke and where, never what people wrote. */
function report(error: unknown): void {
  const [what, where] = error instanceof Error ? [error.message, error.stack?.split('\n')[1]?.trim()] : [String(error)];
  const app = document.querySelector('nemo-app');
  if (app instanceof App) app.fault(`${what.slice(0, 200)} ${where ?? ''}`.trim());
}

window.addEventListener('error', ({ error }) => report(error));
window.addEventListener('unhandledrejection', ({ reason }) => report(reason));

import type { Protection } from './protection.ts';
import { answerProtections } from './rows/answers.ts';
import { editorPageProtections } from './rows/editor-pages.ts';
import { editorWorkProtections } from './rows/editor-work.ts';
import { hostileServerProtections } from './rows/hostile-servers.ts';
import { hostileTextProtections } from './rows/hostile-texts.ts';
import { inExtensionProtections } from './rows/in-extension.ts';
import { limitProtections } from './rows/limits.ts';
import { otherHandsProtections } from './rows/other-hands.ts';
import { pageProtections } from './rows/page.ts';
import { sendingProtections } from './rows/sending.ts';
import { storageProtections } from './rows/storage.ts';
import { transferProtections } from './rows/transfers.ts';

/** Every protection of the product that a test has to notice the loss of. */
export const allProtections: readonly Protection[] = [
  ...sendingProtections,
  ...answerProtections,
  ...transferProtections,
  ...storageProtections,
  ...editorPageProtections,
  ...editorWorkProtections,
  ...inExtensionProtections,
  ...limitProtections,
  ...pageProtections,
  ...hostileTextProtections,
  ...hostileServerProtections,
  ...otherHandsProtections,
];

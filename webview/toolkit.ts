/**
 * The only file that knows the component toolkit. It is archived upstream; exchanging it is the work of this file (and of
 * whoever keeps the names `vscode-button`, `vscode-dropdown`, `vscode-option`, `vscode-text-area`,
 * `vscode-progress-ring` and `vscode-badge` alive).
 */
import { knowsFocusVisible } from './focus-visible-answer.ts';

import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextArea,
} from '@vscode/webview-ui-toolkit';

/** What the page uses of a dropdown. */
export interface DropdownElement extends HTMLElement {
  value: string;
}

/** What the page uses of a text area. */
export interface TextAreaElement extends HTMLElement {
  value: string;
  /** The browser's own element inside. */
  readonly control: HTMLTextAreaElement;
}

/** Makes the components known to the page. */
export function registerToolkit(): void {
  knowsFocusVisible();
  provideVSCodeDesignSystem().register(
    vsCodeBadge(),
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextArea(),
  );
}

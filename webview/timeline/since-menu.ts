import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';

import { icon } from '../icon.ts';
import { seen } from '../seen-text.ts';
import { sinceWords, versionTime, type ChangedSince, type SinceChoice } from './changed-since.ts';

const menuId = 'since-menu';

/** The button «Changed since …» with its menu. The versions are asked for when it opens. */
export function sinceMenu(since: ChangedSince): TemplateResult {
  const { choice, versions } = since;
  const name = buttonName(choice);
  return html`<button
      type="button"
      class="icon-button since-button ${choice === 'off' ? 'since-off' : ''}"
      aria-haspopup="menu"
      aria-label=${name}
      title=${name}
      popovertarget=${menuId}
    >
      ${icon('diff')}<span class="since-text">${buttonWords(choice)}</span>${icon('chevron-down')}
    </button>
    <div
      id=${menuId}
      class="menu"
      role="menu"
      popover
      aria-label=${l10n.t('Changed since')}
      @toggle=${(event: ToggleEvent) => {
        if (event.newState !== 'open') return;
        focusItem(event.currentTarget as HTMLElement, (items) => items.find(isChecked) ?? items[0]);
        void since.loadVersions();
      }}
      @keydown=${menuKey}
      @click=${(event: Event) => {
        if (event.target !== event.currentTarget) (event.currentTarget as HTMLElement).hidePopover();
      }}
    >
      <div class="menu-title" aria-hidden="true">${l10n.t('Changed since')}</div>
      ${item('off', choice, since, l10n.t('Off'))} ${item('lastMessage', choice, since, l10n.t('The last message'))}
      ${versions === undefined || versions.length === 0 ? nothing : html`<div class="menu-line" role="separator"></div>`}
      ${(versions ?? []).map((version) =>
        item(version, choice, since, version.label, html`<span class="menu-time">${versionTime(version)}</span>`),
      )}
      ${
        versions === undefined || versions.length > 0
          ? nothing
          : html`<div class="menu-note" role="menuitem" aria-disabled="true">${l10n.t('No earlier versions yet')}</div>`
      }
    </div>`;
}

function item(
  of: SinceChoice,
  choice: SinceChoice,
  since: ChangedSince,
  label: string,
  time: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const checked = isSame(of, choice);
  return html`<button
    type="button"
    class="menu-item"
    role="menuitemradio"
    tabindex="-1"
    aria-checked=${String(checked)}
    title=${seen(label)}
    @click=${() => since.choose(of)}
  >
    ${icon(checked ? 'check' : 'blank')}${time}<span class="menu-label" dir="auto">${seen(label)}</span>
  </button>`;
}

function isSame(a: SinceChoice, b: SinceChoice): boolean {
  return a === b || (typeof a !== 'string' && typeof b !== 'string' && a.number === b.number);
}

/** What the button is called; begins with what it says, for those who name it aloud. */
function buttonName(choice: SinceChoice): string {
  return choice === 'off' ? l10n.t('Changes: off') : buttonWords(choice);
}

/** What the button says of itself where it has room. */
function buttonWords(choice: SinceChoice): string {
  return choice === 'off' ? l10n.t('Changes') : l10n.t('Changed {0}', sinceWords(choice));
}

function menuKey(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLElement;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined) {
    focusItem(menu, (items) => {
      const at = items.findIndex((one) => one === document.activeElement);
      return items[(at + step + items.length) % items.length];
    });
  } else if (event.key === 'Home') focusItem(menu, (items) => items[0]);
  else if (event.key === 'End') focusItem(menu, (items) => items.at(-1));
  else if (event.key === 'Tab') menu.hidePopover();
  else return;
  if (event.key !== 'Tab') event.preventDefault();
}

function focusItem(menu: HTMLElement, choose: (items: readonly HTMLElement[]) => HTMLElement | undefined): void {
  choose([...menu.querySelectorAll<HTMLElement>('[role=menuitemradio]')])?.focus();
}

const isChecked = (element: HTMLElement) => element.getAttribute('aria-checked') === 'true';

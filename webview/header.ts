import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';

import type { ChatState } from '../src/conversation/chat-state.ts';
import { icon } from './icon.ts';
import { seen } from './seen-text.ts';
import type { DropdownElement } from './toolkit.ts';
import type { ViewActions } from './view-actions.ts';

/** Skill, session and credits. */
export function header(state: ChatState, actions: ViewActions): TemplateResult {
  const { skill, skills, sessionName, connection } = state;
  const credits = connection.kind === 'connected' ? connection.credits : undefined;
  return html`<header class="header">
    <h1 class="visually-hidden">Nemo</h1>
    <vscode-dropdown
      class="skill"
      aria-label=${l10n.t('Skill')}
      @change=${(event: Event) => {
        const { value } = event.currentTarget as DropdownElement;
        if (value !== skill.name) void actions.send({ type: 'selectSkill', name: value });
      }}
    >
      ${skills.map(
        ({ name, displayName }) =>
          html`<vscode-option value=${name} ?selected=${name === skill.name}>${displayName}</vscode-option>`,
      )}
    </vscode-dropdown>
    ${
      sessionName === ''
        ? nothing
        : html`<span class="session" dir="auto" title=${l10n.t('Session: {0}', seen(sessionName))}
            >${seen(sessionName)}</span
          >`
    }
    ${
      credits
        ? html`<button
            type="button"
            class="credits"
            title=${
              credits.frozen > 0
                ? l10n.t(
                    '{0} credits available, {1} held for work that runs, {2} in all',
                    credits.available,
                    credits.frozen,
                    credits.total,
                  )
                : l10n.t('{0} credits available', credits.available)
            }
            aria-label=${l10n.t('{0} credits available', credits.available)}
            @click=${() => actions.act({ kind: 'showCredits', label: l10n.t('Credits') })}
          >
            ${icon('credit-card')}<span>${credits.available}</span>
          </button>`
        : nothing
    }
  </header>`;
}

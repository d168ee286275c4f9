import * as l10n from '@vscode/l10n';
import type { nothing } from 'lit';
import { html, type TemplateResult } from 'lit';

import type { Connection, SkillView } from '../../src/conversation/chat-state.ts';
import { icon } from '../icon.ts';
import { seenSentence } from '../seen-text.ts';
import type { ViewActions } from '../view-actions.ts';
import { actionButtons } from './action-buttons.ts';
import { promptList, tipList } from './skill-help.ts';

/** What is there before the first message: the skill's own words, what to say, and how things stand. */
export function welcome(skill: SkillView, connection: Connection, actions: ViewActions): TemplateResult {
  return html`<section class="welcome" aria-label=${l10n.t('Welcome')}>
    <div class="welcome-sign">${icon('wand')}</div>
    <h2 class="welcome-name">${skill.displayName}</h2>
    <p class="welcome-tagline">${skill.tagline}</p>
    ${connectionLine(connection, actions)}
    <p class="welcome-greeting">${skill.greeting}</p>
    ${promptList(skill, (prompt) => actions.fillIn(prompt))} ${tipList(skill)}
  </section>`;
}

/** How the connection stands, in one line, with buttons where it failed. */
export function connectionLine(connection: Connection, actions: ViewActions): TemplateResult | typeof nothing {
  switch (connection.kind) {
    case 'connecting':
      return html`<div class="connection" role="status">
        <span class="spinner codicon codicon-loading" aria-hidden="true"></span>
        <span>${l10n.t('Setting things up…')}</span>
      </div>`;
    case 'connected':
      return html`<div class="connection connection-ready" role="status">
        ${icon('pass')}<span>${l10n.t('All is ready.')}</span>
      </div>`;
    case 'notConnected':
      return html`<div class="connection">
        ${actionButtons([{ kind: 'connect', label: l10n.t('Connect') }], actions, { primary: true })}
      </div>`;
    case 'failed':
      return html`<div class="connection-failed" role="alert">
        <div class="error-box">${icon('warning')}<span dir="auto">${seenSentence(connection.message)}</span></div>
        ${actionButtons(connection.steps, actions, { primary: true })}
      </div>`;
  }
}

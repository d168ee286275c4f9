import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';

import type { SkillView } from '../../src/conversation/chat-state.ts';
import { readPrompt } from '../../src/conversation/prompt-blanks.ts';
import { icon, iconButton } from '../icon.ts';

/** The skill's prompts as buttons; `onPick` gets the prompt as the skill has it, with its blanks marked. */
export function promptList(skill: SkillView, onPick: (prompt: string) => void): TemplateResult | typeof nothing {
  if (skill.prompts.length === 0) return nothing;
  return html`<ul class="prompts" aria-label=${l10n.t('Suggestions')}>
    ${skill.prompts.map(
      (prompt) =>
        html`<li>
          <button
            type="button"
            class="prompt"
            title=${l10n.t('Put it into the message')}
            @click=${() => onPick(prompt)}
          >
            <span class="prompt-text">${readPrompt(prompt).text}</span>${icon('arrow-right')}
          </button>
        </li>`,
    )}
  </ul>`;
}

/** The skill's advice, one line each. */
export function tipList(skill: SkillView): TemplateResult | typeof nothing {
  if (skill.tips.length === 0) return nothing;
  return html`<ul class="tips" aria-label=${l10n.t('Tips')}>
    ${skill.tips.map((tip) => html`<li>${icon('lightbulb')}<span>${tip}</span></li>`)}
  </ul>`;
}

/** Prompts, workflows and tips of the active skill, to be opened beside the composer at any time. */
export function skillHelp(
  skill: SkillView,
  { onPick, onClose }: { readonly onPick: (prompt: string) => void; readonly onClose: () => void },
): TemplateResult {
  const title = l10n.t('Ideas and tips: {0}', skill.displayName);
  return html`<section
    id="skill-help"
    class="skill-help"
    aria-label=${title}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      onClose();
    }}
  >
    <div class="skill-help-head">
      <h2>${title}</h2>
      ${iconButton({ icon: 'close', label: l10n.t('Close ideas and tips'), onClick: onClose })}
    </div>
    ${promptList(skill, onPick)}
    ${
      skill.workflows.length === 0
        ? nothing
        : html`<dl class="workflows" aria-label=${l10n.t('Ways of working')}>
            ${skill.workflows.map(
              ({ name, steps }) =>
                html`<div>
                  <dt>${name}</dt>
                  <dd>${steps}</dd>
                </div>`,
            )}
          </dl>`
    }
    ${tipList(skill)}
  </section>`;
}

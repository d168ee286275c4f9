import * as l10n from '@vscode/l10n';
import { html, LitElement, nothing, type TemplateResult } from 'lit';

import type { AgentQuestion } from '../../src/client/agent-question.ts';
import type { AskedQuestion, QuestionAnswer } from '../../src/conversation/chat-state.ts';
import { icon } from '../icon.ts';
import { KeptFocus } from '../kept-focus.ts';
import { seen, seenLines } from '../seen-text.ts';
import type { ViewActions } from '../view-actions.ts';
import type { QuestionDraft } from './question-drafts.ts';

/** What the agent asks: the choices of each question, a line for other words, and what was answered. */
export class QuestionCard extends LitElement {
  static override properties = {
    question: { attribute: false },
    messageId: { attribute: false },
    actions: { attribute: false },
    sending: { state: true },
  };

  declare question: AskedQuestion;
  declare messageId: string;
  declare actions: ViewActions;
  declare sending: boolean;

  constructor() {
    super();
    this.sending = false;
    // What was answered can be chosen no more: one goes on with writing.
    new KeptFocus(this, () => this.actions.compose('', false));
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { questions, answer } = this.question;
    const title = answer ? l10n.t('Answered') : l10n.t('Nemo asks');
    return html`<form
      class="card question-card"
      aria-label=${title}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#send();
      }}
    >
      <div class="card-title">${icon(answer ? 'check' : 'question')}<span>${title}</span></div>
      ${questions.map((question, at) => this.#fields(question, at, answer))}
      ${
        answer
          ? answer.choices.length === 0
            ? html`<p class="question-note">${l10n.t('You answered in your own words.')}</p>`
            : nothing
          : html`<div class="action-row">
              <vscode-button
                class="question-send"
                ?disabled=${this.sending || this.#choices().length === 0}
                @click=${() => void this.#send()}
                >${l10n.t('Send Answer')}</vscode-button
              >
            </div>`
      }
    </form>`;
  }

  #fields(question: AgentQuestion, at: number, answer: QuestionAnswer | undefined): TemplateResult {
    const { id, prompt, options, allowMultiple } = question;
    const given = answer?.choices.find(({ questionId }) => questionId === id);
    const draft: QuestionDraft = answer
      ? {
          optionIds: given?.optionIds ?? [],
          isOther: given?.other !== undefined,
          other: given?.other ?? '',
        }
      : this.#draft(id);
    const isClosed = answer !== undefined || this.sending;
    const name = `${this.messageId}-${at}`;
    const type = allowMultiple ? 'checkbox' : 'radio';
    return html`<fieldset class="question" ?disabled=${isClosed}>
      <legend dir="auto">${seenLines(prompt)}</legend>
      ${options.map(
        (option) =>
          html`<label class="choice">
            <input
              type=${type}
              name=${name}
              .checked=${draft.optionIds.includes(option.id)}
              @change=${(event: Event) => this.#choose(question, option.id, isChecked(event))}
            />
            <span dir="auto">${seen(option.label)}</span>
          </label>`,
      )}
      ${
        options.length === 0
          ? this.#otherLine(question, draft, prompt)
          : answer && !draft.isOther
            ? nothing
            : html`<label class="choice">
                  <input
                    type=${type}
                    name=${name}
                    .checked=${draft.isOther}
                    @change=${(event: Event) => this.#chooseOther(question, isChecked(event))}
                  />
                  <span>${l10n.t('Something else…')}</span>
                </label>
                ${draft.isOther ? this.#otherLine(question, draft, l10n.t('Something else')) : nothing}`
      }
    </fieldset>`;
  }

  #otherLine(question: AgentQuestion, { other }: QuestionDraft, label: string): TemplateResult {
    return html`<input
      type="text"
      class="choice-other"
      dir="auto"
      maxlength="2000"
      aria-label=${seen(label)}
      placeholder=${l10n.t('Your answer')}
      .value=${other}
      @input=${(event: Event) =>
        this.#change(question.id, { isOther: true, other: (event.target as HTMLInputElement).value })}
    />`;
  }

  #choose({ id, allowMultiple }: AgentQuestion, optionId: string, isChosen: boolean): void {
    const { optionIds } = this.#draft(id);
    if (!allowMultiple) {
      this.#change(id, { optionIds: [optionId], isOther: false });
      return;
    }
    const others = optionIds.filter((one) => one !== optionId);
    this.#change(id, { optionIds: isChosen ? [...others, optionId] : others });
  }

  #chooseOther({ id, allowMultiple }: AgentQuestion, isOther: boolean): void {
    this.#change(id, { isOther, ...(allowMultiple ? {} : { optionIds: [] }) });
    if (!isOther) return;
    const { activeElement } = document;
    const field = activeElement?.closest('fieldset');
    void this.updateComplete.then(() => field?.querySelector<HTMLElement>('.choice-other')?.focus());
  }

  #draft(questionId: string): QuestionDraft {
    return this.actions.questionDrafts.of(this.messageId, questionId);
  }

  #change(questionId: string, change: Partial<QuestionDraft>): void {
    this.actions.questionDrafts.change(this.messageId, questionId, change);
    this.requestUpdate();
  }

  #choices() {
    return this.question.questions.flatMap(({ id, options }) => {
      const { optionIds: chosen, isOther, other } = this.#draft(id);
      const words = isOther ? other.trim() : '';
      const optionIds = chosen.filter((one) => options.some((option) => option.id === one));
      if (optionIds.length === 0 && words === '') return [];
      return [{ questionId: id, optionIds, ...(words === '' ? {} : { other: words }) }];
    });
  }

  async #send(): Promise<void> {
    const choices = this.#choices();
    if (choices.length === 0 || this.sending || this.question.answer) return;
    this.sending = true;
    const answer = await this.actions.send({ type: 'answerQuestion', messageId: this.messageId, choices });
    this.sending = false;
    // What was chosen stays where it was refused.
    if (answer.ok) this.actions.questionDrafts.forget(this.messageId);
  }
}

function isChecked(event: Event): boolean {
  return (event.target as HTMLInputElement).checked;
}

customElements.define('nemo-question', QuestionCard);

import type { NextStep } from '../client/next-step.ts';

export class GuiTranslator {
  readonly #actions: NextStep[] = [];
  get actions(): readonly NextStep[] {
    return this.#actions;
  }
  push(text: string): string {
    return text;
  }
  end(): string {
    return '';
  }
}

import type { FrameLocator, Locator } from 'playwright-core';

/** What the line above the timeline says. */
export interface TimelineFacts {
  readonly tracks: number;
  readonly seconds: number;
  /** Px. */
  readonly width: number;
  readonly height: number;
}

/** The side panel's chat, as a person finds it: by roles and names. */
export class ChatPane {
  readonly frame: FrameLocator;

  constructor(frame: FrameLocator) {
    this.frame = frame;
  }

  /** Where one writes. */
  get composer(): Locator {
    return this.frame.getByRole('textbox', { name: 'Message to Nemo' });
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name });
  }

  get log(): Locator {
    return this.frame.getByRole('log', { name: 'Chat' });
  }

  /** What the person said. */
  get said(): Locator {
    return this.log.getByRole('article', { name: /^You, / });
  }

  /** What Nemo answered, or is answering. */
  get answers(): Locator {
    return this.log.getByRole('article', { name: /^Nemo, / });
  }

  /** Answers that are over, however they ended. */
  get endedAnswers(): Locator {
    return this.answers.and(this.frame.locator('.message-is-done, .message-is-failed, .message-is-cancelled'));
  }

  /** Clips that go with the next message. */
  get attachments(): Locator {
    return this.frame.getByRole('list', { name: 'Clips for this message' }).getByRole('listitem');
  }

  /** Types a message and sends it with the button. */
  async say(text: string): Promise<void> {
    await this.composer.click();
    await this.composer.pressSequentially(text);
    await this.button('Send').click();
  }

  /** Resolves with the answer number `index` (from 0) when it is over. */
  async answer(index: number, timeoutMs = 120_000): Promise<Locator> {
    const answer = this.endedAnswers.nth(index);
    await answer.waitFor({ timeout: timeoutMs });
    return answer;
  }

  /** The line above the timeline: «3 tracks · 7.86 s · 640×360». */
  get timelineLine(): Locator {
    return this.frame.getByRole('region', { name: 'Timeline' }).getByRole('button', { name: /^Timeline/ });
  }

  /** What the timeline says of itself. */
  async timelineFacts(): Promise<TimelineFacts> {
    const line = (await this.timelineLine.innerText()).replaceAll(/\s+/g, ' ');
    const match = /(\d+) tracks? · (?:([\d.]+) s|(?:(\d+):)?(\d+):([\d.]+)) · (\d+)×(\d+)/.exec(line);
    if (!match) throw new Error(`The timeline says neither length nor size: «${line}».`);
    const number = (group: number) => Number(match[group] ?? 0);
    return {
      tracks: number(1),
      seconds: number(2) + number(3) * 3600 + number(4) * 60 + number(5),
      width: number(6),
      height: number(7),
    };
  }
}

import type { FrameLocator, Locator } from 'playwright-core';

import { eventually } from './eventually.ts';

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

  /** The tracks and clips of the timeline, as the keyboard finds them. */
  get clips(): Locator {
    return this.frame.getByRole('tree', { name: 'Tracks and clips' });
  }

  /** What plays above the timeline. */
  get preview(): Locator {
    return this.frame.getByRole('region', { name: /^Preview/ });
  }

  /** Where the preview is. */
  get previewBar(): Locator {
    return this.preview.getByRole('slider', { name: 'Moment' });
  }

  /** Plays the first clip by keyboard, stops it, and goes to its second second. */
  async previewFirstClip(): Promise<void> {
    await this.clips.focus();
    await this.clips.press('Home');
    await this.clips.press('ArrowRight');
    await this.clips.press('p');
    await this.preview.getByRole('button', { name: 'Pause' }).waitFor();
    await this.previewBar.press('k');
    await this.preview.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await this.previewBar.press('Home');
    await this.previewBar.press('ArrowRight');
    await this.previewBar.press('ArrowRight');
    await this.frame.locator('.preview-seek[aria-valuetext^="0:02"]').waitFor();
    await this.untilPictured();
  }

  /** Resolves when the preview shows a picture, and not a blank. */
  async untilPictured(): Promise<void> {
    const colours = () =>
      this.preview.locator('canvas').evaluate((element) => {
        const small = new OffscreenCanvas(32, 18).getContext('2d');
        small?.drawImage(element as HTMLCanvasElement, 0, 0, 32, 18);
        return new Set(new Uint32Array(small?.getImageData(0, 0, 32, 18).data.buffer ?? new ArrayBuffer(0))).size;
      });
    await eventually(async () => (await colours()) > 8);
  }

  /** Closes the preview by keyboard. */
  async closePreview(): Promise<void> {
    await this.previewBar.press('Escape');
    await this.preview.waitFor({ state: 'detached' });
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

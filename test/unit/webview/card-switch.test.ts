import assert from 'node:assert/strict';

import { CardSwitch } from '../../../webview/media/card-switch.ts';

/** A sound card that takes its time, until the test says that it is done. */
class SlowCard {
  /** What it was told, in order. */
  readonly told: string[] = [];
  #waiting: (() => void)[] = [];

  resume(): Promise<void> {
    return this.#take('on');
  }

  suspend(): Promise<void> {
    return this.#take('off');
  }

  /** All that it was told so far is done, and what comes of that. */
  async done(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
    await new Promise((resolve) => setImmediate(resolve));
  }

  #take(order: string): Promise<void> {
    this.told.push(order);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

describe('The switch of a sound card', () => {
  let card: SlowCard;
  let key: CardSwitch;
  beforeEach(() => {
    card = new SlowCard();
    key = new CardSwitch(card as unknown as AudioContext);
  });

  it('stops no card that is still starting, but once it runs', async () => {
    const on = key.on();
    await card.done();
    await on;
    void key.on();
    const off = key.off();
    assert.deepEqual(card.told, ['on', 'on']);
    await card.done();
    assert.deepEqual(card.told, ['on', 'on', 'off']);
    await card.done();
    await off;
  });

  it('starts no card that is still stopping, but once it stands still', async () => {
    void key.off();
    const on = key.on();
    await card.done();
    assert.deepEqual(card.told, ['off', 'on']);
    await card.done();
    await on;
  });

  it('leaves out what is not wanted any more', async () => {
    void key.on();
    const switched = [key.off(), key.on()];
    await card.done();
    await card.done();
    await Promise.all(switched);
    assert.deepEqual(card.told, ['on', 'on']);
    const [off, on, offAgain] = [key.off(), key.on(), key.off()];
    await card.done();
    await card.done();
    await Promise.all([off, on, offAgain]);
    assert.deepEqual(card.told, ['on', 'on', 'off']);
  });

  it('asks again where a page was denied the card before', async () => {
    void key.on();
    void key.on();
    assert.deepEqual(card.told, ['on', 'on']);
    await card.done();
  });
});

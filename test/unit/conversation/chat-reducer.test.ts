import assert from 'node:assert/strict';

import fc from 'fast-check';

import { applyHostMessage } from '../../../src/conversation/apply-delta.ts';
import {
  addAnswer,
  addMessage,
  appendText,
  applyTurnResult,
  applyTurnUpdate,
  editQueued,
  inTurn,
  nextQueued,
  patchMessage,
  removeMessage,
  removeQueued,
  replaceText,
  setAttachments,
  setConnection,
  setTimeline,
  setQueueHeld,
  setTransfers,
  type Reduction,
} from '../../../src/conversation/chat-reducer.ts';
import type { ChatMessage, ChatState } from '../../../src/conversation/chat-state.ts';
import type { TurnUpdate } from '../../../src/conversation/turn-update.ts';
import { hostMessage, type HostMessage } from '../../../src/protocol/messages.ts';
import { clip, timelineOf, track } from '../timeline/draft-of.ts';
import { stateOf } from './scripted-service.ts';

const empty: ChatState = {
  connection: { kind: 'notConnected' },
  skill: {
    name: 'video-writer',
    displayName: 'Video Writer',
    tagline: '',
    greeting: '',
    prompts: [],
    workflows: [],
    tips: [],
  },
  skills: [],
  sessionName: 'New session',
  messages: [],
  timeline: { tracks: [], durationMs: 0 },
  transfers: [],
  attachments: [],
};
const message = (id: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  id,
  role: 'assistant',
  text: '',
  atMs: 0,
  state: 'running',
  ...more,
});
const asked = (id: string, more: Partial<ChatMessage> = {}) =>
  message(id, { role: 'user', text: 'trim it', state: 'queued', ...more });
const withMessages = (...messages: ChatMessage[]): ChatState => ({ ...empty, messages });

/** What has crossed to the webview has been JSON, and has been checked there. */
const sent = (delta: HostMessage): HostMessage => hostMessage.parse(JSON.parse(JSON.stringify(delta)));
const copied = (state: ChatState, { deltas }: Reduction): ChatState | undefined =>
  deltas.reduce<ChatState | undefined>((copy, delta) => applyHostMessage(copy, sent(delta)), structuredClone(state));

/** The message `a` after these updates of its turn. */
function afterTurn(...updates: TurnUpdate[]): ChatMessage {
  const steps = updates.map((update) => (now: ChatState) => applyTurnUpdate(now, 'a', update, 5000));
  return inTurn(withMessages(message('a')), ...steps).state.messages[0]!;
}

const timeline = timelineOf(track(0, 'Video', clip('city', 0, 10)));
const change = {
  kind: 'added',
  trackIndex: 1,
  trackKind: 'video',
  title: 'city',
  startMs: 0,
  endMs: 10_000,
  sentence: 'Clip added',
} as const;

describe('The chat state', () => {
  it('goes along with a turn', () => {
    assert.equal(afterTurn({ kind: 'text', text: 'Hel' }, { kind: 'text', text: 'lo' }).text, 'Hello');
    assert.equal(afterTurn({ kind: 'text', text: 'Hel' }, { kind: 'textReplaced', text: 'Bye' }).text, 'Bye');
    assert.deepEqual(afterTurn({ kind: 'activity', label: 'Adding music' }).activity, {
      label: 'Adding music',
      sinceMs: 5000,
    });
    const waiting = withMessages(message('a', { activity: { label: 'in 2 s', sinceMs: 3000 } }));
    assert.deepEqual(
      applyTurnUpdate(waiting, 'a', { kind: 'activity', label: 'in 1 s', isSame: true }, 5000).state.messages[0]!
        .activity,
      { label: 'in 1 s', sinceMs: 3000 },
    );
    assert.equal(
      afterTurn({ kind: 'activity', label: 'Adding music' }, { kind: 'activity', label: undefined }).activity,
      undefined,
    );
    assert.equal(afterTurn({ kind: 'stillWorking', elapsedMs: 120_000 }).stillWorkingMs, 120_000);
    assert.equal(
      afterTurn({ kind: 'stillWorking', elapsedMs: 120_000 }, { kind: 'text', text: 'x' }).stillWorkingMs,
      undefined,
    );
    assert.equal(
      afterTurn({ kind: 'recovering', attempt: 2, of: 5, waitMs: 60_000, isPickedUp: false }).activity!.label,
      'The connection broke. Looking at the project again in 1:00 (2 of 5)',
    );
    assert.equal(
      afterTurn({ kind: 'recovering', attempt: 2, of: 5, waitMs: 60_000, isPickedUp: true }).activity!.label,
      'Looking in 1:00 at what became of the message that was under way (2 of 5)',
    );
    assert.equal(
      afterTurn({ kind: 'recovering', attempt: 1, of: 5, waitMs: 0, isPickedUp: true }).activity!.label,
      'Looking at what became of the message that was under way (1 of 5)',
    );
    assert.deepEqual(afterTurn({ kind: 'timeline', state: stateOf({}), timeline, changes: [change] }).changes, [
      change,
    ]);
    assert.deepEqual(afterTurn({ kind: 'actions', actions: [{ kind: 'export', label: 'Export' }] }).actions, [
      { kind: 'export', label: 'Export' },
    ]);
  });

  it('shows the timeline that a turn read', () => {
    const { state } = applyTurnUpdate(
      withMessages(message('a')),
      'a',
      { kind: 'timeline', state: stateOf({}), timeline, changes: [] },
      0,
    );
    assert.deepEqual(state.timeline, timeline);
  });

  it('ends a turn: text stays, the quiet line goes, an error brings its steps', () => {
    const running = withMessages(
      message('a', { text: 'I am', activity: { label: 'x', sinceMs: 1 }, stillWorkingMs: 2 }),
    );
    const { state } = applyTurnResult(running, 'a', {
      outcome: 'failed',
      text: 'I am',
      changes: [change],
      actions: [{ kind: 'export', label: 'Export' }],
      error: { code: 'turnLost', message: 'Lost.', steps: [{ kind: 'retry', label: 'Again' }] },
    });
    assert.deepEqual(state.messages, [
      message('a', {
        text: 'I am',
        state: 'failed',
        changes: [change],
        actions: [
          { kind: 'export', label: 'Export' },
          { kind: 'retry', label: 'Again' },
        ],
        error: { code: 'turnLost', message: 'Lost.' },
      }),
    ]);
    for (const [outcome, shown] of [
      ['answered', 'done'],
      ['silent', 'done'],
      ['cancelled', 'cancelled'],
    ] as const) {
      const ended = applyTurnResult(running, 'a', { outcome, text: '', changes: [], actions: [] });
      assert.deepEqual(ended.state.messages, [message('a', { text: 'I am', state: shown })]);
    }
  });

  it('edits and removes what waits in the queue, and nothing that has left', () => {
    const state = withMessages(asked('q'), asked('s', { state: 'sent' }), message('a'));
    assert.equal(editQueued(state, 'q', 'cut it').state.messages[0]!.text, 'cut it');
    assert.deepEqual(
      removeQueued(state, 'q').state.messages.map(({ id }) => id),
      ['s', 'a'],
    );
    for (const id of ['s', 'a', 'none']) {
      assert.deepEqual(editQueued(state, id, 'x'), { state, deltas: [] });
      assert.deepEqual(removeQueued(state, id), { state, deltas: [] });
    }
  });

  it('sends the oldest of the queue first', () => {
    assert.equal(nextQueued(withMessages(asked('s', { state: 'sent' }), asked('q'), asked('r')))!.id, 'q');
    assert.equal(nextQueued(withMessages(message('a'))), undefined);
  });

  it('holds the queue and lets it go on, each once', () => {
    const held = setQueueHeld(empty, true);
    assert.deepEqual([held.state.queueHeld, held.deltas], [true, [{ type: 'queueHeldChanged', held: true }]]);
    assert.deepEqual(setQueueHeld(held.state, true).deltas, []);
    assert.deepEqual(setQueueHeld(held.state, false).state, empty);
    assert.deepEqual(setQueueHeld(empty, false).deltas, []);
  });

  it('puts an answer right behind its question, and at the end where that is gone', () => {
    const waits = withMessages(asked('q'), asked('r'));
    const ids = (answerTo: string) =>
      addAnswer(waits, { ...message('a'), answerTo }).state.messages.map(({ id }) => id);
    assert.deepEqual(
      [ids('q'), ids('r'), ids('gone')],
      [
        ['q', 'a', 'r'],
        ['q', 'r', 'a'],
        ['q', 'r', 'a'],
      ],
    );
    const added = { type: 'messageAdded', message: message('a'), after: 'gone' } as const;
    assert.equal(applyHostMessage(waits, added as HostMessage), undefined);
  });

  it('says nothing where nothing changed', () => {
    const state = withMessages(message('a', { text: 'x' }));
    for (const reduction of [
      appendText(state, 'a', ''),
      appendText(state, 'gone', 'x'),
      replaceText(state, 'a', 'x'),
      patchMessage(state, 'a', { state: 'running', activity: undefined }),
      patchMessage(state, 'gone', { state: 'done' }),
      removeMessage(state, 'gone'),
      addMessage(state, message('a')),
    ]) {
      assert.deepEqual(reduction, { state, deltas: [] });
      assert.equal(reduction.state, state);
    }
  });

  it('says what of a message changed without its text, however long that is', () => {
    const state = withMessages(message('a', { text: 'x'.repeat(100_000) }));
    const [delta] = patchMessage(state, 'a', { state: 'done' }).deltas;
    assert.ok(JSON.stringify(delta).length < 200);
    const [added] = appendText(state, 'a', 'y').deltas;
    assert.deepEqual(added, { type: 'textAppended', id: 'a', at: 100_000, text: 'y' });
  });

  it('reaches every copy through its deltas alone', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const step = { kind: 'export', label: 'Export' } as const;
    const activity = fc.constantFrom(undefined, { label: 'Adding music', sinceMs: 3 });
    const update: fc.Arbitrary<TurnUpdate> = fc.oneof(
      fc.string().map((text) => ({ kind: 'text', text }) as const),
      fc.string().map((text) => ({ kind: 'textReplaced', text }) as const),
      fc.constantFrom(undefined, 'Thinking').map((label) => ({ kind: 'activity', label }) as const),
      fc.nat().map((elapsedMs) => ({ kind: 'stillWorking', elapsedMs }) as const),
      fc.nat(5).map((attempt) => ({ kind: 'recovering', attempt, of: 5, waitMs: 1000, isPickedUp: false }) as const),
      fc
        .constantFrom([], [change])
        .map((changes) => ({ kind: 'timeline', state: stateOf({}), timeline, changes }) as const),
      fc.constantFrom([], [step]).map((actions) => ({ kind: 'actions', actions }) as const),
    );
    const action: fc.Arbitrary<(state: ChatState) => Reduction> = fc.oneof(
      fc
        .record({ id, text: fc.string(), user: fc.boolean() })
        .map(
          (one) => (state: ChatState) =>
            addMessage(state, one.user ? asked(one.id, { text: one.text }) : message(one.id, { text: one.text })),
        ),
      fc.record({ id, text: fc.string() }).map((one) => (state: ChatState) => appendText(state, one.id, one.text)),
      fc.record({ id, text: fc.string() }).map((one) => (state: ChatState) => replaceText(state, one.id, one.text)),
      fc.record({ id, text: fc.string() }).map((one) => (state: ChatState) => editQueued(state, one.id, one.text)),
      id.map((one) => (state: ChatState) => removeQueued(state, one)),
      id.map((one) => (state: ChatState) => removeMessage(state, one)),
      fc.record({ id, activity, sent: fc.boolean() }).map(
        (one) => (state: ChatState) =>
          patchMessage(state, one.id, {
            activity: one.activity,
            ...(one.sent ? { state: 'sent' } : {}),
            creditsSpent: 50,
          }),
      ),
      fc.record({ id, update }).map((one) => (state: ChatState) => applyTurnUpdate(state, one.id, one.update, 7)),
      fc.record({ id, outcome: fc.constantFrom('answered', 'failed', 'cancelled') }).map(
        (one) => (state: ChatState) =>
          applyTurnResult(state, one.id, {
            outcome: one.outcome,
            text: '',
            changes: [change],
            actions: [step],
            ...(one.outcome === 'failed' ? { error: { code: 'x', message: 'y', steps: [step] } } : {}),
          }),
      ),
      fc.constantFrom<(state: ChatState) => Reduction>(
        (state) =>
          setConnection(state, { kind: 'connected', anonymous: true, credits: { available: 1, frozen: 2, total: 3 } }),
        (state) => setConnection(state, { kind: 'failed', message: 'no', steps: [step] }),
        (state) => setTimeline(state, timeline),
        (state) =>
          setTransfers(state, [
            { id: 't', kind: 'upload', name: 'a.mp4', phase: 'sending', percent: 5, actions: [step] },
          ]),
        (state) => setAttachments(state, [{ id: 'x', name: 'a.mp4', state: 'ready' }]),
      ),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        const reduction = inTurn(empty, ...actions);
        assert.deepEqual(copied(empty, reduction), reduction.state);
        assert.deepEqual(
          new Set(reduction.state.messages.map(({ id: own }) => own)).size,
          reduction.state.messages.length,
        );
      }),
    );
  });
});

describe('A copy of the chat state', () => {
  const state = withMessages(message('a', { text: 'Hello' }));

  it('begins with a snapshot', () => {
    assert.deepEqual(
      applyHostMessage(undefined, sent({ type: 'snapshot', state: structuredClone(state) as never })),
      state,
    );
  });

  it('knows when it has missed something', () => {
    const misfits: HostMessage[] = [
      { type: 'textAppended', id: 'a', at: 4, text: 'x' },
      { type: 'textAppended', id: 'none', at: 0, text: 'x' },
      { type: 'textReplaced', id: 'none', text: 'x' },
      { type: 'messageRemoved', id: 'none' },
      { type: 'messageAdded', message: { id: 'a', role: 'notice', text: '', atMs: 0, state: 'done' } },
      { type: 'messageChanged', id: 'none', message: { id: 'none', role: 'notice', atMs: 0, state: 'done' } },
    ];
    for (const misfit of misfits) {
      assert.equal(applyHostMessage(state, misfit), undefined);
      assert.equal(applyHostMessage(undefined, misfit), undefined);
    }
  });

  it('is not touched by what is not about it', () => {
    assert.equal(applyHostMessage(state, { type: 'reply', to: 1, ok: true }), state);
    assert.equal(applyHostMessage(state, { type: 'refusal', to: 1, code: 'x', message: 'y', steps: [] }), state);
    assert.equal(applyHostMessage(state, { type: 'compose', text: 'x', replace: true }), state);
  });

  it('never changes what it was given', () => {
    const frozen = Object.freeze({ ...state, messages: Object.freeze([Object.freeze(state.messages[0]!)]) });
    const next = applyHostMessage(frozen, { type: 'textAppended', id: 'a', at: 5, text: '!' });
    assert.deepEqual([next!.messages[0]!.text, state.messages[0]!.text], ['Hello!', 'Hello']);
  });
});

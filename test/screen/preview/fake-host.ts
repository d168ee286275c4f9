/**
 * Stands in for the editor in the preview: gives the page its interface, answers `ready` with a scene, and plays a turn
 * for whatever is sent. Everything that the page says is kept in `window.preview.intents`.
 */
import type { NextStep } from '../../../src/client/next-step.ts';
import type { ChatMessage } from '../../../src/conversation/chat-state.ts';
import {
  viewMessage,
  type ComposerText,
  type HostMessage,
  type Intent,
  type ReplyValue,
  type VersionView,
} from '../../../src/protocol/messages.ts';
import { changesSince, played, scene, sceneNames, versions, type SceneName } from './scenes.ts';

export interface Preview {
  readonly intents: Intent[];
  post(message: HostMessage): void;
  /** Resolves when everything that was posted until now has arrived, and is drawn. */
  drawn(): Promise<void>;
  /** Answers the next intent of this type with a refusal, which offers these steps. */
  refuse(type: Intent['type'], steps?: readonly NextStep[]): void;
  /** Goes on with another scene, as if another session was chosen. */
  showScene(name: SceneName, composer?: ComposerText): void;
  /** Answers `ready` with what nobody can read. */
  garbled: boolean;
  /** Files whose bytes were handed over: name and SHA-256 in hex, in the order in which they were complete. */
  readonly files: { readonly name: string; readonly sha256: string }[];
  /** Answers pieces of files only when it resolves; for looking at what is under way. */
  beforePiece: Promise<void>;
  /** Streams a text of so many words into a new answer, in pieces; resolves when it is all posted. */
  stream(words: number, perPiece: number): Promise<void>;
}

declare global {
  interface Window {
    acquireVsCodeApi: () => unknown;
    preview: Preview;
    /** Strings of another language for the page, where a test has put them there. */
    previewStrings?: Record<string, unknown>;
  }
}

const asked = new URLSearchParams(location.search);
const name = sceneNames.find((known) => known === asked.get('scene')) ?? 'rich';
const state = scene(name);
const refused = new Map<Intent['type'], readonly NextStep[]>();
const intents: Intent[] = [];
const post = (message: HostMessage) => window.postMessage(message, '*');
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** A message to ourselves, behind all that were posted: the page never hears of it. */
const mark = { type: 'everythingBeforeArrived' };
let arrivals: (() => void)[] = [];
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if ((event.data as { type?: unknown } | null)?.type !== mark.type) return;
  event.stopImmediatePropagation();
  arrivals.shift()?.();
});
function arrived(): Promise<void> {
  return new Promise((resolve) => {
    arrivals = [...arrivals, resolve];
    window.postMessage(mark, '*');
  });
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let count = 0;
const nextId = () => `p${(count += 1)}`;

async function play(text: string): Promise<void> {
  post({ type: 'messageAdded', message: { id: nextId(), role: 'user', text, atMs: Date.now(), state: 'sent' } });
  const id = nextId();
  const answer: ChatMessage = {
    id,
    role: 'assistant',
    text: '',
    atMs: Date.now(),
    state: 'running',
    activity: { label: 'Generating video', sinceMs: Date.now() },
  };
  post({
    type: 'messageAdded',
    message: { ...answer, activity: { label: 'Generating video', sinceMs: Date.now() } } as never,
  });
  let at = 0;
  for (const piece of played.markdown.match(/.{1,12}/gs) ?? []) {
    await pause(16);
    post({ type: 'textAppended', id, at, text: piece });
    at += piece.length;
  }
  post({ type: 'timelineChanged', timeline: structuredClone(played.timeline) as never });
  post({
    type: 'messageChanged',
    id,
    message: {
      id,
      role: 'assistant',
      atMs: answer.atMs,
      state: 'done',
      changes: structuredClone(played.changes) as never,
      actions: [{ kind: 'export', label: 'Export Video' }],
      creditsSpent: 50,
    },
  });
}

/** What is being written in each scene, kept as the host keeps it. */
const drafts = {
  of: (session: string): { composer?: ComposerText } => {
    const kept = JSON.parse(sessionStorage.getItem('drafts') ?? '{}') as Record<string, ComposerText>;
    return kept[session] ? { composer: kept[session] } : {};
  },
  keep({ session, text, atMs }: ComposerText & { readonly session: string }) {
    const kept = JSON.parse(sessionStorage.getItem('drafts') ?? '{}') as Record<string, ComposerText>;
    sessionStorage.setItem('drafts', JSON.stringify({ ...kept, [session]: { text, atMs } }));
  },
};

/** Files on their way, by id. */
const offered = new Map<string, { readonly name: string; readonly pieces: Uint8Array<ArrayBuffer>[] }>();

async function takeFile(intent: Intent): Promise<{ readonly fileId?: string }> {
  if (intent.type === 'offerFile') {
    const fileId = nextId();
    offered.set(fileId, { name: intent.name, pieces: [] });
    return { fileId };
  }
  if (intent.type === 'fileBytes') {
    await window.preview.beforePiece;
    offered.get(intent.fileId)?.pieces.push(Uint8Array.from(intent.bytes));
  }
  if (intent.type === 'fileComplete') {
    const { name, pieces } = offered.get(intent.fileId)!;
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(pieces).arrayBuffer());
    const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    window.preview.files.push({ name, sha256 });
    const attachments = window.preview.files.map((file, at) => ({ id: `a${at}`, name: file.name, state: 'ready' }));
    post({ type: 'attachmentsChanged', attachments: attachments as never });
  }
  return {};
}

/** What is asked about drafts that were seen before. */
function ofVersions(intent: Intent): ReplyValue {
  if (intent.type === 'listVersions') return { versions: structuredClone(versions) as VersionView[] };
  if (intent.type !== 'changesSince') return {};
  return { changes: structuredClone(changesSince[intent.version] ?? []) as NonNullable<ReplyValue['changes']> };
}

function carryOut(intent: Intent): void {
  switch (intent.type) {
    case 'ready':
      post({
        type: 'snapshot',
        state: (window.preview.garbled ? {} : structuredClone(state)) as never,
        session: name,
        ...drafts.of(name),
        ...(window.previewStrings === undefined ? {} : { strings: window.previewStrings }),
      });
      // An editor that opens the view for a text hands it over in the same breath.
      if (asked.has('compose')) post({ type: 'compose', text: asked.get('compose') ?? '', replace: false });
      return;
    case 'send':
      void play(intent.text);
      return;
    default:
  }
}

window.acquireVsCodeApi = () => ({
  postMessage(data: unknown) {
    const { request, intent } = viewMessage.parse(data);
    intents.push(intent);
    // An editor has what was posted, even if the page is gone a moment later.
    if (intent.type === 'draftChanged') drafts.keep(intent);
    setTimeout(() => {
      const steps = refused.get(intent.type);
      if (steps) {
        refused.delete(intent.type);
        post({
          type: 'refusal',
          to: request,
          code: 'unreachable',
          message: 'Nemo cannot be reached. Check your connection, then try again.',
          steps: [...steps],
        });
        return;
      }
      carryOut(intent);
      const told = ofVersions(intent);
      void takeFile(intent).then((value) => post({ type: 'reply', to: request, ok: true, ...value, ...told }));
    }, 5);
  },
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
  setState: (value: unknown) => sessionStorage.setItem('state', JSON.stringify(value)),
});

window.preview = {
  intents,
  post,
  async drawn() {
    await arrived();
    await frame();
    // What is drawn may ask for something to be painted with the next frame.
    await frame();
  },
  garbled: false,
  files: [],
  beforePiece: Promise.resolve(),
  showScene(other, composer) {
    const chosen = scene(other);
    const messages = chosen.messages.map((message) => ({ ...message, id: `${other}-${message.id}` }));
    const state = structuredClone({ ...chosen, messages }) as never;
    post({ type: 'snapshot', state, session: other, ...(composer ? { composer } : drafts.of(other)) });
  },
  refuse: (type, steps = [{ kind: 'connect', label: 'Try Again' }]) => void refused.set(type, steps),
  async stream(words, perPiece) {
    const id = nextId();
    post({ type: 'messageAdded', message: { id, role: 'assistant', text: '', atMs: Date.now(), state: 'running' } });
    const source = played.markdown.split(/(?<=\s)/);
    let at = 0;
    for (let word = 0; word < words; word += perPiece) {
      const text = Array.from({ length: perPiece }, (_, next) => source[(word + next) % source.length]).join('');
      post({ type: 'textAppended', id, at, text });
      at += text.length;
      await pause(4);
    }
    post({ type: 'messageChanged', id, message: { id, role: 'assistant', atMs: Date.now(), state: 'done' } });
  },
};

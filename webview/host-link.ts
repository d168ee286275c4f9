import type { NextStep } from '../src/client/next-step.ts';
import { hostMessage, type HostMessage, type Intent, type ReplyValue } from '../src/protocol/messages.ts';
import { isFromHost } from './from-host.ts';

/** What the editor gives to a page. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  /** Given by the editor; may be called once. */
  function acquireVsCodeApi(): EditorApi;
}

let acquired: EditorApi | undefined;

/** The editor's interface for pages; asked for once, as the editor wants it. */
export function editorApi(): EditorApi {
  acquired ??= acquireVsCodeApi();
  return acquired;
}

/** How an intent was taken, with what it asked for. */
export type Answer = ({ readonly ok: true } & ReplyValue) | Refusal;

/** Why an intent was not carried out, in words, and what helps. */
export interface Refusal {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
  readonly steps: readonly NextStep[];
}

/** How long to wait before a snapshot is asked for again when what came could not be read, in ms; then it is given up. */
const patience: readonly number[] = [0, 1_000, 5_000];

/**
 * The page's end of the wire: numbers what goes out, checks what comes in, and matches answers with questions. Only
 * the editor is heard; a message of it that cannot be read is reported and changes nothing: a fresh snapshot is asked for.
 */
export class HostLink {
  readonly #api: EditorApi;
  readonly #onMessage: (message: HostMessage) => void;
  readonly #onGivenUp: () => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastRequest = 0;
  #misreadings = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param onMessage takes every readable message but answers.
   * @param onGivenUp is called when nothing readable comes, again and again.
   */
  constructor(api: EditorApi, onMessage: (message: HostMessage) => void, onGivenUp: () => void) {
    this.#api = api;
    this.#onMessage = onMessage;
    this.#onGivenUp = onGivenUp;
  }

  /** Listens from now on, and says that the page is there. */
  start(): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (isFromHost(event)) this.#receive(event.data);
    });
    void this.send({ type: 'ready' });
  }

  /** Tells the host what a person meant. Resolves with the host's answer; never rejects. */
  send(intent: Intent): Promise<Answer> {
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(request, resolve));
    this.#api.postMessage({ request, intent });
    return answer;
  }

  /** Reports a fault of the page, for the log. The text must hold nothing of what people wrote. */
  fault(message: string): void {
    void this.send({ type: 'viewFault', message });
  }

  /** Something was missed: asks for the whole state. */
  resync(reason: string): void {
    this.fault(reason);
    const wait = patience[this.#misreadings];
    this.#misreadings += 1;
    if (wait === undefined) {
      this.#onGivenUp();
      return;
    }
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.send({ type: 'ready' }), wait);
  }

  /** After `onGivenUp`: a person wants to try again. */
  tryAgain(): void {
    this.#misreadings = 0;
    void this.send({ type: 'ready' });
  }

  /** Takes a message as it came off the wire. */
  #receive(data: unknown): void {
    const parsed = hostMessage.safeParse(data);
    if (!parsed.success) {
      const where = parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).slice(0, 3);
      this.resync(`A message could not be read (${where.join('; ')})`);
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'reply': {
        const { to, ...answer } = message;
        this.#answer(to, answer);
        return;
      }
      case 'refusal':
        this.#answer(message.to, {
          ok: false,
          code: message.code,
          message: message.message,
          steps: message.steps,
        });
        return;
      case 'snapshot':
        this.#misreadings = 0;
        break;
      default:
    }
    this.#onMessage(message);
  }

  #answer(to: number, answer: Answer): void {
    this.#waiting.get(to)?.(answer);
    this.#waiting.delete(to);
  }
}

import * as l10n from '@vscode/l10n';
import { createParser } from 'eventsource-parser';

import { AnswerMisfit } from './answers.ts';
import {
  badAnswerError,
  cancelledError,
  connectionError,
  type FailureContext,
  refusalError,
} from './service-failures.ts';
import { readStreamMessage, type StreamEvent } from './stream-event.ts';
import type { Call, RawAnswer } from './call.ts';
import type { Transport } from './transport.ts';

/** The largest event, in UTF-16 units: a tool's result may hold a whole draft. */
const maxEventLength = 16 * 1024 * 1024;
/** The longest stream, in bytes. */
const maxStreamBytes = 256 * 1024 * 1024;

/**
 * Sends a message and yields the events of its turn. Leaving the loop ends the request.
 * @throws NemoError
 */
export async function* streamTurn(
  transport: Transport,
  call: Call,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamEvent, void, void> {
  const leaving = new AbortController();
  const ending = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  // A turn that is told for longer than one can take never ends.
  const limit = transport.limitLongAnswer(ending);
  const waits = new RateWaits();
  try {
    const opening = transport.repeating({ ...call, onRateWait: waits.tell }, ending, async (token, inner) => {
      // A message that was not taken yet has taken no time.
      limit.restart();
      const within = AbortSignal.any([inner, limit.signal]);
      return eventChunks(transport, call, await transport.open(call, token, within), within);
    });
    yield* waits.until(opening);
    const chunks = await opening;
    // Not before: only by now it is certain whose token it is sent with.
    yield* readEventStream(chunks, transport.context(call));
  } catch (cause) {
    const context = transport.context(call);
    if (ending.aborted) throw cancelledError(context.endpoint);
    throw connectionError(context, cause);
  } finally {
    limit.end();
    leaving.abort();
  }
}

/** What is told of a wait before a stream begins. */
class RateWaits {
  #told = Promise.withResolvers<'told'>();
  #ms = 0;

  readonly tell = (ms: number): void => {
    this.#ms = ms;
    this.#told.resolve('told');
  };

  /** What is told until `opening` is settled. @throws what that rejects with. */
  async *until(opening: Promise<unknown>): AsyncGenerator<StreamEvent, void, void> {
    const opened = opening.then(() => 'opened' as const);
    while ((await Promise.race([this.#told.promise, opened])) === 'told') {
      this.#told = Promise.withResolvers();
      yield { kind: 'waiting', ms: this.#ms };
    }
  }
}

/** The body of an event stream. An error from before the stream may come as JSON under a status of success. */
async function eventChunks(
  transport: Transport,
  call: Call,
  answer: RawAnswer,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const type = answer.headers['content-type'] ?? '';
  const body: AsyncIterable<Uint8Array> = answer.body;
  if (/^\s*text\/event-stream\b/i.test(type)) return body;

  // Where the type says neither, the first character does.
  const iterator = body[Symbol.asyncIterator]();
  const first = await iterator.next();
  const rest = async function* () {
    if (first.done) return;
    yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  };
  const looksOther = !first.done && /^\s*[{[<]/.test(new TextDecoder().decode(first.value.subarray(0, 64)));
  if (!looksOther && !/\b(?:json|html)\b/i.test(type)) return rest();

  const text = await transport.text(call, { status: answer.status, body: rest() }, signal);
  return transport.understand(call, answer.status, text, () => {
    throw new AnswerMisfit('text/event-stream');
  });
}

/**
 * The events of a turn from the bytes of its stream, however these are cut. The end of the bytes ends the events; a last
 * event that lacks its blank line counts.
 * @throws NemoError `badAnswer` beyond the caps; what `chunks` throws.
 */
export async function* readEventStream(
  chunks: AsyncIterable<Uint8Array>,
  context: FailureContext,
): AsyncGenerator<StreamEvent, void, void> {
  let ready: StreamEvent[] = [];
  let overflowed = false;
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: (message) => {
      ready.push(...readStreamMessage(message, (refusal) => refusalError(context, refusal)));
    },
    // Proxies are kept awake with comments.
    onComment: () => {
      ready.push({ kind: 'heartbeat' });
    },
    onError: (error) => {
      overflowed ||= error.type === 'max-buffer-size-exceeded';
    },
  });
  // A character may be split across chunks.
  const decoder = new TextDecoder();
  const eventsIn = (text: string): readonly StreamEvent[] => {
    if (text !== '') parser.feed(text);
    if (overflowed) throw badAnswerError(context, l10n.t('an event is too long'));
    const events = ready;
    ready = [];
    return events;
  };

  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxStreamBytes) throw badAnswerError(context, l10n.t('the stream is too long'));
    // Not «yield*»: that waits three times for each event.
    for (const event of eventsIn(decoder.decode(chunk, { stream: true }))) yield event;
  }
  for (const event of eventsIn(decoder.decode())) yield event;
  for (const event of eventsIn('\n\n')) yield event;
}

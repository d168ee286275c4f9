import * as z from 'zod';

import { type AgentQuestion, isAskingTool, readQuestions } from './agent-question.ts';
import { isRecord, refusalIn } from './answers.ts';
import type { NemoError } from './errors.ts';
import { parseJson } from './json-text.ts';
import { plainWords, type Refusal } from './service-failures.ts';

/** One event of a turn's stream: the simple dialect and ADK's, made one. */
export type StreamEvent =
  /**
   * Text for the user. With `partial` it is a piece; the event without `partial` that follows pieces repeats their
   * whole text and must not be shown twice.
   */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly partial: boolean;
      readonly id?: string;
      readonly invocationId?: string;
      readonly author?: string;
    }
  /** The model thinks; its thoughts are not for the user. */
  | { readonly kind: 'thinking' }
  | { readonly kind: 'toolCall'; readonly name: string; readonly id?: string }
  | { readonly kind: 'toolResult'; readonly name: string; readonly id?: string }
  /** The agent waits for its user. `questions` is empty where what it asks cannot be read. */
  | { readonly kind: 'question'; readonly questions: readonly AgentQuestion[]; readonly id?: string }
  /** What the call that asked came back with before the user could answer. */
  | { readonly kind: 'questionResult'; readonly id?: string }
  /** The service gets too many requests and did not take the message; it goes once more in `ms`, and now with 0. */
  | { readonly kind: 'waiting'; readonly ms: number }
  /** A sign of life without content. */
  | { readonly kind: 'heartbeat' }
  /** The state behind the session changed. */
  | { readonly kind: 'stateDelta' }
  /** The backend's own word that the turn ended without text: `STOP`, `MODEL_RETURNED_NO_CONTENT`. */
  | { readonly kind: 'silentEnd'; readonly reason: string }
  /**
   * The backend's word that something failed. `failure` is what the same refusal would have been as an HTTP answer:
   * sentence and next steps for people, present where `serviceCode` says what it was.
   */
  | {
      readonly kind: 'error';
      readonly code?: string;
      readonly serviceCode?: number;
      readonly message: string;
      readonly failure?: NemoError;
    };

/** One message of the event stream, as the framing gives it. */
export interface FramedMessage {
  readonly event?: string | undefined;
  readonly data: string;
}

const text = z.string().nullish().catch(undefined);
const mark = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(undefined);
const flag = z.boolean().nullish().catch(undefined);

const toolUse = z.looseObject({ id: mark, name: text, args: z.unknown().optional() }).nullish().catch(undefined);
const ids = z.array(mark).nullish().catch(undefined);

const part = z.looseObject({
  text,
  thought: flag,
  functionCall: toolUse,
  function_call: toolUse,
  functionResponse: toolUse,
  function_response: toolUse,
});

const content = z.looseObject({
  parts: z.array(part.catch({})).nullish().catch(undefined),
  role: text,
});

const delta = z.record(z.string(), z.unknown()).nullish().catch(undefined);

/** Both dialects laid over each other: each field is optional, and an event may mix them. */
const event = z.looseObject({
  type: text,
  content: z.union([z.string(), content]).nullish().catch(undefined),
  text,
  name: text,
  args: z.unknown().optional(),
  arguments: z.unknown().optional(),
  longRunningToolIds: ids,
  long_running_tool_ids: ids,
  partial: flag,
  author: text,
  id: mark,
  invocationId: mark,
  invocation_id: mark,
  actions: z.looseObject({ stateDelta: delta, state_delta: delta }).nullish().catch(undefined),
  error: z.unknown().optional(),
  errorCode: mark,
  error_code: mark,
  errorMessage: text,
  error_message: text,
  code: z.unknown().optional(),
  message: text,
});

type RawEvent = z.infer<typeof event>;

const silentReasons = new Set(['STOP', 'MODEL_RETURNED_NO_CONTENT']);

/** Says what a refusal within an event means; see {@link StreamEvent} `failure`. */
export type ExplainRefusal = (refusal: Refusal) => NemoError;

/**
 * What one message of the stream says, in order. Never empty: what says nothing that is known is a sign of life all the
 * same. What is no JSON counts so too: one broken event must not end a turn that was paid for.
 */
export function readStreamMessage(message: FramedMessage, explain: ExplainRefusal): StreamEvent[] {
  if (message.event === 'heartbeat' || message.data.trim() === '') return [{ kind: 'heartbeat' }];
  let parsed: unknown;
  try {
    parsed = parseJson(message.data);
  } catch {
    const words = wordsOfBrokenError(message.data);
    return [words === undefined ? { kind: 'heartbeat' } : { kind: 'error', message: words }];
  }
  const result = event.safeParse(parsed);
  if (!result.success) return [{ kind: 'heartbeat' }];
  const found = [...readEvent(result.data, message.event, explain)];
  return found.length > 0 ? found : [{ kind: 'heartbeat' }];
}

/**
 * Old servers of the Agent Development Kit write an exception as `{"error": "…"}` with its quotes as they are and its lines
 * broken, so that it is no JSON and ends where it breaks: what it says, or `undefined` where it is something else.
 */
function wordsOfBrokenError(data: string): string | undefined {
  const beginning = /^\s*\{\s*["']error["']\s*:\s*["']/.exec(data.slice(0, 100));
  if (!beginning) return undefined;
  const words = data.slice(beginning[0].length, 2000).replace(/["']\s*\}\s*$/, '');
  return plainWords(words) ?? '';
}

function* readEvent(raw: RawEvent, eventName: string | undefined, explain: ExplainRefusal): Generator<StreamEvent> {
  yield* typeof raw.content === 'string' || raw.text ? readSimple(raw) : readParts(raw);
  if (raw.type === 'tool_call') yield readCall(raw, { ...raw, args: raw.args ?? raw.arguments });
  if (raw.type === 'tool_result') yield readResult(raw);
  if (raw.type === 'thinking' || raw.type === 'thought') yield { kind: 'thinking' };
  const changed = raw.actions?.stateDelta ?? raw.actions?.state_delta;
  if (changed && Object.keys(changed).length > 0) yield { kind: 'stateDelta' };
  const failed = readFailure(raw, eventName, explain);
  if (failed) yield failed;
}

/** The simple dialect's text, in `content` or in `text`. */
function* readSimple(raw: RawEvent): Generator<StreamEvent> {
  if (raw.type !== 'text' && raw.type !== undefined && raw.type !== null) return;
  const said = typeof raw.content === 'string' ? raw.content : raw.text;
  if (said) yield textEvent(raw, said);
}

/** ADK's parts. All text of an event is one text: its last event repeats the pieces before it as a whole. */
function* readParts(raw: RawEvent): Generator<StreamEvent> {
  if (typeof raw.content !== 'object' || raw.content === null) return;
  const { parts, role } = raw.content;
  const said = (parts ?? [])
    .filter(({ thought }) => !thought)
    .map((one) => one.text ?? '')
    .join('');
  let told = false;
  for (const one of parts ?? []) {
    const call = one.functionCall ?? one.function_call;
    const response = one.functionResponse ?? one.function_response;
    if (call) yield readCall(raw, call);
    else if (response) yield readResult(response);
    else if (one.thought) yield { kind: 'thinking' };
    // What the user said is not told to the user.
    else if (one.text && !told && role !== 'user' && raw.author !== 'user') {
      told = true;
      yield textEvent(raw, said);
    }
  }
}

/** A tool at work, or one that asks: by its name, or because it waits for the user and has something to ask. */
function readCall(raw: RawEvent, call: NonNullable<z.infer<typeof toolUse>>): StreamEvent {
  const name = call.name ?? '';
  const waiting = raw.longRunningToolIds ?? raw.long_running_tool_ids ?? [];
  const isWaiting = call.id !== undefined && call.id !== null && waiting.includes(call.id);
  const isAsking = isAskingTool(name);
  if (isAsking || (isWaiting && hasPrompt(call.args))) {
    const questions = readQuestions(call.args);
    // Announced in a partial event, a call has no arguments yet.
    if (questions.length === 0 && raw.partial === true) return { kind: 'thinking' };
    if (isAsking || questions.length > 0) return { kind: 'question', questions, ...idOf(call.id) };
  }
  return { kind: 'toolCall', name, ...idOf(call.id) };
}

function hasPrompt(args: unknown): boolean {
  return isRecord(args) && ['prompt', 'question', 'questions'].some((key) => key in args);
}

function readResult({ name, id }: { name?: string | null | undefined; id?: string | null | undefined }): StreamEvent {
  if (isAskingTool(name ?? '')) return { kind: 'questionResult', ...idOf(id) };
  return { kind: 'toolResult', name: name ?? '', ...idOf(id) };
}

function textEvent(raw: RawEvent, said: string): StreamEvent {
  const invocationId = raw.invocationId ?? raw.invocation_id;
  return {
    kind: 'text',
    text: said,
    partial: raw.partial === true,
    ...idOf(raw.id),
    ...(invocationId ? { invocationId } : {}),
    ...(raw.author ? { author: raw.author } : {}),
  };
}

function readFailure(raw: RawEvent, eventName: string | undefined, explain: ExplainRefusal): StreamEvent | undefined {
  const code = raw.errorCode ?? raw.error_code;
  const words = raw.errorMessage ?? raw.error_message;
  // ADK has words for it, which say that there are none: the edit was made all the same.
  if (code && silentReasons.has(code)) return { kind: 'silentEnd', reason: code };

  const isError = raw.type === 'error' || eventName === 'error';
  // ADK writes `error: null`, and a tool's result may carry an `error` of its own.
  const refusal = isError || raw.type === undefined || raw.type === null ? refusalIn(raw) : undefined;
  if (!code && !words && !isError && !refusal) return undefined;

  const serviceCode = refusal?.serviceCode ?? serviceCodeIn(code);
  const said = words ?? refusal?.message ?? raw.message ?? (typeof raw.content === 'string' ? raw.content : undefined);
  const named = code ?? nameIn(raw);
  return {
    kind: 'error',
    ...(named ? { code: named } : {}),
    message: plainWords(said ?? undefined) ?? '',
    ...(serviceCode === undefined
      ? {}
      : {
          serviceCode,
          failure: explain({ status: 200, serviceCode, ...(said ? { message: said } : {}) }),
        }),
  };
}

/** A code that is a word: `{"type":"error","code":"RESOURCE_EXHAUSTED"}`. */
function nameIn(raw: RawEvent): string | undefined {
  const inner = isRecord(raw.error) ? raw.error['code'] : undefined;
  return [raw.code, inner].find((one): one is string => typeof one === 'string' && !/^\d+$/.test(one));
}

function serviceCodeIn(code: string | null | undefined): number | undefined {
  return code && /^\d{3,5}$/.test(code) ? Number(code) : undefined;
}

function idOf(id: string | null | undefined): { readonly id?: string } {
  return id ? { id } : {};
}

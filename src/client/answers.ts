import * as z from 'zod';

import { cutDraft } from './draft-text.ts';
import { JsonTooDeep, parseJson } from './json-text.ts';
import type {
  AnonymousToken,
  ClaimAnswer,
  CreditsAnswer,
  RenderAnswer,
  SessionAnswer,
  StateAnswer,
  UploadedFile,
} from './service-values.ts';
import { isFailedStatus, renderStatus } from './render-status.ts';
import { plainWords, type Refusal } from './service-failures.ts';

/**
 * What the service answers, in every form that is known: `{code, message, data}`, `{success, data}`, `{success, error}`
 * and bare objects; numbers as numbers or as text. Schemas keep what they do not know. What fits no form is an
 * {@link AnswerMisfit}.
 */

/** A JSON answer, opened. */
export interface OpenedAnswer {
  /** The whole text as it came. */
  readonly text: string;
  /** The envelope's fields with those of its `data` laid over them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** `data.` where the fields were wrapped, else nothing: for naming a missing field. */
  readonly prefix: '' | 'data.';
}

/** Says which field does not fit (`JSON`: it is none, `depth`: it nests too deeply), and nothing of what was in it. */
export class AnswerMisfit extends Error {
  constructor(field: string) {
    super(field);
    this.name = 'AnswerMisfit';
  }
}

const envelope = z.record(z.string(), z.unknown());

/** Opens an answer's envelope, whichever it has: the fields, or what the service refused with. */
export function openAnswer(
  text: string,
): { readonly answer: OpenedAnswer } | { readonly refusal: Omit<Refusal, 'status'> } {
  let whole: unknown;
  try {
    whole = parseJson(text);
  } catch (error) {
    // The syntax error would quote the text.
    throw new AnswerMisfit(error instanceof JsonTooDeep ? 'depth' : 'JSON');
  }
  const parsed = envelope.safeParse(whole);
  if (!parsed.success) throw new AnswerMisfit('{…}');
  const refusal = refusalIn(parsed.data);
  if (refusal) return { refusal };
  const data = parsed.data['data'];
  const wrapped = isRecord(data);
  return {
    answer: {
      text,
      fields: wrapped ? { ...parsed.data, ...data } : parsed.data,
      prefix: wrapped || 'data' in parsed.data ? 'data.' : '',
    },
  };
}

/** What an envelope refuses with, or `undefined` where it is none of a refusal. */
export function refusalIn(whole: Readonly<Record<string, unknown>>): Omit<Refusal, 'status'> | undefined {
  const code = integer(whole['code']) ?? integer(isRecord(whole['error']) ? whole['error']['code'] : undefined);
  const message = refusalWords(whole);
  const carries = {
    ...(code === undefined ? {} : { serviceCode: code }),
    ...(message === undefined ? {} : { message }),
  };
  if (code !== undefined && code !== 0) return carries;
  // A render that failed has been answered; it was not refused.
  const answersFailure = isFailedStatus(isRecord(whole['data']) ? whole['data']['status'] : whole['status']);
  if (whole['success'] === false && !answersFailure) return carries;
  // `{"error": …}` with nothing beside it, under HTTP 200; a failed render has an `error` too, but beside a `status`.
  if (code === undefined && whole['error'] && !('data' in whole) && !('status' in whole) && whole['success'] !== true) {
    return carries;
  }
  return undefined;
}

/** The refusal in the body of an HTTP error, as far as it has one: proxies answer with HTML, or with nothing. */
export function refusalInErrorBody(text: string): Omit<Refusal, 'status'> {
  let whole: unknown;
  try {
    whole = parseJson(text);
  } catch {
    return {};
  }
  if (!isRecord(whole)) return {};
  const code = integer(whole['code']) ?? integer(isRecord(whole['error']) ? whole['error']['code'] : undefined);
  const message = refusalWords(whole);
  return {
    ...(code === undefined || code === 0 ? {} : { serviceCode: code }),
    ...(message === undefined ? {} : { message }),
  };
}

function refusalWords(whole: Readonly<Record<string, unknown>>): string | undefined {
  const { error, message, msg, detail, errorMessage } = whole;
  const candidates = [isRecord(error) ? error['message'] : error, message, msg, errorMessage, detail];
  return candidates.find((one): one is string => typeof one === 'string' && one !== '');
}

/** Ids are text; some answers have them as numbers. */
const id = z.union([z.string().min(1), z.number().transform(String)]);
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d+(?:\.\d+)?\s*$/)
    .transform(Number),
]);
/** Nothing hangs on it: what does not fit counts as absent. */
const optionalNumber = number.nullish().catch(undefined);
const optionalText = z.string().nullish().catch(undefined);
const optionalId = id.nullish().catch(undefined);
/** Whose something is. `me`, which stands for whoever asks, names nobody. */
const optionalUser = optionalId.transform((user) => (user === 'me' ? undefined : user));
const optionalList = z.array(z.unknown()).nullish().catch(undefined);

const anonymousToken = z.looseObject({
  token: z.string().min(1),
  user_id: optionalUser,
  expires_at: z.unknown().optional(),
  credits: optionalNumber,
});

export function readAnonymousToken(answer: OpenedAnswer): AnonymousToken {
  const found = fit(anonymousToken, answer);
  return {
    token: found.token,
    ...present('userId', found.user_id),
    expiresAtMs: moment(found.expires_at),
    ...present('credits', found.credits),
  };
}

const session = z.looseObject({ session_id: id, task_id: optionalId, user_id: optionalUser });

export function readSession(answer: OpenedAnswer): SessionAnswer {
  const found = fit(session, answer);
  return {
    sessionId: found.session_id,
    ...present('taskId', found.task_id),
    ...present('userId', found.user_id),
  };
}

const credits = z.looseObject({ available: optionalNumber, frozen: optionalNumber, total: optionalNumber });

export function readCredits(answer: OpenedAnswer): CreditsAnswer {
  const { available: said, frozen, total } = fit(credits, answer);
  const available = said ?? (isNumber(total) ? total - (frozen ?? 0) : undefined);
  if (available === undefined) throw new AnswerMisfit(`${answer.prefix}available`);
  const held = frozen ?? (isNumber(total) ? total - available : 0);
  return { available, frozen: held, total: total ?? available + held };
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number';
}

const claim = z.looseObject({ claim_token: z.string().min(1), expires_in: optionalNumber });

export function readClaim(answer: OpenedAnswer): ClaimAnswer {
  const found = fit(claim, answer);
  return { claimToken: found.claim_token, expiresInSeconds: found.expires_in ?? undefined };
}

const uploaded = z.looseObject({
  files: z
    .array(
      z.looseObject({
        cdn_url: z.string().min(1),
        filename: optionalText,
        file_type: optionalText,
        duration: optionalNumber,
        width: optionalNumber,
        height: optionalNumber,
        fps: optionalNumber,
        hash: optionalId,
      }),
    )
    .min(1),
});

/** `sent` names what was uploaded, for answers that do not. */
export function readUploaded(
  answer: OpenedAnswer,
  sent: { readonly name: string; readonly mime: string },
): UploadedFile[] {
  return fit(uploaded, answer).files.map((file) => ({
    name: file.filename ?? sent.name,
    type: file.file_type ?? sent.mime,
    url: file.cdn_url,
    ...present('duration', file.duration),
    ...present('width', file.width),
    ...present('height', file.height),
    ...present('fps', file.fps),
    ...present('hash', file.hash),
  }));
}

const state = z.looseObject({
  session_id: optionalId,
  task_id: optionalId,
  task_name: optionalText,
  user_id: optionalUser,
  // A session in which nothing was done yet may have none.
  state: z
    .looseObject({
      draft: z.unknown().optional(),
      video_infos: optionalList,
      generated_media: optionalList,
      canvas_config: z.unknown().optional(),
    })
    .nullish(),
});

/** `sessionId` is the one that was asked for. */
export function readState(answer: OpenedAnswer, sessionId: string): StateAnswer {
  const found = fit(state, answer);
  const path = answer.prefix === '' ? ['state', 'draft'] : ['data', 'state', 'draft'];
  let draft;
  try {
    draft = cutDraft(answer.text, path, found.state?.draft);
  } catch (error) {
    throw new AnswerMisfit(error instanceof JsonTooDeep ? 'depth' : path.join('.'));
  }
  return {
    sessionId: found.session_id ?? sessionId,
    ...present('taskId', found.task_id),
    ...present('taskName', found.task_name),
    ...present('userId', found.user_id),
    draftText: draft.text,
    draft: draft.value,
    videoInfos: found.state?.video_infos ?? [],
    generatedMedia: found.state?.generated_media ?? [],
    canvasConfig: found.state?.canvas_config,
  };
}

const render = z.looseObject({
  id: optionalId,
  taskId: optionalId,
  status: optionalText,
  progress: z.unknown().optional(),
  output: z
    .looseObject({ url: optionalText, duration: optionalNumber, size: optionalNumber })
    .nullish()
    .catch(undefined),
  outputUrl: optionalText,
  duration: optionalNumber,
  size: optionalNumber,
});

/** `askedId` is the render that was asked for, `base` what a relative address of the file starts from. */
export function readRender(answer: OpenedAnswer, askedId: string, base: URL): RenderAnswer {
  const found = fit(render, answer);
  const url = fileAddress(found.output?.url ?? found.outputUrl, base);
  const status = renderStatus(found.status, url !== undefined);
  const { error: said, errorMessage } = answer.fields;
  const error = status === 'failed' ? plainWords(refusalWords({ error: said, errorMessage })) : undefined;
  return {
    id: found.id ?? found.taskId ?? askedId,
    status,
    progress: status === 'completed' ? 100 : percent(found.progress),
    ...present('url', url),
    ...present('durationSeconds', found.output?.duration ?? found.duration),
    ...present('size', found.output?.size ?? found.size),
    ...present('error', error),
  };
}

/** Progress comes as 0–1, as 0–100 or as text. A whole 1 is one percent: a bar must not say that all is done too soon. */
function percent(progress: unknown): number {
  const signed = typeof progress === 'string' && progress.trim().endsWith('%');
  const value = typeof progress === 'string' ? Number.parseFloat(progress) : progress;
  if (typeof value !== 'number' || !Number.isFinite(value)) return 0;
  const hundred = value < 1 && !signed ? value * 100 : value;
  return Math.min(100, Math.max(0, hundred));
}

function fileAddress(text: string | null | undefined, base: URL): string | undefined {
  if (!text) return undefined;
  const address = URL.canParse(text, base.href) ? new URL(text, base) : undefined;
  return address && /^https?:$/.test(address.protocol) ? address.href : undefined;
}

/** No form of a moment is longer. UTF-16 units. */
const longestMoment = 64;

/** A moment as ISO text (UTC where it names no zone) or as seconds or milliseconds since 1970, in ms since 1970. */
function moment(value: unknown): number | undefined {
  const count = number.safeParse(value);
  // Seconds have ten digits until the year 2286, milliseconds had thirteen since 2001.
  if (count.success) return count.data < 1e11 ? count.data * 1000 : count.data;
  if (typeof value !== 'string' || value.length > longestMoment) return undefined;
  const isZoned = /t/i.test(value) && /(?:z|[+-]\d\d:?\d\d)$/i.test(value);
  const zoned = isZoned ? value : `${value.replace(' ', 'T')}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : ms;
}

function fit<T>(schema: z.ZodType<T>, answer: OpenedAnswer): T {
  const result = schema.safeParse(answer.fields);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new AnswerMisfit(`${answer.prefix}${path}`);
}

function present<K extends string, V>(key: K, value: V | null | undefined): Readonly<Partial<Record<K, V>>> {
  return (value === null || value === undefined ? {} : { [key]: value }) as Readonly<Partial<Record<K, V>>>;
}

function integer(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** True for a JSON object: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { createParser } from 'eventsource-parser';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Sandbox } from '../../sandbox/sandbox-options.ts';

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
  /** What is in the envelope, whatever its form. */
  readonly data: Record<string, unknown>;
}

const segmentSchema = z.looseObject({
  st: z.number().optional(),
  d: z.number(),
  ss: z.number().optional(),
  sp: z.number().optional(),
  vo: z.number().optional(),
  src: z.string().optional(),
  tx: z.string().optional(),
  fx: z.array(z.string()).default([]),
  m: z.looseObject({ title: z.string() }),
});
const draftSchema = z.looseObject({
  t: z.array(z.looseObject({ tt: z.number(), m: z.looseObject({ title: z.string() }), sg: z.array(segmentSchema) })),
  w: z.number(),
  h: z.number(),
  d: z.number(),
});
const anyObject = z.record(z.string(), z.unknown());

export type WireSegment = z.output<typeof segmentSchema>;
export type WireDraft = z.output<typeof draftSchema>;

/** A state answer, with the draft's text as it stood there. */
export interface WireState {
  readonly draftText: string;
  readonly draft: WireDraft;
  readonly data: Record<string, unknown>;
  /** Clips of the track with this title. */
  readonly clips: (title: string) => readonly WireSegment[];
}

/** One frame of an event stream. */
export interface WireFrame {
  readonly name: string | undefined;
  readonly data: string;
}

/** A turn as a client saw it. */
export interface WireTurn {
  readonly raw: string;
  readonly frames: readonly WireFrame[];
  /** What the frames' JSON says; heartbeats and empty ones left out. */
  readonly events: readonly Record<string, unknown>[];
  /** The words for the user, each once. */
  readonly words: string;
}

/** Somebody who speaks to the sandbox over HTTP. */
export class Visitor {
  readonly sandbox: Sandbox;
  readonly clientId: string;
  token: string;
  userId = '';
  sessionId = '';
  taskId = '';

  constructor(sandbox: Sandbox, token = '', clientId: string = randomUUID()) {
    this.sandbox = sandbox;
    this.token = token;
    this.clientId = clientId;
  }

  /** With an anonymous token and a session. */
  static async arrive(sandbox: Sandbox, language = 'en'): Promise<Visitor> {
    const visitor = new Visitor(sandbox);
    await visitor.takeToken();
    await visitor.newSession(language);
    return visitor;
  }

  async takeToken(): Promise<WireAnswer> {
    const answer = await this.send('POST', '/api/auth/anonymous-token', {
      headers: { 'X-Client-Id': this.clientId },
      anonymous: true,
    });
    this.token = z.string().catch('').parse(answer.data['token']);
    this.userId = z.string().catch('').parse(answer.data['user_id']);
    return answer;
  }

  async newSession(language = 'en'): Promise<WireAnswer> {
    const answer = await this.send('POST', '/api/tasks/me/with-session/nemo_agent', {
      json: { task_name: 'project', language },
    });
    this.sessionId = z.string().catch('').parse(answer.data['session_id']);
    this.taskId = z.string().catch('').parse(answer.data['task_id']);
    return answer;
  }

  headers(): Record<string, string> {
    return {
      Authorization: `Bearer ${this.token}`,
      'X-Skill-Source': 'video-writer',
      'X-Skill-Version': '1.0.0',
      'X-Skill-Platform': 'unknown',
    };
  }

  fetch(method: string, path: string, options: SendOptions = {}): Promise<Response> {
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    return fetch(new URL(path, this.sandbox.url), {
      method,
      redirect: 'manual',
      headers: {
        ...(options.anonymous === true ? {} : this.headers()),
        ...(options.json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }

  async send(method: string, path: string, options: SendOptions = {}): Promise<WireAnswer> {
    const response = await this.fetch(method, path, options);
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    const whole = anyObject.catch({}).parse(json);
    return {
      status: response.status,
      headers: response.headers,
      text,
      json,
      data: anyObject.catch(whole).parse(whole['data']),
    };
  }

  async upload(...paths: readonly string[]): Promise<WireAnswer> {
    const form = new FormData();
    for (const path of paths) form.append('files', new Blob([await readFile(path)]), basename(path));
    return this.send('POST', `/api/upload-video/nemo_agent/me/${this.sessionId}`, { body: form });
  }

  credits(): Promise<WireAnswer> {
    return this.send('GET', '/api/credits/balance/simple');
  }

  async state(): Promise<WireState> {
    const { text, data } = await this.send('GET', `/api/state/nemo_agent/me/${this.sessionId}/latest`);
    const state = anyObject.parse(data['state']);
    const draft = draftSchema.parse(state['draft']);
    // The sandbox puts the draft before the media.
    const draftText = text.slice(text.indexOf('"draft":') + '"draft":'.length, text.indexOf(',"video_infos":'));
    const clips = (title: string) => draft.t.find((track) => track.m.title === title)?.sg ?? [];
    return { draftText, draft, data: state, clips };
  }

  /** Sends a message; resolves when the stream has ended. */
  async say(text: string, signal?: AbortSignal): Promise<WireTurn> {
    const response = await this.openTurn(text, signal);
    return readTurn(await response.text());
  }

  openTurn(text: string, signal?: AbortSignal): Promise<Response> {
    return this.fetch('POST', '/run_sse', {
      json: {
        app_name: 'nemo_agent',
        user_id: 'me',
        session_id: this.sessionId,
        new_message: { parts: [{ text }] },
      },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async submit(id: string, options: { draftText?: string; format?: string; headers?: Record<string, string> } = {}) {
    const draftText = options.draftText ?? (await this.state()).draftText;
    const output = JSON.stringify({ format: options.format ?? 'mp4', quality: 'high' });
    return this.send('POST', '/api/render/proxy/lambda', {
      body: `{"id":"${id}","sessionId":"${this.sessionId}","draft":${draftText},"output":${output}}`,
      headers: { 'Content-Type': 'application/json', ...options.headers },
    });
  }

  poll(id: string): Promise<WireAnswer> {
    return this.send('GET', `/api/render/proxy/lambda/${id}`);
  }

  /** Polls until the job has ended. */
  async ended(
    id: string,
  ): Promise<{ status: string; url: string | undefined; answer: WireAnswer; seen: readonly string[] }> {
    const seen: string[] = [];
    for (;;) {
      const answer = await this.poll(id);
      const status = z.string().parse(answer.data['status']);
      if (seen.at(-1) !== status) seen.push(status);
      if (status === 'completed' || status === 'failed' || status === 'cancelled') {
        const output = anyObject.catch({}).parse(answer.data['output']);
        const url = z
          .string()
          .optional()
          .parse(answer.data['outputUrl'] ?? output['url']);
        return { status, url, answer, seen };
      }
      await delay(30);
    }
  }
}

interface SendOptions {
  readonly json?: unknown;
  readonly body?: string | FormData | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  /** Without a token and without attribution. */
  readonly anonymous?: boolean;
  readonly signal?: AbortSignal;
}

/** Reads a whole event stream, in either dialect, as a client has to. */
export function readTurn(raw: string): WireTurn {
  const frames: WireFrame[] = [];
  const parser = createParser({
    onEvent: (event) => frames.push({ name: event.event, data: event.data }),
  });
  parser.feed(raw);
  const events: Record<string, unknown>[] = [];
  const ids = new Set<unknown>();
  let words = '';
  let pieces = '';
  for (const frame of frames) {
    if (frame.name === 'heartbeat' || frame.data === '') continue;
    const event = anyObject.parse(JSON.parse(frame.data));
    if (event['type'] === 'heartbeat' || Object.keys(event).length === 0) continue;
    events.push(event);
    if (event['type'] === 'text') words += z.string().parse(event['content'] ?? event['text']);
    const content = contentSchema.safeParse(event['content']);
    if (!content.success) continue;
    const said = content.data.parts
      .filter((part) => part.thought !== true)
      .map((part) => part.text ?? '')
      .join('');
    const isRepeated = event['id'] !== undefined && ids.has(event['id']);
    ids.add(event['id']);
    if (event['partial'] === true) {
      pieces += said;
      words += said;
    } else if (said !== '' && !isRepeated) {
      // The whole repeats its pieces.
      if (pieces === '') words += said;
      else if (pieces !== said) throw new Error('The whole text is not what its pieces said');
      pieces = '';
    }
  }
  return { raw, frames, events, words };
}

const contentSchema = z.looseObject({
  parts: z.array(z.looseObject({ text: z.string().optional(), thought: z.boolean().optional() })),
});

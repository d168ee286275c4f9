/** The two forms of the event stream's JSON, and the many ways to frame it. */
import { randomUUID } from 'node:crypto';
import type { SeededRandom } from './seeded-random.ts';
import type { TurnEvent } from './turn-event.ts';

/** One event as it goes out: the JSON of its data (or none), and its name where it has one. */
export interface Frame {
  readonly data: string;
  readonly name?: string;
}

/** Turns what happens into frames. */
export interface DialectWriter {
  write(event: TurnEvent): readonly Frame[];
}

/** Cuts a text into the pieces in which a model says it. */
function pieces(text: string, random: SeededRandom): string[] {
  const characters = Array.from(text);
  const list: string[] = [];
  for (let at = 0; at < characters.length;) {
    const size = 4 + random.below(28);
    list.push(characters.slice(at, at + size).join(''));
    at += size;
  }
  return list;
}

function heartbeat(random: SeededRandom): Frame {
  return random.pick<Frame>([
    { data: '{"type":"heartbeat"}' },
    { data: '{}', name: 'heartbeat' },
    { data: '' },
    { data: '', name: 'heartbeat' },
  ]);
}

const brokenError: Frame = {
  data:
    '{"error": "Traceback (most recent call last):\n  File "agent.py", line 212, in run\n\n' +
    'litellm.BadRequestError: {"code": 400, "message": "the model is overloaded"}"}',
};

/** `{"type":"text","content":…}` and the like. */
export function simpleDialect(random: SeededRandom): DialectWriter {
  // Some clients saw `text` for `content`; a stream keeps to one of them.
  const key = random.chance(0.25) ? 'text' : 'content';
  const frame = (value: unknown): Frame => ({ data: JSON.stringify(value) });
  return {
    write(event) {
      switch (event.kind) {
        case 'text':
          return pieces(event.text, random).map((piece) => frame({ type: 'text', [key]: piece }));
        case 'toolCall':
          return [frame({ type: 'tool_call', name: event.name, args: event.args })];
        case 'toolResult':
          return [frame({ type: 'tool_result', name: event.name, result: event.result })];
        case 'question': {
          const id = `call-${randomUUID()}`;
          return [
            frame({
              type: 'tool_call',
              name: event.name,
              args: event.args,
              ...(event.isListed ? { id, longRunningToolIds: [id] } : {}),
            }),
          ];
        }
        case 'heartbeat':
          return [heartbeat(random)];
        case 'error':
          return [frame({ type: 'error', code: event.code, message: event.message })];
        case 'brokenError':
          return [brokenError];
        // This form has no word for these.
        case 'thought':
        case 'stateDelta':
        case 'silentEnd':
          return [];
      }
    },
  };
}

/** The events of the Agent Development Kit. */
export function adkDialect(random: SeededRandom): DialectWriter {
  const invocationId = `e-${randomUUID()}`;
  const partials = random.chance(0.7);
  const snake = random.chance(0.3);
  const floatSeconds = random.chance(0.5);
  const callIds = new Map<string, string>();
  const frame = (value: Readonly<Record<string, unknown>>, author = 'nemo_agent'): Frame => ({
    data: JSON.stringify({
      ...value,
      invocationId,
      author,
      id: randomUUID(),
      timestamp: floatSeconds ? Date.now() / 1000 : Date.now(),
    }),
  });
  const content = (parts: readonly unknown[], role = 'model') => ({ content: { parts, role } });
  return {
    write(event) {
      switch (event.kind) {
        case 'thought':
          return [frame({ ...content([{ text: event.text, thought: true }]), ...(partials ? { partial: true } : {}) })];
        case 'text': {
          const whole = frame({
            ...content([{ text: event.text }]),
            ...(random.chance(0.5) ? { partial: false } : {}),
          });
          const list: Frame[] = [];
          if (partials) {
            list.push(...pieces(event.text, random).map((text) => frame({ ...content([{ text }]), partial: true })));
            if (random.chance(0.3)) list.push(frame({ ...content([{ text: '' }]), partial: true }));
          }
          list.push(whole);
          // The same event, with the same id, can come twice.
          if (random.chance(0.15)) list.push(whole);
          if (random.chance(0.2)) list.push({ data: '{}' });
          return list;
        }
        case 'toolCall': {
          const list: Frame[] = [];
          // Announced in a partial event, a call comes again with another id.
          if (random.chance(0.3)) {
            const call = { id: `adk-${randomUUID()}`, name: event.name, args: {} };
            list.push(frame({ ...content([{ functionCall: call }]), partial: true }));
          }
          const id = `adk-${randomUUID()}`;
          callIds.set(event.name, id);
          list.push(frame(content([{ functionCall: { id, name: event.name, args: event.args } }])));
          return list;
        }
        case 'toolResult': {
          const id = callIds.get(event.name) ?? `adk-${randomUUID()}`;
          const part = { functionResponse: { id, name: event.name, response: event.result } };
          return [frame(content([part], 'user'))];
        }
        case 'stateDelta':
          return [
            frame({
              ...(random.chance(0.5) ? { content: {} } : content([])),
              actions: snake ? { state_delta: event.delta } : { stateDelta: event.delta, artifactDelta: {} },
            }),
          ];
        case 'heartbeat':
          return [heartbeat(random)];
        case 'error':
          return [
            random.chance(0.5)
              ? { data: JSON.stringify({ error: event.message }) }
              : frame({ errorCode: event.code, errorMessage: event.message }),
          ];
        case 'brokenError':
          return [brokenError];
        case 'question': {
          const id = `adk-${randomUUID()}`;
          const call = { id, name: event.name, args: event.args };
          const waiting =
            event.isListed || random.chance(0.7)
              ? { [snake ? 'long_running_tool_ids' : 'longRunningToolIds']: [id] }
              : {};
          const list = [frame({ ...content([{ functionCall: call }]), ...waiting })];
          if (random.chance(0.3)) {
            const early = { id: `adk-${randomUUID()}`, name: event.name, args: {} };
            list.unshift(frame({ ...content([{ functionCall: early }]), partial: true }));
          }
          // What waits for the user may come back at once with that it waits.
          if (random.chance(0.4)) {
            const response = { id, name: event.name, response: { status: 'pending' } };
            list.push(frame(content([{ functionResponse: response }], 'user')));
          }
          return list;
        }
        case 'silentEnd': {
          // Of a model that said nothing this form always says so in words too.
          const hasWords = event.reason === 'MODEL_RETURNED_NO_CONTENT' || random.chance(0.5);
          return [
            frame({
              errorCode: event.reason,
              ...(hasWords ? { errorMessage: 'The model returned no content.' } : {}),
              ...(random.chance(0.5) ? content([]) : {}),
            }),
          ];
        }
      }
    },
  };
}

/** Both forms in one stream: each event in one of them. */
export function interleavedDialect(random: SeededRandom): DialectWriter {
  const writers: readonly [DialectWriter, DialectWriter] = [simpleDialect(random), adkDialect(random)];
  return { write: (event) => random.pick(writers).write(event) };
}

/** How frames are put into bytes: all of these are the same to a reader of the standard. */
export interface FrameStyle {
  readonly newline: '\n' | '\r\n' | '\r';
  readonly space: boolean;
  readonly comments: boolean;
  readonly ids: boolean;
  readonly severalDataLines: boolean;
}

export function chooseFrameStyle(random: SeededRandom): FrameStyle {
  return {
    newline: random.pick(['\n', '\n', '\r\n', '\r']),
    space: random.chance(0.75),
    comments: random.chance(0.4),
    ids: random.chance(0.3),
    severalDataLines: random.chance(0.2),
  };
}

/** A frame as the text of an event stream. `count` is the number of frames before it. */
export function frameText(frame: Frame, style: FrameStyle, count: number): string {
  const colon = style.space ? ': ' : ':';
  const lines: string[] = [];
  if (style.comments && count % 5 === 0) lines.push(':keep-alive');
  if (count === 0 && style.ids) lines.push(`retry${colon}3000`);
  if (frame.name !== undefined) lines.push(`event${colon}${frame.name}`);
  if (style.ids) lines.push(`id${colon}${count + 1}`);
  for (const line of style.severalDataLines ? spread(frame.data) : [frame.data]) lines.push(`data${colon}${line}`);
  return lines.map((line) => line + style.newline).join('') + style.newline;
}

/** JSON text on several lines, where it can be. */
function spread(data: string): string[] {
  if (data === '' || data === '{}' || data === brokenError.data) return [data];
  return JSON.stringify(JSON.parse(data), null, 1).split('\n');
}

/** Cuts bytes where it hurts: now and then between two bytes of one character. */
export function splitBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array[] {
  if (bytes.length < 2 || !random.chance(0.3)) return [bytes];
  const multibyte = bytes.findIndex((byte) => (byte & 0xc0) === 0x80);
  const at = multibyte > 0 ? multibyte : 1 + random.below(bytes.length - 1);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

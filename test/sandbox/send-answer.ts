import { once } from 'node:events';
import type { Answer } from './answer.ts';
import { answerLength, htmlAnswer, jsonAnswer } from './answer.ts';
import { FaultStruck } from './faults.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Fault, FaultKind } from './sandbox-options.ts';
import { deepAnswer, sendEndless } from './send-endless.ts';
import { flushed, sendPieces, waitOrGone, write, writeHead } from './write-answer.ts';

const proxyPage =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n' +
  '<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';
const garbage = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x3c, 0x25, 0x80, 0x5d, 0x7d, 0x0a, 0x0a]);

const endlessKinds: ReadonlySet<FaultKind> = new Set(['drip', 'hints', 'endless']);

/** Sends an answer: as it is, or as the exchange's fault wants it. Resolves when all is out or the connection is gone. */
export async function sendAnswer(exchange: HttpExchange, answer: Answer): Promise<void> {
  const { fault } = exchange;
  if (fault && fault.moment !== 'duringBody' && endlessKinds.has(fault.kind)) {
    await sendEndless(exchange, answer, fault);
  } else if (fault?.kind === 'deep') {
    await sendWhole(exchange, deepAnswer());
  } else if (fault?.moment === 'beforeAnswer') {
    const other = await strikeBefore(exchange, fault, answer);
    if (other !== undefined) await sendWhole(exchange, other);
  } else if (fault?.moment === 'midAnswer' || fault?.moment === 'afterAnswer') {
    await sendFaulty(exchange, answer, fault);
  } else if (fault?.kind === 'duplicate' && fault.moment !== 'duringBody') {
    await sendFaulty(exchange, answer, fault);
  } else {
    await sendWhole(exchange, answer);
  }
}

/**
 * Lets a fault strike before anything was done, or amid the request's body. Returns where the request goes on all the
 * same (`slow`, `duplicate`, `forget`, a `stall` that ends).
 * @throws FaultStruck where the request has found its end.
 */
export async function strikeEarly(exchange: HttpExchange, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'duplicate':
      return;
    case 'slow':
      await waitOrGone(exchange, fault.ms ?? 200);
      return;
    case 'stall':
      await stall(exchange, fault);
      return;
    case 'forget':
      exchange.onServiceFault(fault);
      return;
    case 'truncate':
    case 'wrongLength': {
      const nothing = jsonAnswer(200, '{"code":0,"message":"success","data":{');
      if (fault.kind === 'truncate') await sendWhole(exchange, nothing);
      else await sendFaulty(exchange, nothing, fault);
      throw new FaultStruck();
    }
    case 'drip':
    case 'hints':
    case 'endless':
      await sendEndless(exchange, jsonAnswer(200, '{"code":0,"message":"success","data":{}}'), fault);
      throw new FaultStruck();
    case 'deep':
      await sendWhole(exchange, deepAnswer());
      throw new FaultStruck();
    case 'refuse':
    case 'reset':
    case 'cut':
    case 'status':
    case 'code':
    case 'html':
    case 'outage':
    case 'garbage': {
      const other = await strikeBefore(exchange, fault, jsonAnswer(200, '{}'));
      if (other !== undefined) await sendWhole(exchange, other);
      throw new FaultStruck();
    }
  }
}

/** What is sent in an answer's stead; undefined where nothing is, or where it has been done here. */
async function strikeBefore(exchange: HttpExchange, fault: Fault, answer: Answer): Promise<Answer | undefined> {
  switch (fault.kind) {
    case 'refuse':
    case 'cut':
      exchange.request.socket.destroy();
      return undefined;
    case 'reset':
      exchange.request.socket.resetAndDestroy();
      return undefined;
    case 'stall':
      await stall(exchange, fault);
      return answer;
    case 'outage':
      exchange.onServiceFault(fault);
      return undefined;
    case 'forget':
      exchange.onServiceFault(fault);
      return answer;
    case 'status':
    case 'code':
    case 'html':
      return replacement(fault);
    case 'garbage':
      return { kind: 'bytes', status: 200, headers: { 'Content-Type': 'application/json' }, body: garbage };
    case 'deep':
      return deepAnswer();
    case 'drip':
    case 'hints':
    case 'endless':
      await sendEndless(exchange, answer, fault);
      return undefined;
    case 'truncate':
    case 'duplicate':
    case 'slow':
    case 'wrongLength':
      if (fault.kind === 'slow') await waitOrGone(exchange, fault.ms ?? 200);
      await sendFaulty(exchange, answer, fault);
      return undefined;
  }
}

function replacement(fault: Fault): Answer {
  const headers: Record<string, string> = {};
  if (fault.retryAfterSeconds !== undefined) headers['Retry-After'] = String(fault.retryAfterSeconds);
  if (fault.kind === 'html') {
    const page = htmlAnswer(fault.status ?? 502, proxyPage);
    return { ...page, headers: { ...page.headers, ...headers } };
  }
  if (fault.kind === 'code') {
    const code = fault.code ?? 1001;
    return jsonAnswer(
      fault.status ?? 200,
      JSON.stringify({ code, message: fault.message ?? `Error ${code}`, data: null }),
      headers,
    );
  }
  const status = fault.status ?? 500;
  return jsonAnswer(
    status,
    JSON.stringify({ code: fault.code ?? status, message: fault.message ?? `Error ${status}` }),
    headers,
  );
}

async function sendWhole(exchange: HttpExchange, answer: Answer): Promise<void> {
  writeHead(exchange, answer, answerLength(answer));
  await sendPieces(exchange, answer, async (piece) => write(exchange, piece));
  exchange.response.end();
}

/**
 * Sends a body with something wrong in it: at `afterBytes`, else halfway (an event stream: after its second piece), else,
 * after the answer, at its end.
 */
async function sendFaulty(exchange: HttpExchange, answer: Answer, fault: Fault): Promise<void> {
  const length = answerLength(answer);
  const strikeAt = fault.afterBytes ?? (length === undefined ? undefined : Math.floor(length / 2));
  const atEnd = fault.moment === 'afterAnswer';
  const { response } = exchange;
  writeHead(exchange, answer, declaredLength(fault, length, atEnd));

  let sent = 0;
  let pieces = 0;
  // In an object, since the closures below change it.
  const state = { struck: false, stopped: false };
  const whole: Uint8Array[] = [];

  const strike = async (): Promise<'goOn' | 'stop'> => {
    state.struck = true;
    switch (fault.kind) {
      case 'refuse':
      case 'reset':
        await flushed(exchange);
        exchange.request.socket.resetAndDestroy();
        return 'stop';
      case 'cut':
        await flushed(exchange);
        exchange.request.socket.destroy();
        return 'stop';
      case 'outage':
        await flushed(exchange);
        exchange.onServiceFault(fault);
        return 'stop';
      case 'forget':
        exchange.onServiceFault(fault);
        return 'goOn';
      case 'stall':
        await stall(exchange, fault);
        return 'goOn';
      case 'status':
      case 'code':
        await write(exchange, Buffer.from(errorTail(answer, fault)));
        response.end();
        return 'stop';
      case 'html':
        await write(exchange, Buffer.from(proxyPage));
        response.end();
        return 'stop';
      case 'garbage':
        await write(exchange, answer.kind === 'stream' ? Buffer.from('data: {"type":"te\u0000\ufffd<<<\n\n') : garbage);
        return 'goOn';
      case 'truncate':
        // Behind the whole answer there is nothing left to leave out but the end itself.
        if (atEnd) exchange.request.socket.destroy();
        else response.end();
        return 'stop';
      case 'slow':
        if (atEnd) await waitOrGone(exchange, fault.ms ?? 200);
        return 'goOn';
      case 'duplicate':
      case 'wrongLength':
      case 'drip':
      case 'hints':
      case 'endless':
      case 'deep':
        return 'goOn';
    }
  };

  await sendPieces(exchange, answer, async (piece) => {
    if (state.stopped) return;
    pieces += 1;
    let rest = piece;
    if (!atEnd && !state.struck && (strikeAt === undefined ? pieces > 2 : sent + piece.length >= strikeAt)) {
      const head = strikeAt === undefined ? new Uint8Array() : piece.subarray(0, strikeAt - sent);
      rest = piece.subarray(head.length);
      await write(exchange, head);
      if ((await strike()) === 'stop') {
        state.stopped = true;
        return;
      }
      sent += head.length;
      if (fault.kind === 'duplicate' && answer.kind !== 'stream') whole.push(head);
    }
    sent += rest.length;
    if (fault.kind === 'slow' && !atEnd) await writeSlowly(exchange, rest, fault.ms ?? 5);
    else await write(exchange, rest);
    if (fault.kind === 'duplicate') {
      if (answer.kind === 'stream' && state.struck) await write(exchange, rest);
      else if (answer.kind === 'bytes' || answer.kind === 'file') whole.push(rest);
    }
  });
  if (state.stopped) return;
  // A stream that was too short to be struck in its middle is struck at its end.
  if (!state.struck && (await strike()) === 'stop') return;
  if (fault.kind === 'duplicate') for (const piece of whole) await write(exchange, piece);
  if (fault.kind === 'wrongLength') {
    await flushed(exchange);
    exchange.request.socket.destroy();
    return;
  }
  response.end();
}

/** The Content-Length to promise; undefined: none, and chunked framing. */
function declaredLength(fault: Fault, length: number | undefined, atEnd: boolean): number | undefined {
  if (fault.kind === 'wrongLength') return (length ?? 4096) + 64;
  // Behind a complete body of known length a client does not look: without the length it has to wait for the end.
  if (length === undefined || atEnd) return undefined;
  switch (fault.kind) {
    case 'refuse':
    case 'reset':
    case 'cut':
    case 'stall':
    case 'slow':
    case 'outage':
    case 'forget':
      return length;
    case 'garbage':
      return length + garbage.length;
    case 'duplicate':
      return length * 2;
    default:
      return undefined;
  }
}

function errorTail(answer: Answer, fault: Fault): string {
  const code = fault.code ?? fault.status ?? 500;
  const text = JSON.stringify({ error: `Error ${code}`, errorCode: String(code), errorMessage: 'Internal error' });
  return answer.kind === 'stream' ? `\n\ndata: ${text}\n\n` : text;
}

/** In at most fifty pieces, so that a big file ends some day. */
async function writeSlowly(exchange: HttpExchange, bytes: Uint8Array, ms: number): Promise<void> {
  const size = Math.max(1, Math.ceil(bytes.length / 50));
  for (let at = 0; at < bytes.length; at += size) {
    await write(exchange, bytes.subarray(at, at + size));
    await waitOrGone(exchange, ms);
  }
}

async function stall(exchange: HttpExchange, fault: Fault): Promise<void> {
  if (fault.ms !== undefined) {
    await waitOrGone(exchange, fault.ms);
    return;
  }
  if (!exchange.gone.aborted) await once(exchange.gone, 'abort');
  throw new FaultStruck();
}

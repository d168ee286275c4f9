import type { Answer } from './answer.ts';
import { answerLength, jsonAnswer } from './answer.ts';
import { FaultStruck } from './faults.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Fault } from './sandbox-options.ts';
import { sendPieces, waitOrGone, write, writeHead } from './write-answer.ts';

const levels = 100_000;

/** JSON of a hundred thousand levels. */
export function deepAnswer(): Answer {
  return jsonAnswer(200, `{"code":0,"data":${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}}`);
}

/**
 * Sends an answer that never ends, until the client goes: `drip` a byte at a time, `hints` with an informational answer
 * again and again in the answer's stead, `endless` as fast as it is taken. Before that comes what the fault's moment says:
 * nothing, half or all of the body.
 * @throws FaultStruck when the client has gone.
 */
export async function sendEndless(exchange: HttpExchange, answer: Answer, fault: Fault): Promise<void> {
  const { response } = exchange;
  const ms = fault.ms ?? 500;
  const isLate = fault.moment === 'midAnswer' || fault.moment === 'afterAnswer';
  if (fault.kind === 'hints' && !isLate) {
    for (;;) {
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
      await waitOrGone(exchange, ms);
    }
  }

  const length = answerLength(answer);
  const whole = fault.kind === 'endless' || fault.moment === 'afterAnswer';
  const atOnce = whole ? Infinity : isLate ? (fault.afterBytes ?? Math.floor((length ?? 512) / 2)) : 0;
  // A range has its length in another header; without either nobody knows where the end should be.
  writeHead(exchange, answer, undefined);
  let sent = 0;
  await sendPieces(exchange, answer, async (piece) => {
    const now = Math.max(0, Math.min(piece.length, atOnce - sent));
    await write(exchange, piece.subarray(0, now));
    sent += now;
    // The last byte of what drips is held back, for with it JSON would be whole.
    for (let at = now; at < piece.length && (length === undefined || sent < length - 1); at++, sent++) {
      await write(exchange, piece.subarray(at, at + 1));
      await waitOrGone(exchange, ms);
    }
  });
  // What follows is nothing: a comment in a stream, space in JSON.
  const filling = Buffer.from(answer.kind === 'stream' ? `:${'.'.repeat(65_534)}\n` : ' '.repeat(65_536));
  for (;;) {
    if (exchange.gone.aborted || response.destroyed) throw new FaultStruck();
    if (fault.kind === 'endless') await write(exchange, filling);
    else {
      await write(exchange, filling.subarray(0, 1));
      await waitOrGone(exchange, ms);
    }
  }
}

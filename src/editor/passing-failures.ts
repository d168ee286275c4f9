import { NemoError, type NemoErrorCode } from '../client/errors.ts';

const passing: ReadonlySet<NemoErrorCode> = new Set([
  'unreachable',
  'timedOut',
  'serverFault',
  'rateLimited',
  'badAnswer',
  'downloadFailed',
]);

/** Whether another try may not meet it. */
export function isPassing({ code }: NemoError): boolean {
  return passing.has(code);
}

const unreadable: ReadonlySet<NemoErrorCode> = new Set(['badAnswer', 'refused', 'serverFault']);

/**
 * Nothing, where the service is there and only this one answer cannot be had, without which work goes on.
 * @throws every other `error`.
 */
export function unlessUnreadable(error: unknown): undefined {
  const isAnswer = error instanceof NemoError && error.endpoint !== undefined && unreadable.has(error.code);
  if (!isAnswer) throw error;
}

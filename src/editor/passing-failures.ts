import type { NemoError, NemoErrorCode } from '../client/errors.ts';

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

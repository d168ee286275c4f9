import * as l10n from '@vscode/l10n';

import { one } from './download-headers.ts';
import { isFetchable } from './fetchable-address.ts';
import { badAnswerError } from './service-failures.ts';
import type { Call, RawAnswer } from './call.ts';
import type { Transport } from './transport.ts';

const maxRedirects = 5;
/** How much of the answer undici may hold while the disk is busy. */
const bufferBytes = 1024 * 1024;

/**
 * Asks for a file and follows redirects by hand: they lead to where files are fetched from only, never from a secure
 * connection to another, and what only the service may see does not go along. What comes back begins within the time that
 * answers may take.
 * @param identity is sent to the first address alone.
 * @throws NemoError `badAnswer` where a redirect leads nowhere; TimeLimitPassed; what undici and the signal throw.
 */
export function askForFile(
  transport: Transport,
  call: Call,
  address: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  identity: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return transport.withinAnswerTime(signal, (ending) => follow(transport, call, address, headers, ending, identity));
}

async function follow(
  transport: Transport,
  call: Call,
  address: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  identity: Readonly<Record<string, string>>,
): Promise<RawAnswer> {
  let url = address;
  for (let redirects = 0; ; redirects++) {
    const answer = await transport.exchange(
      {
        method: 'GET',
        url,
        label: call.label,
        headers: { 'accept-encoding': 'identity', ...(redirects === 0 ? identity : {}), ...headers },
        fresh: false,
        waitMs: transport.patience.downloadMs,
        bufferBytes,
      },
      signal,
    );
    const { status } = answer;
    const location = one(answer.headers.location);
    if (status < 300 || status >= 400 || location === undefined) return answer;
    answer.body.destroy();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    // What came over a secure connection does not go on over one that anybody can change.
    const isWeaker = next?.protocol === 'http:' && url.protocol === 'https:';
    const mayFollow = next && isFetchable(next, transport.address(''));
    if (!mayFollow || isWeaker || redirects >= maxRedirects) {
      throw badAnswerError(transport.context(call), l10n.t('it leads nowhere'), { status });
    }
    url = next;
  }
}

import * as l10n from '@vscode/l10n';

import { askForFile } from './ask-for-file.ts';
import { contentLength, contentRange, one } from './download-headers.ts';
import { NemoError } from './errors.ts';
import { isFetchable, isWeb } from './fetchable-address.ts';
import { PartFile } from './part-file.ts';
import {
  badAnswerError,
  cancelledError,
  connectionError,
  refusedAddressError,
  showLogStep,
} from './service-failures.ts';
import type { Call, RawAnswer } from './call.ts';
import type { Transport } from './transport.ts';

/** Attempts at bringing a file whole, where it cannot be had in pieces. */
const maxAttempts = 3;

/** No token goes to where media lie: their addresses are all that it takes. */
const call: Call = { method: 'GET', path: '', label: '(media)', scope: 'none', repeat: 'safe' };

/** Media at a web address, as a first look at it found them. */
export interface RemoteMedia {
  readonly url: URL;
  /** Length in bytes; unknown where the service hands it out as a whole only and does not say. */
  readonly bytes: number | undefined;
  /** Changes with the content, where the service says so. */
  readonly tag: string | undefined;
  /** Can be read in pieces; else it has to be saved as a whole. */
  readonly inPieces: boolean;
}

/**
 * Looks at media at a web address, without a token.
 * @throws NemoError `badArgument` for anything but http and https, `refused` where nothing is fetched from there or it is
 * not handed out, `fileMissing` and the general ones.
 */
export async function lookAtMedia(transport: Transport, url: string, signal: AbortSignal): Promise<RemoteMedia> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !isWeb(address)) throw new NemoError('badArgument', l10n.t('Only web addresses can be opened.'));
  if (!isFetchable(address, transport.address(''))) {
    throw refusedAddressError();
  }
  return transport.repeating(call, signal, async (_, ending) => {
    const answer = await askForFile(transport, call, address, { range: 'bytes=0-0' }, ending);
    const { status, headers, body } = answer;
    // All that there is to know is in the headers; one byte is read to keep the connection, more is given up.
    if (status === 206) {
      await transport.withinAnswerTime(ending, (signal) => body.dump({ limit: 1024, signal }));
    } else {
      body.destroy();
    }
    if (status < 300 && /^text\/html|\bjson\b/i.test(one(headers['content-type']) ?? '')) {
      throw badAnswerError(transport.context(call), l10n.t('it is a web page'), { status });
    }
    const tag = one(headers.etag) ?? one(headers['last-modified']);
    const range = contentRange(headers);
    if (status === 416 && range?.totalBytes === 0) return { url: address, bytes: 0, tag, inPieces: true };
    if (status === 206 && range?.start === 0 && range.totalBytes !== undefined && isPlain(answer)) {
      return { url: address, bytes: range.totalBytes, tag, inPieces: true };
    }
    if (status === 200 || status === 206) {
      return { url: address, bytes: status === 200 ? contentLength(headers) : undefined, tag, inPieces: false };
    }
    throw await gone(transport, answer);
  });
}

/**
 * Reads the bytes from `start` up to `end`, both within the file.
 * @throws NemoError `fileChanged` where it is another file by now, and the general ones.
 */
export async function readRemoteMedia(
  transport: Transport,
  media: RemoteMedia,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (start >= end) return new Uint8Array();
  return transport.repeating(call, signal, async (_, ending) => {
    const answer = await askForFile(transport, call, media.url, { range: `bytes=${start}-${end - 1}` }, ending);
    const { status, headers, body } = answer;
    const range = contentRange(headers);
    const tag = one(headers.etag) ?? one(headers['last-modified']);
    if (
      status === 206 &&
      range?.start === start &&
      range.totalBytes === media.bytes &&
      tag === media.tag &&
      isPlain(answer)
    ) {
      const bytes = new Uint8Array(end - start);
      let filled = 0;
      for await (const chunk of transport.atPace(body)) {
        // More than was asked for is nobody's business.
        const piece = chunk.subarray(0, bytes.length - filled);
        bytes.set(piece, filled);
        filled += piece.length;
        if (filled === bytes.length) break;
      }
      if (filled === bytes.length) return bytes;
      throw badAnswerError(transport.context(call), l10n.t('the file is too short'), { status, transient: true });
    }
    if (status === 200 || status === 206 || status === 416) {
      body.destroy();
      throw changed();
    }
    throw await gone(transport, answer);
  });
}

/**
 * Brings media that cannot be had in pieces to the disk, over whatever `path` holds.
 * @returns the length in bytes.
 * @throws NemoError `fileTooLarge` where it has more than `maxBytes`, `diskFailed` and the general ones.
 */
export async function saveRemoteMedia(
  transport: Transport,
  media: RemoteMedia,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<number> {
  const part = await PartFile.open(path);
  try {
    let waitedForRate = false;
    for (let attempt = 1; ; attempt++) {
      await part.empty();
      try {
        await receive(transport, media, part, maxBytes, signal);
        return part.size;
      } catch (cause) {
        if (signal.aborted) throw cancelledError(`GET ${call.label}`);
        const error = connectionError(transport.context(call), cause);
        if (error.code === 'rateLimited' && !waitedForRate) {
          waitedForRate = true;
          await transport.waitForRate(call, error, signal);
          continue;
        }
        if (!error.transient || attempt === maxAttempts) throw error;
        await transport.pause(error.retryAfterMs ?? transport.backoffMs(attempt - 1), error, signal);
      }
    }
  } finally {
    await part.close();
  }
}

async function receive(
  transport: Transport,
  media: RemoteMedia,
  part: PartFile,
  maxBytes: number,
  signal: AbortSignal,
): Promise<void> {
  const answer = await askForFile(transport, call, media.url, {}, signal);
  if (answer.status !== 200) throw await gone(transport, answer);
  if (!isPlain(answer)) {
    answer.body.destroy();
    throw badAnswerError(transport.context(call), l10n.t('it is compressed'), { status: answer.status });
  }
  const length = contentLength(answer.headers);
  if ((length ?? 0) > maxBytes) {
    answer.body.destroy();
    throw tooLarge(maxBytes);
  }
  const announced = length ?? media.bytes;
  // Leaving the loop ends the body.
  for await (const chunk of transport.atPace(answer.body)) {
    if (announced !== undefined && part.size + chunk.length > announced) {
      throw badAnswerError(transport.context(call), l10n.t('the file is longer than announced'));
    }
    if (part.size + chunk.length > maxBytes) throw tooLarge(maxBytes);
    await part.append(chunk);
  }
  await part.flush();
  if (length !== undefined && part.size !== length) {
    throw badAnswerError(transport.context(call), l10n.t('the file is too short'), { transient: true });
  }
}

/** Bytes of a compressed answer are not the file's. */
function isPlain({ headers }: RawAnswer): boolean {
  return /^(?:identity)?$/i.test(one(headers['content-encoding']) ?? '');
}

/** The status of an answer that holds no media, as an error; ends the answer. */
async function gone(transport: Transport, answer: RawAnswer): Promise<NemoError> {
  const { status, body } = answer;
  if (status === 429) return transport.refusal(transport.context(call), answer);
  body.destroy();
  const detail = { status, endpoint: `GET ${call.label}` };
  if (status === 404 || status === 410) {
    return new NemoError(
      'fileMissing',
      l10n.t('The service does not have this file any more. Refresh the project, or upload it again.'),
      { ...detail, steps: [{ kind: 'upload', label: l10n.t('Choose Files…') }] },
    );
  }
  if (status >= 500 || status === 408) {
    return new NemoError('serverFault', l10n.t('The service cannot hand out this file right now. Please try again.'), {
      ...detail,
      transient: true,
      steps: [{ kind: 'retry', label: l10n.t('Try Again') }, showLogStep()],
    });
  }
  return new NemoError(
    'refused',
    l10n.t('The service does not hand out this file any more. Refresh the project and try again.'),
    { ...detail, steps: [{ kind: 'retry', label: l10n.t('Try Again') }] },
  );
}

function changed(): NemoError {
  return new NemoError('fileChanged', l10n.t('The file is another one by now. Open it again.'), {
    steps: [{ kind: 'retry', label: l10n.t('Try Again') }],
  });
}

function tooLarge(maxBytes: number): NemoError {
  return new NemoError(
    'fileTooLarge',
    l10n.t(
      'The service hands out this file only as a whole, and it has more than {0} MB. Open it in the system’s player.',
      Math.floor(maxBytes / 1024 / 1024),
    ),
  );
}

import { randomUUID } from 'node:crypto';

import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../../client/errors.ts';
import { mediaFormatOf, sniffBytes, sniffMediaKind } from '../../client/media-formats.ts';
import type { NemoClient } from '../../client/nemo-client.ts';
import { mostMediaBytes, type MediaPlace, type OpenedMedia } from '../../protocol/messages.ts';
import { asNemoError, cancelled } from '../as-nemo-error.ts';
import { mediaItems } from '../media-items.ts';
import type { RenderJobs } from '../render-jobs.ts';
import type { SessionChat } from '../session-chat.ts';
import { fileOnThisMachine } from '../workspace-source.ts';
import { openFileMedia } from './file-media.ts';
import { findMedia, type KnownMedia } from './known-media.ts';
import type { MediaBytes } from './media-bytes.ts';
import { MediaCache } from './media-cache.ts';
import { openServiceMedia } from './service-media.ts';

/** Kept of what the service hands out as a whole only, in bytes. */
const cacheBytes = 512 * 1024 * 1024;
/** A page that opens and never closes is stopped here. */
const mostOpen = 100;

export interface OpenMediaOptions {
  readonly jobs: RenderJobs;
  readonly client: () => Promise<NemoClient>;
  /** A folder of ours, for what the service hands out as a whole only. */
  readonly cacheFolder: string;
  readonly log: (line: string) => void;
  /** Opens a file, or a web address after asking, with the system's own program. */
  readonly openOutside: (target: vscode.Uri | string) => Promise<void>;
}

interface Opened {
  readonly source: MediaBytes;
  readonly page: AbortSignal;
  readonly forget: () => void;
}

/**
 * Media that pages have open. Each belongs to the page that opened it, and is closed with it: `page` is a signal that is
 * aborted when that page is gone.
 */
export class OpenMedia implements vscode.Disposable {
  readonly #options: OpenMediaOptions;
  readonly #cache: MediaCache;
  readonly #opened = new Map<string, Opened>();
  readonly #closing = new AbortController();

  constructor(options: OpenMediaOptions) {
    this.#options = options;
    this.#cache = new MediaCache(options.cacheFolder, cacheBytes);
  }

  /** How many are open. */
  get count(): number {
    return this.#opened.size;
  }

  /**
   * Opens what a place of the session stands for.
   * @param fileOnly leaves alone what would have to be fetched from the service.
   * @throws NemoError where it cannot be had, with what to do next.
   */
  async open(place: MediaPlace, chat: SessionChat, page: AbortSignal, fileOnly = false): Promise<OpenedMedia> {
    const signal = AbortSignal.any([page, this.#closing.signal]);
    const { known, source } = fileOnly
      ? await this.#findFile(place, chat, signal)
      : await this.#find(place, chat, signal);
    let kind: OpenedMedia['kind'];
    try {
      kind = known.kind ?? (await kindOf(known.name, source, signal));
      if (signal.aborted) throw cancelled();
      const ours = [...this.#opened.values()].filter((other) => other.page === page).length;
      if (ours >= mostOpen) throw new NemoError('refused', l10n.t('Too many files are open. Close some previews.'));
    } catch (error) {
      await source.close();
      throw error;
    }
    const id = randomUUID();
    const gone = () => this.#close(id);
    page.addEventListener('abort', gone, { once: true });
    this.#opened.set(id, { source, page, forget: () => page.removeEventListener('abort', gone) });
    const { bytes, fingerprint, isFile } = source;
    return { id, name: known.name, kind, bytes, fingerprint, isFile };
  }

  /**
   * The bytes from `start` up to `end`, or to the end of the file.
   * @throws NemoError `badArgument` for what is no range, is too long, or is not open in this page.
   */
  async read(id: string, start: number, end: number, page: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const source = this.#of(id, page)?.source;
    if (!source) {
      throw new NemoError('badArgument', l10n.t('This preview is closed. Open it again.'), {
        steps: [{ kind: 'retry', label: l10n.t('Try Again') }],
      });
    }
    const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start;
    if (!isRange || end - start > mostMediaBytes) {
      throw new NemoError('badArgument', l10n.t('At most {0} bytes can be read at a time.', mostMediaBytes));
    }
    const last = Math.min(end, source.bytes);
    if (start >= last) return new Uint8Array();
    return source.read(start, last, AbortSignal.any([page, this.#closing.signal]));
  }

  /** Closes it; what is not open in this page is left alone. */
  close(id: string, page: AbortSignal): void {
    if (this.#of(id, page)) this.#close(id);
  }

  /** True for the URI of a file that the session names: what was uploaded to it, or an export. */
  knowsFile(uri: string, chat: SessionChat): boolean {
    const isUploaded = mediaItems(chat.media, chat.timeline.latest).some(({ local }) => local?.uri === uri);
    return isUploaded || this.#options.jobs.list().some(({ file }) => file === uri);
  }

  /**
   * Opens what a place of the session stands for with the system's own program.
   * @throws NemoError where that is not possible.
   */
  async openOutside(place: MediaPlace, chat: SessionChat, page: AbortSignal): Promise<void> {
    const known = findMedia(place, chat, this.#options.jobs);
    const signal = AbortSignal.any([page, this.#closing.signal]);
    const uri = known.file && fileOnThisMachine(vscode.Uri.parse(known.file.uri));
    // Where the editor's screen is on another machine, a file of this one means nothing to it.
    if (uri && vscode.env.remoteName === undefined) {
      const isThere = await this.#openFile(known, signal).then(
        async (source) => {
          await source.close();
          return true;
        },
        (error: unknown) => {
          if (signal.aborted) throw cancelled();
          if (known.url === undefined) throw error;
          return false;
        },
      );
      if (signal.aborted) throw cancelled();
      if (isThere) return this.#options.openOutside(uri);
    }
    if (known.url === undefined) {
      throw new NemoError(
        'refused',
        l10n.t('“{0}” lies where no other program can open it. Save a copy on your machine first.', known.name),
        known.file ? { steps: [{ kind: 'revealFile', label: l10n.t('Reveal'), argument: known.file.uri }] } : {},
      );
    }
    await this.#options.openOutside(known.url);
  }

  /**
   * Somebody else is here from now on: closes what came from the service, and leaves nothing of it on the disk. Files of
   * this side stay open. Never rejects.
   */
  async forgetFetched(): Promise<void> {
    const fetched = [...this.#opened].filter(([, { source }]) => !source.isFile);
    await Promise.all(fetched.map(([id]) => this.#end(id)));
    const left = await this.#cache.clear();
    if (left > 0) this.#options.log(`Of fetched media ${left} files could not be removed.`);
  }

  dispose(): void {
    this.#closing.abort();
    for (const id of [...this.#opened.keys()]) this.#close(id);
  }

  #of(id: string, page: AbortSignal): Opened | undefined {
    const opened = this.#opened.get(id);
    return opened?.page === page ? opened : undefined;
  }

  #close(id: string): void {
    void this.#end(id);
  }

  /** Resolves when it is closed, however that went. */
  async #end(id: string): Promise<void> {
    const opened = this.#opened.get(id);
    if (!opened) return;
    this.#opened.delete(id);
    opened.forget();
    await opened.source.close().catch((error: unknown) => {
      this.#options.log(`A preview: ${asNemoError(error).code}`);
    });
  }

  async #find(
    place: MediaPlace,
    chat: SessionChat,
    signal: AbortSignal,
  ): Promise<{ known: KnownMedia; source: MediaBytes }> {
    const known = findMedia(place, chat, this.#options.jobs);
    try {
      return { known, source: await this.#openKnown(known, signal) };
    } catch (reason) {
      if (signal.aborted) throw cancelled();
      const error = asNemoError(reason);
      const isStale = known.url !== undefined && (error.status === 403 || error.status === 404 || error.status === 410);
      if (!isStale || place.kind === 'render' || chat.record.sessionId === undefined || chat.record.closed) throw error;
      // Addresses at the service may be good for a while only: the state has fresh ones.
      await chat.timeline.refresh(signal).catch((failed: unknown) => {
        this.#options.log(`For a preview: ${asNemoError(failed).code}`);
      });
      const again = findMedia(place, chat, this.#options.jobs);
      if (again.url === known.url) throw error;
      return { known: again, source: await this.#openKnown(again, signal) };
    }
  }

  async #findFile(
    place: MediaPlace,
    chat: SessionChat,
    signal: AbortSignal,
  ): Promise<{ known: KnownMedia; source: MediaBytes }> {
    const known = findMedia(place, chat, this.#options.jobs);
    if (known.file) return { known, source: await this.#openFile(known, signal) };
    throw new NemoError('fileMissing', l10n.t('Nobody says where “{0}” is. Refresh the project.', known.name));
  }

  /** The file on this side where it is still the same, else what the service has. */
  async #openKnown(known: KnownMedia, signal: AbortSignal): Promise<MediaBytes> {
    const { name, file, url } = known;
    if (file) {
      try {
        return await this.#openFile(known, signal);
      } catch (error) {
        if (url === undefined || signal.aborted) throw error;
      }
    }
    if (url === undefined) {
      throw new NemoError('fileMissing', l10n.t('Nobody says where “{0}” is. Refresh the project.', name));
    }
    return openServiceMedia(await this.#options.client(), this.#cache, { name, url }, signal);
  }

  #openFile({ file, isOwnFile, hash }: KnownMedia, signal: AbortSignal): Promise<MediaBytes> {
    if (!file) throw new TypeError('There is no file.');
    const uri = vscode.Uri.parse(file.uri);
    return isOwnFile
      ? openFileMedia(uri, signal)
      : openFileMedia(uri, signal, { origin: file, ...(hash === undefined ? {} : { hash }) });
  }
}

async function kindOf(name: string, source: MediaBytes, signal: AbortSignal): Promise<OpenedMedia['kind']> {
  const head = await source.read(0, Math.min(sniffBytes, source.bytes), signal);
  const kind = sniffMediaKind(head);
  if (kind !== 'text' && kind !== 'unknown') return kind;
  const named = mediaFormatOf(name)?.kind;
  if (named) return named;
  throw new NemoError('unsupportedFile', l10n.t('“{0}” is nothing that can be played here.', name));
}

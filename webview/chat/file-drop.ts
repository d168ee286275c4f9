import * as l10n from '@vscode/l10n';
import type { LitElement, ReactiveController } from 'lit';

import type { Refusal } from '../host-link.ts';
import { filesOfDrop, mayHoldFiles, urisOfDrop } from './handed-over.ts';

/** What is done with files that are dropped on the page. */
export interface DropTarget {
  /** Addresses, which the host can open. */
  readonly onUris: (uris: readonly string[]) => void;
  /** Files without an address: their bytes go. */
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRefused: (refusal: Refusal) => void;
}

/** Files may be dropped anywhere on the page, from the Explorer, a tree or the system. */
export class FileDrop implements ReactiveController {
  readonly #host: LitElement;
  readonly #target: DropTarget;
  #isOver = false;

  constructor(host: LitElement, target: DropTarget) {
    this.#host = host;
    this.#target = target;
    host.addController(this);
  }

  /** Something that may be files is held over the page. */
  get isOver(): boolean {
    return this.#isOver;
  }

  hostConnected(): void {
    this.#host.addEventListener('dragenter', this.#onDrag);
    this.#host.addEventListener('dragover', this.#onDrag);
    this.#host.addEventListener('dragleave', this.#onLeave);
    this.#host.addEventListener('drop', this.#onDrop);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('dragenter', this.#onDrag);
    this.#host.removeEventListener('dragover', this.#onDrag);
    this.#host.removeEventListener('dragleave', this.#onLeave);
    this.#host.removeEventListener('drop', this.#onDrop);
  }

  readonly #onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer || !mayHoldFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    this.#setOver(true);
  };

  readonly #onLeave = ({ relatedTarget }: DragEvent): void => {
    if (relatedTarget === null || !this.#host.contains(relatedTarget as Node)) this.#setOver(false);
  };

  readonly #onDrop = (event: DragEvent): void => {
    this.#setOver(false);
    const data = event.dataTransfer;
    if (!data || !mayHoldFiles(data)) return;
    event.preventDefault();
    const uris = urisOfDrop(data);
    if (uris.length > 0) {
      this.#target.onUris(uris);
      return;
    }
    // Files from the system come without their addresses.
    const { files, folders } = filesOfDrop(data);
    if (folders.length > 0) this.#target.onRefused(folderRefusal(folders));
    if (files.length > 0) this.#target.onFiles(files);
  };

  #setOver(isOver: boolean): void {
    if (isOver === this.#isOver) return;
    this.#isOver = isOver;
    this.#host.requestUpdate();
  }
}

/** Folders were dropped, which a page cannot look into. */
function folderRefusal(names: readonly string[]): Refusal {
  return {
    ok: false,
    code: 'fileIsFolder',
    message:
      names.length === 1
        ? l10n.t('{0} is a folder. Open it and drop the clips that are in it.', names[0] ?? '')
        : l10n.t('{0} are folders. Open them and drop the clips that are in them.', names.join(l10n.t(', '))),
    steps: [{ kind: 'upload', label: l10n.t('Choose Clips…') }],
  };
}

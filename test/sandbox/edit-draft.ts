import type { Understanding } from './edit-request.ts';
import type { MediaWorkshop } from './media-workshop.ts';
import type { Session } from './sessions.ts';
import type { TurnEvent } from './turn-event.ts';
import type { FileShelf } from './uploads.ts';

/** What came of a message. */
export interface EditResult {
  readonly changed: boolean;
  readonly generated: boolean;
  readonly sentences: readonly string[];
  readonly script: string | undefined;
}

export class Editor {
  readonly workshop: MediaWorkshop;
  readonly shelf: FileShelf;
  readonly closing: AbortSignal;
  constructor(workshop: MediaWorkshop, shelf: FileShelf, closing: AbortSignal) {
    this.workshop = workshop;
    this.shelf = shelf;
    this.closing = closing;
  }

  perform(_session: Session, _understood: Understanding, _tell: (event: TurnEvent) => void): Promise<EditResult> {
    return Promise.resolve({ changed: false, generated: false, sentences: [], script: undefined });
  }
}

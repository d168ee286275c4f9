import type { StreamEvent } from '../client/stream-event.ts';

/** An error that came within the stream. */
export type StreamFailure = Extract<StreamEvent, { kind: 'error' }>;

/** When what was last heard of the stream. All in ms since the epoch. */
export class StreamWatch {
  /** From when on the turn takes time: as long as the service does not take the message there is none. */
  begunMs: number;
  lastEventMs: number;
  /** Of an event that is no heartbeat. */
  lastNewsMs: number;
  /** Of anything that was shown, or of the last «still working». */
  lastSignMs: number;
  nextReadingMs = 0;
  wantsReading = false;
  isReading = false;
  hadEvents = false;
  /** The backend said that the turn is over. */
  isOver = false;
  failure: StreamFailure | undefined;
  /** The stream holds an error, and nothing came before or after it. */
  isRefusal = false;

  constructor(nowMs: number) {
    this.begunMs = nowMs;
    this.lastEventMs = nowMs;
    this.lastNewsMs = nowMs;
    this.lastSignMs = nowMs;
  }

  note(event: StreamEvent, nowMs: number): void {
    if (event.kind === 'waiting') {
      // Nothing has been taken yet.
      this.begunMs = this.lastEventMs = this.lastNewsMs = nowMs;
      return;
    }
    this.isRefusal = event.kind === 'error' && !this.hadEvents;
    this.hadEvents = true;
    this.lastEventMs = nowMs;
    if (event.kind === 'heartbeat') return;
    this.lastNewsMs = nowMs;
    // Whoever goes on talking after an error has got over it.
    if (event.kind === 'text' && !isTemporaryIssue(event.text)) this.failure = undefined;
    if (event.kind === 'error') this.failure = event;
    this.isOver = event.kind === 'error' || event.kind === 'silentEnd';
  }
}

/** The backend's way of saying that something went wrong for a moment. */
export function isTemporaryIssue(message: string): boolean {
  return /\btemporary (?:issue|problem|error)\b|(?:临时|暂时)性?的?(?:问题|故障)/i.test(message);
}

import type { NemoError } from './errors.ts';

/** One event of a turn's stream: the simple dialect and ADK's, made one. */
export type StreamEvent =
  /**
   * Text for the user. With `partial` it is a piece; the event without `partial` that follows pieces repeats their
   * whole text and must not be shown twice.
   */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly partial: boolean;
      readonly id?: string;
      readonly invocationId?: string;
      readonly author?: string;
    }
  /** The model thinks; its thoughts are not for the user. */
  | { readonly kind: 'thinking' }
  | { readonly kind: 'toolCall'; readonly name: string; readonly id?: string }
  | { readonly kind: 'toolResult'; readonly name: string; readonly id?: string }
  | { readonly kind: 'heartbeat' }
  /** The state behind the session changed. */
  | { readonly kind: 'stateDelta' }
  /** The backend's own word that the turn ended without text: `STOP`, `MODEL_RETURNED_NO_CONTENT`. */
  | { readonly kind: 'silentEnd'; readonly reason: string }
  /**
   * The backend's word that something failed. `failure` is what the same refusal would have been as an HTTP answer:
   * sentence and next steps for people, present where `serviceCode` says what it was.
   */
  | {
      readonly kind: 'error';
      readonly code?: string;
      readonly serviceCode?: number;
      readonly message: string;
      readonly failure?: NemoError;
    };

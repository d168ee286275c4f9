import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { ref, type Ref } from 'lit/directives/ref.js';

import { iconButton } from '../icon.ts';
import type { PlayerState } from '../media/player-engine.ts';

/** What can be chosen; 1 is as recorded. */
const speeds: readonly number[] = [1, 1.5, 2, 0.5];

/** How loud previews are, for all of them. */
export interface Loudness {
  /** 0 to 1. */
  readonly volume: number;
  readonly muted: boolean;
}

/** What the controls show and do. */
export interface PreviewControls {
  readonly state: PlayerState | undefined;
  readonly loudness: Loudness;
  /** 1 is as recorded. */
  readonly speed: number;
  readonly isLarge: boolean;
  /** There is something to be played. */
  readonly isUseful: boolean;
  /** Move with the time, past the template. */
  readonly bar: Ref<HTMLInputElement>;
  readonly clock: Ref<HTMLElement>;
  /** Takes seconds from the beginning of what is played. */
  readonly onDrag: (seconds: number) => void;
  readonly onDragged: () => void;
  readonly onToggle: () => void;
  readonly onStep: (direction: 1 | -1) => void;
  readonly onSpeed: (speed: number) => void;
  readonly onMute: () => void;
  /** Takes 0 to 1. */
  readonly onVolume: (volume: number) => void;
  readonly onLarge: () => void;
}

/** The bar and the buttons below a preview. */
export function previewControls(controls: PreviewControls): TemplateResult {
  const { state, loudness, speed, isLarge } = controls;
  const phase = state?.phase ?? 'opening';
  const plays = phase === 'playing' || phase === 'waiting';
  const useless = !controls.isUseful;
  const soundless = state?.sound !== 'there';
  const { muted, volume } = loudness;
  const silent = muted || volume === 0;
  return html`<div class="preview-controls">
    <input
      ${ref(controls.bar)}
      class="preview-seek"
      type="range"
      min="0"
      value="0"
      step="any"
      aria-label=${l10n.t('Moment')}
      ?disabled=${useless}
      @input=${(event: Event) => controls.onDrag(Number((event.target as HTMLInputElement).value))}
      @change=${() => controls.onDragged()}
    />
    <div class="preview-buttons" role="toolbar" aria-label=${l10n.t('Preview controls')}>
      ${iconButton({
        icon: plays ? 'debug-pause' : phase === 'ended' ? 'debug-restart' : 'play',
        label: plays ? l10n.t('Pause') : phase === 'ended' ? l10n.t('Play again') : l10n.t('Play'),
        disabled: useless,
        className: 'preview-play',
        onClick: () => controls.onToggle(),
      })}
      <span class="preview-time" ${ref(controls.clock)}></span>
      <span class="preview-steps"
        >${iconButton({
          icon: 'chevron-left',
          label: l10n.t('One picture back'),
          disabled: useless || state?.picture !== 'there',
          onClick: () => controls.onStep(-1),
        })}${iconButton({
          icon: 'chevron-right',
          label: l10n.t('One picture on'),
          disabled: useless || state?.picture !== 'there',
          onClick: () => controls.onStep(1),
        })}</span
      >
      <span class="preview-gap"></span>
      <button
        type="button"
        class="icon-button preview-speed"
        aria-label=${l10n.t('Speed: {0}×', speed)}
        title=${l10n.t('Speed: {0}×', speed)}
        ?disabled=${useless}
        @click=${() => controls.onSpeed(speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1)}
      >
        ${speed}×
      </button>
      ${iconButton({
        icon: silent ? 'mute' : 'unmute',
        label: silent ? l10n.t('Sound on') : l10n.t('Sound off'),
        disabled: soundless,
        onClick: () => controls.onMute(),
      })}
      <input
        class="preview-volume"
        type="range"
        min="0"
        max="100"
        step="5"
        aria-label=${l10n.t('Volume')}
        ?disabled=${soundless}
        .value=${String(Math.round((muted ? 0 : volume) * 100))}
        @input=${(event: Event) => controls.onVolume(Number((event.target as HTMLInputElement).value) / 100)}
      />
      ${iconButton({
        icon: isLarge ? 'screen-normal' : 'screen-full',
        label: isLarge ? l10n.t('Make the preview small again') : l10n.t('Fill the page with the preview'),
        pressed: isLarge,
        onClick: () => controls.onLarge(),
      })}
    </div>
  </div>`;
}

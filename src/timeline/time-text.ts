import * as l10n from '@vscode/l10n';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * A length or a moment for people: «3 s», «0.5 s», and from a minute on «1:24», «1:02:03». Milliseconds in; shown to a
 * hundredth of a second under a minute, to a tenth above. What is no number is «0 s».
 */
export function timeText(ms: number): string {
  const exact = rounded(ms);
  const sign = exact < 0 ? '−' : '';
  const size = Math.abs(exact);
  return sign + (size < minuteMs ? l10n.t('{0} s', decimal(size / 1000)) : clockText(size));
}

/** A span for people: «0–3 s», «0:58–1:24». */
export function spanText(startMs: number, endMs: number): string {
  const [start, end] = [Math.max(0, rounded(startMs)), Math.max(0, rounded(endMs))];
  return end < minuteMs && start < minuteMs
    ? l10n.t('{0} s', `${decimal(start / 1000)}–${decimal(end / 1000)}`)
    : `${clockText(start)}–${clockText(end)}`;
}

/** A number without needless digits: 3, 2.5, 0.04. */
export function decimal(value: number): string {
  return String(Number(value.toFixed(2)));
}

function rounded(ms: number): number {
  if (!Number.isFinite(ms)) return 0;
  const fine = Math.round(ms / 10) * 10;
  return Math.abs(fine) < minuteMs ? fine : Math.round(ms / 100) * 100;
}

function clockText(ms: number): string {
  const tenths = Math.round(ms / 100);
  const seconds = Math.floor(tenths / 10) % 60;
  const minutes = Math.floor(tenths / 600) % 60;
  const hours = Math.floor(tenths / (hourMs / 100));
  const tail = `${String(seconds).padStart(2, '0')}${tenths % 10 > 0 ? `.${tenths % 10}` : ''}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

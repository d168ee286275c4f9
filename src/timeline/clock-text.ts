/** A time as a clock shows it: `0:02.500`, `1:02:03`. Rounded to the digits asked for. */
export function clockText(ms: number, digits: 0 | 1 | 2 | 3): string {
  const unit = 10 ** (3 - digits);
  const total = Math.max(0, Math.round(ms / unit)) * unit;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor(total / 60_000) % 60;
  const seconds = Math.floor(total / 1_000) % 60;
  const head = hours > 0 ? `${hours}:${pad(minutes, 2)}` : `${minutes}`;
  const tail = digits > 0 ? `.${pad(Math.floor((total % 1_000) / unit), digits)}` : '';
  return `${head}:${pad(seconds, 2)}${tail}`;
}

/** A time with no digit that says nothing: `0:02.5`, `0:10`, `1:02:03.25`. */
export function exactClockText(ms: number): string {
  const rounded = Math.round(ms);
  const digits = rounded % 1_000 === 0 ? 0 : rounded % 100 === 0 ? 1 : rounded % 10 === 0 ? 2 : 3;
  return clockText(rounded, digits);
}

const pad = (value: number, length: number) => String(value).padStart(length, '0');

/** The time that {@link clockText} wrote, in ms; undefined where the text is none. */
export function readClockText(text: string): number | undefined {
  const found = /^(?:(\d{1,4}):)?(\d{1,4}):(\d{2})(?:\.(\d{1,3}))?$/.exec(text);
  if (!found) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = ''] = found;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));
}

/** Times, percentages and factors in English and Chinese words. */

const numberWords: Readonly<Record<string, number>> = {
  half: 0.5, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, fifteen: 15,
  twenty: 20, thirty: 30, sixty: 60, 半: 0.5, 一: 1, 两: 2, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 十: 10,
  十五: 15, 二十: 20, 三十: 30, 六十: 60,
}; // prettier-ignore

const units: readonly (readonly [RegExp, number])[] = [
  [/^(ms|msec|milliseconds?|毫秒)$/, 1],
  [/^(m|min|mins|minutes?|分钟?|分)$/, 60_000],
  [/^(h|hours?|小时)$/, 3_600_000],
  [/^(s|secs?|seconds?|秒钟?)$/, 1000],
];

const number = '\\d+(?:\\.\\d+)?';
const words = 'one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|sixty|half an?|half|an?';
const chineseNumber = '[一二两三四五六七八九十半]+';
const unit = 'milliseconds?|msec|ms|minutes?|mins?|hours?|seconds?|secs?|s|m|h';
const chineseUnit = '毫秒|秒钟?|分钟?|小时';

/** One time: «1:24», «2.5s», «three seconds», «1 minute 20 seconds», «3秒», «1分20秒». As a source for expressions. */
export const timeSource =
  `(?:\\d+:\\d{1,2}(?:\\.\\d+)?(?::\\d{1,2})?` +
  `|(?:${number}|\\b(?:${words}))[\\s-]*(?:${unit})\\b(?:\\s*(?:and\\s+)?${number}[\\s-]*(?:${unit})\\b)?` +
  `|(?:${number}|${chineseNumber})\\s*个?(?:${chineseUnit})(?:半)?(?:\\s*(?:${number}|${chineseNumber})\\s*(?:${chineseUnit}))?)`;

/** The time in ms; undefined where the text is none. */
export function readTime(text: string): number | undefined {
  const clock = /^\s*(\d+):(\d{1,2}(?:\.\d+)?)(?::(\d{1,2}))?\s*$/.exec(text);
  if (clock !== null) {
    const [first, second, third] = [Number(clock[1]), Number(clock[2]), clock[3]];
    return Math.round((third === undefined ? first * 60 + second : first * 3600 + second * 60 + Number(third)) * 1000);
  }
  const part = new RegExp(
    `(${number}|${words}|${chineseNumber})[\\s-]*个?(${unit}|${chineseUnit})(?![a-z])(半)?`,
    'gi',
  );
  let total: number | undefined;
  for (const match of text.toLowerCase().matchAll(part)) {
    const scale = units.find(([pattern]) => pattern.test(match[2] ?? ''))?.[1];
    const value = readNumber(match[1] ?? '');
    if (scale === undefined || value === undefined) continue;
    total = (total ?? 0) + (value + (match[3] === undefined ? 0 : 0.5)) * scale;
  }
  return total === undefined ? undefined : Math.round(total);
}

/** All times in a text, in ms, in their order. */
export function readTimes(text: string): number[] {
  // «9:16» is a ratio far more often than nine minutes and sixteen seconds.
  const timed = text.replace(/\b(?:9:16|16:9|1:1|4:5)\b/g, ' ');
  return [...timed.matchAll(new RegExp(timeSource, 'gi'))]
    .map((match) => readTime(match[0]))
    .filter((time) => time !== undefined);
}

/** A number in digits or words. */
export function readNumber(text: string): number | undefined {
  const trimmed = text
    .trim()
    .toLowerCase()
    .replace(/\s+an?$/, '');
  if (/^\d/.test(trimmed)) return Number(trimmed);
  if (trimmed === 'a' || trimmed === 'an') return 1;
  return numberWords[trimmed];
}

/** The first percentage in a text: «35%», «35 percent», «百分之三十». */
export function readPercent(text: string): number | undefined {
  const found = /(\d+(?:\.\d+)?)\s*(?:%|％|percent)/i.exec(text) ?? /百分之\s*(\d+)/.exec(text);
  if (found !== null) return Number(found[1]);
  const inWords = /百分之([一二三四五六七八九十]+)/.exec(text)?.[1];
  return inWords === undefined ? undefined : readNumber(inWords);
}

import { formatOf, namedPlaces, type NamedPlace } from './export-place.ts';
import { mediaNames } from './media-names.ts';
import { toSimplified } from './spelling.ts';

/** A folder of the user's that has a name of its own in every language. */
export type WellKnownFolder = 'desktop' | 'downloads' | 'documents' | 'videos' | 'pictures' | 'music' | 'home';

/** Where a message wants its export; without any of these it says nothing about that. */
export interface WantedPlace {
  readonly wellKnown?: WellKnownFolder;
  /** Path of a folder, as it was written. */
  readonly folder?: string;
  /** Path or name of a file, as it was written, with or without an extension. */
  readonly file?: string;
  /** A folder, where there is one of that name; else a file. */
  readonly either?: string;
}

/** What a message says about the export that it asks for. */
export interface ExportWishes {
  /** `mp4`, `mov`, … as a file name's extension. */
  readonly format?: string;
  readonly quality?: 'high' | 'medium' | 'low';
  readonly place?: WantedPlace;
  /** More than the service can do, as people call it: `4K`, `60 fps`, `MOV`. */
  readonly impossible: readonly string[];
}

/** The only format that the service makes. */
const possibleFormat = 'mp4';
/** The largest picture that it makes, upright or across. px */
const largest = { long: 1920, short: 1080 } as const;
/** Longer messages say nothing about an export. UTF-16 units. */
const longest = 2_000;

/** Where to, and how, a message routed to `export` wants its video: «export 1080p MP4 to ~/Movies/final.mp4», «导出到桌面». */
export function exportWishes(text: string): ExportWishes {
  const said = text.slice(0, longest);
  const places = namedPlaces(said);
  const addresses = [...mediaNames(said)].filter(({ name }) => /^https?:/i.test(name));
  const rest = toSimplified(without(said, places, addresses).normalize('NFKC').toLowerCase());
  const place = wantedPlace(places, rest);
  const formats = [formatOf(place?.file ?? place?.either ?? ''), formatIn(rest)].filter((one) => one !== undefined);
  const format = formats.find((one) => one !== possibleFormat) ?? formats[0];
  const lines = linesIn(rest);
  const quality = qualityIn(rest, lines);
  const impossible = [...tooLarge(rest, lines), ...otherwise(rest)];
  if (format !== undefined && format !== possibleFormat) impossible.push(format.toUpperCase());
  for (const { name } of addresses) impossible.push(name);
  return {
    ...(format === undefined ? {} : { format }),
    ...(quality === undefined ? {} : { quality }),
    ...(place === undefined ? {} : { place }),
    impossible: [...new Set(impossible)],
  };
}

/**
 * The message that asks for what is possible of an export: the same place and quality, and an MP4. It is routed to an
 * export as any other.
 */
export function possibleExport({ quality, place = {} }: ExportWishes, language: 'en' | 'zh'): string {
  const say = words[language];
  const { wellKnown, folder, file, either } = place;
  const named = (name: string | undefined, how: string) => (name === undefined ? [] : [`${how}${quoted(asMp4(name))}`]);
  return [
    say.export,
    ...(quality === undefined ? [] : [say[quality]]),
    ...(wellKnown === undefined ? [] : [say[wellKnown]]),
    ...named(either, say.to),
    // «folder» says that no file is meant.
    ...named(folder === undefined ? undefined : withSlash(folder), say.to),
    ...named(file, say.as),
  ].join(say.space);
}

const words = {
  en: {
    export: 'Export an MP4',
    high: 'in high quality',
    medium: 'in medium quality',
    low: 'in low quality',
    desktop: 'to my desktop',
    downloads: 'to my downloads folder',
    documents: 'to my documents folder',
    videos: 'to my videos folder',
    pictures: 'to my pictures folder',
    music: 'to my music folder',
    home: 'to my home folder',
    to: 'to ',
    as: 'as ',
    space: ' ',
  },
  zh: {
    export: '导出MP4',
    high: '高质量',
    medium: '中等质量',
    low: '低质量',
    desktop: '到桌面',
    downloads: '到下载文件夹',
    documents: '到文档文件夹',
    videos: '到视频文件夹',
    pictures: '到图片文件夹',
    music: '到音乐文件夹',
    home: '到主目录',
    to: '到',
    as: '，命名为',
    space: '',
  },
} as const;

function quoted(name: string): string {
  return name.includes('"') ? `“${name}”` : `"${name}"`;
}

function withSlash(folder: string): string {
  return /[\\/]$/.test(folder) ? folder : `${folder}/`;
}

function asMp4(name: string): string {
  return formatOf(name) === undefined ? name : name.replace(/\.[a-z0-9]{2,4}$/i, `.${possibleFormat}`);
}

function without(text: string, places: readonly NamedPlace[], addresses: readonly { name: string; index: number }[]) {
  const parts = [
    ...places.map(({ start, end }) => ({ start, end })),
    ...addresses.map(({ name, index }) => ({ start: index, end: index + name.length })),
  ].sort((a, b) => a.start - b.start);
  let rest = '';
  let from = 0;
  for (const { start, end } of parts) {
    if (start < from) continue;
    rest += `${text.slice(from, start)} `;
    from = end;
  }
  return rest + text.slice(from);
}

function wantedPlace(places: readonly NamedPlace[], rest: string): WantedPlace | undefined {
  const of = (kind: NamedPlace['kind']) => places.findLast((place) => place.kind === kind)?.name;
  const [folder, file, either] = [of('folder'), of('file'), of('either')];
  const wellKnown = folder === undefined ? wellKnownIn(rest) : undefined;
  if (wellKnown === undefined && folder === undefined && file === undefined && either === undefined) return undefined;
  return {
    ...(wellKnown === undefined ? {} : { wellKnown }),
    ...(folder === undefined ? {} : { folder }),
    ...(file === undefined ? {} : { file }),
    ...(either === undefined || file !== undefined ? {} : { either }),
  };
}

const wellKnownFolders: readonly (readonly [WellKnownFolder, RegExp])[] = [
  ['desktop', /\b(?:to|on|onto|in) (?:my |the |your )?desktop\b|桌面/],
  ['downloads', /\b(?:to|in|into) (?:my |the |your )?downloads?\b(?! ?(?:link|url))|下载 ?(?:文件夹|目录)/],
  ['documents', /\b(?:to|in|into) (?:my |the |your )?documents\b|文(?:档|件) ?(?:文件夹|目录)/],
  [
    'videos',
    /\b(?:to|in|into) (?:my |the |your )?(?:(?:videos?|movies?) (?:folder|directory)|movies|videos)\b|(?:视频|影片|电影) ?(?:文件夹|目录)/,
  ],
  ['pictures', /\b(?:to|in|into) (?:my |the |your )?pictures\b|图片 ?(?:文件夹|目录)/],
  ['music', /\b(?:to|in|into) (?:my |the |your )?music (?:folder|directory)\b|音乐 ?(?:文件夹|目录)/],
  ['home', /\b(?:to|in|into) (?:my |the |your )?home(?: folder| directory)?\b|(?:主|家) ?目录|主文件夹/],
];

function wellKnownIn(rest: string): WellKnownFolder | undefined {
  return wellKnownFolders.find(([, named]) => named.test(rest))?.[0];
}

const spokenFormat = /(?<![a-z0-9])(?:mp4|mov|webm|mkv|avi|gif|wmv|flv|m4v|mpe?g|mp3|wav|m4a|aac|prores)(?![a-z0-9])/g;

/** Of several the last: «export the mov as mp4». */
function formatIn(rest: string): string | undefined {
  return [...rest.matchAll(spokenFormat)].at(-1)?.[0];
}

function linesIn(rest: string): number | undefined {
  const lines = /(?<!\d)(\d{3,4}) ?p(?![a-z0-9])/.exec(rest)?.[1];
  if (lines !== undefined) return Number(lines);
  const size = sizeIn(rest);
  return size && Math.min(size.width, size.height);
}

function sizeIn(rest: string): { readonly width: number; readonly height: number } | undefined {
  const [, width, height] = /(?<!\d)(\d{3,4}) ?[x×*] ?(\d{3,4})(?!\d)/.exec(rest) ?? [];
  return width === undefined || height === undefined ? undefined : { width: Number(width), height: Number(height) };
}

function tooLarge(rest: string, lines: number | undefined): readonly string[] {
  const spoken = /(?<![a-z0-9])([248]) ?k(?![a-z0-9])/.exec(rest)?.[1];
  if (spoken !== undefined) return [`${spoken}K`];
  if (/\b(?:uhd|ultra ?hd)\b|超高清/.test(rest)) return ['4K'];
  const size = sizeIn(rest);
  if (size) {
    const isTooLarge = Math.max(size.width, size.height) > largest.long || (lines ?? 0) > largest.short;
    return isTooLarge ? [`${size.width}×${size.height}`] : [];
  }
  return lines !== undefined && lines > largest.short ? [`${lines}p`] : [];
}

/** Other wishes that the service has no word for. */
function otherwise(rest: string): string[] {
  const rate = /(?<!\d)(\d{1,3}) ?(?:fps|hz|帧|frames (?:per|a) second)/.exec(rest)?.[1];
  const bits = /(?<!\d)(\d{1,4}) ?(mbps|kbps)/.exec(rest);
  const other = /(?<![a-z0-9])(?:h\.?265|hevc|av1|vp9|hdr|lossless|uncompressed)(?![a-z0-9])/.exec(rest)?.[0];
  return [
    ...(rate === undefined ? [] : [`${rate} fps`]),
    ...(bits === null ? [] : [bits[0]]),
    ...(other === undefined ? [] : [other.length > 5 ? other : other.toUpperCase()]),
  ];
}

function qualityIn(rest: string, lines: number | undefined): ExportWishes['quality'] {
  if (
    /\b(?:high|higher|highest|best|max|maximum|4k|2k|8k|uhd|full[ -]?hd|original)\b|最高|最好|最大|高清|超清|蓝光|高质量|高画质|原画|4k/.test(
      rest,
    )
  ) {
    return 'high';
  }
  if (/\b(?:medium|normal|standard)\b|中等|标清/.test(rest)) return 'medium';
  if (/\b(?:low|lower|lowest|small)\b|低/.test(rest)) return 'low';
  if (lines === undefined) return undefined;
  return lines >= largest.short ? 'high' : lines >= 720 ? 'medium' : 'low';
}

import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';

/** A font file of this machine, and whether it has Chinese characters. */
export interface FoundFont {
  readonly path: string;
  readonly chinese: boolean;
}

/** Where fonts are, on machines without fontconfig. */
const knownFonts: readonly FoundFont[] = [
  { path: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', chinese: true },
  { path: '/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc', chinese: true },
  { path: '/System/Library/Fonts/PingFang.ttc', chinese: true },
  { path: '/System/Library/Fonts/STHeiti Medium.ttc', chinese: true },
  { path: 'C:/Windows/Fonts/msyh.ttc', chinese: true },
  { path: 'C:/Windows/Fonts/simhei.ttf', chinese: true },
  { path: '/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf', chinese: false },
  { path: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf', chinese: false },
  { path: '/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf', chinese: false },
  { path: '/usr/share/fonts/dejavu/DejaVuSans.ttf', chinese: false },
  { path: '/usr/share/fonts/TTF/DejaVuSans.ttf', chinese: false },
  { path: '/System/Library/Fonts/Helvetica.ttc', chinese: false },
  { path: '/System/Library/Fonts/Supplemental/Arial.ttf', chinese: false },
  { path: 'C:/Windows/Fonts/arial.ttf', chinese: false },
];

const found = new Map<boolean, Promise<FoundFont | undefined>>();

/** A font for this text: one with Chinese characters where it needs them and there is one. Undefined where there is none at all. */
export function findFont(text: string): Promise<FoundFont | undefined> {
  const chinese = needsChinese(text);
  const known = found.get(chinese);
  if (known !== undefined) return known;
  const search = lookForFont(chinese);
  found.set(chinese, search);
  return search;
}

export function needsChinese(text: string): boolean {
  return /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/.test(text);
}

async function lookForFont(chinese: boolean): Promise<FoundFont | undefined> {
  if (chinese) {
    const path = (await ask('fc-list', [':lang=zh-cn', 'file']))?.split('\n')[0]?.replace(/:\s*$/, '');
    if (path !== undefined && path !== '' && (await exists(path))) return { path, chinese: true };
    for (const font of knownFonts) if (font.chinese && (await exists(font.path))) return font;
    return lookForFont(false);
  }
  const path = await ask('fc-match', ['-f', '%{file}', 'sans:bold']);
  // A bitmap font is no use to drawtext.
  if (path !== undefined && /\.(ttf|otf|ttc)$/i.test(path) && (await exists(path))) return { path, chinese: false };
  for (const font of knownFonts) if (!font.chinese && (await exists(font.path))) return font;
  for (const font of knownFonts) if (await exists(font.path)) return font;
  return undefined;
}

function ask(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: 10_000 }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== '' ? stdout.trim() : undefined);
    });
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

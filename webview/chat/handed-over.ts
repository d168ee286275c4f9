import * as l10n from '@vscode/l10n';

/** What the page reads of a drop or a paste. */
export interface HandedOver {
  getData(type: string): string;
  readonly types: readonly string[];
  readonly files: { readonly length: number };
}

/** Lists of addresses, the editor's own first: it names remote files too, where the system's knows local ones alone. */
const uriLists = ['application/vnd.code.uri-list', 'text/uri-list'];

/** Where the files of an editor live; a web address is a file only where it comes in a list of addresses. */
const fileSchemes = /^(file|vscode-[\w+.-]+|memfs|ftp|sftp|ssh|untitled):\/\/?/i;

/** True where a drag may hold files, as far as can be told before it is dropped. */
export function mayHoldFiles({ types }: Pick<HandedOver, 'types'>): boolean {
  return types.some((type) => type === 'Files' || type === 'resourceurls' || uriLists.includes(type));
}

/** Addresses of the files in a drop, each once, in order. */
export function urisOfDrop(data: HandedOver): string[] {
  for (const type of uriLists) {
    const uris = readUriList(data.getData(type));
    if (uris.length > 0) return uris;
  }
  return readResourceUrls(data.getData('resourceurls'));
}

/**
 * Addresses of the files in a paste. Plain text counts where each of its lines is the address of a file; a web address
 * stays text, since people write about those.
 */
export function urisOfPaste(data: HandedOver): string[] {
  const uris = urisOfDrop(data).filter((uri) => fileSchemes.test(uri));
  if (uris.length > 0) return uris;
  const lines = lineList(data.getData('text/plain'));
  return lines.every((line) => fileSchemes.test(line) && URL.canParse(line)) ? unique(lines) : [];
}

/** What a drop holds beside addresses. */
export interface DroppedFiles {
  readonly files: readonly File[];
  /** Names of folders: a page is not given what is in them. */
  readonly folders: readonly string[];
}

/** Files of a drop that come without an address; must be asked in the drop's own turn. */
export function filesOfDrop({ items }: Pick<DataTransfer, 'items'>): DroppedFiles {
  const files: File[] = [];
  const folders: string[] = [];
  for (const item of items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory === true) {
      folders.push(entry.name);
      continue;
    }
    const file = item.getAsFile();
    if (file) files.push(file);
  }
  return { files, folders };
}

/**
 * Files of a paste that come without an address. Programs put a picture of it beside copied text: text stays text, unless
 * it is but the names of the files.
 * @param at the moment of the paste, for the name of a picture that has none.
 */
export function filesOfPaste<F extends PastedFile>(
  data: HandedOver & { readonly files: Iterable<F> },
  at: Date,
): { readonly file: F; readonly name: string }[] {
  const files = [...data.files];
  const isName = (line: string) => files.some(({ name }) => line === name || line.endsWith(`/${name}`));
  if (!lineList(data.getData('text/plain')).every(isName)) return [];
  let unnamed = 0;
  return files.map((file) => {
    // What a browser calls a picture that never was a file.
    if (!/^image\.\w+$/.test(file.name)) return { file, name: file.name };
    unnamed += 1;
    return { file, name: pictureName(file.type, at, unnamed) };
  });
}

/** A file as the clipboard holds it. */
interface PastedFile {
  readonly name: string;
  /** MIME type. */
  readonly type: string;
}

/** «Pasted image 2026-11-21 14.05.09.png»: no colons, which some systems do not take. */
function pictureName(type: string, at: Date, count: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  const time = [two(at.getHours()), two(at.getMinutes()), two(at.getSeconds())].join('.');
  const ending = /^image\/(\w+)/.exec(type)?.[1] ?? 'png';
  const name = l10n.t('Pasted image {0}', `${day} ${time}`);
  return `${name}${count > 1 ? ` (${count})` : ''}.${ending === 'jpeg' ? 'jpg' : ending}`;
}

/** RFC 2483: one address a line, `#` begins a comment. */
function readUriList(text: string): string[] {
  return unique(lineList(text).filter((line) => !line.startsWith('#') && URL.canParse(line)));
}

/** The editor's trees hand over a JSON list. */
function readResourceUrls(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return [];
    return unique(list.filter((entry): entry is string => typeof entry === 'string' && URL.canParse(entry)));
  } catch {
    return [];
  }
}

const lineList = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const unique = (list: readonly string[]): string[] => [...new Set(list)];

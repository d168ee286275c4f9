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

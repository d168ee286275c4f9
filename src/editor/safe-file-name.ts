/** Names that Windows keeps for devices, with or without an extension. */
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** File systems allow 255 bytes, of which the extension, a count and what a download adds while it runs need some. */
const maxBytes = 160;

/**
 * Makes a name from anywhere (a clip's title, a server's answer) into one file name that exists on every system and cannot
 * lead out of a folder: no separators, no control or reserved characters, no device names, at most 80 characters
 * and 160 bytes.
 * `fallback` is taken where nothing is left.
 */
export function safeFileName(name: string, fallback: string): string {
  const cleaned = name
    .normalize('NFC')
    // Control and format characters (a right-to-left override can disguise an extension) and what Windows forbids.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  let shortened = Array.from(cleaned).slice(0, 80);
  while (Buffer.byteLength(shortened.join('')) > maxBytes) shortened = shortened.slice(0, -1);
  // Neither hidden, nor `..`, nor with an end that Windows would cut off.
  const isKept = (letter: string) => !/[.\s]/.test(letter);
  const named = shortened.slice(shortened.findIndex(isKept), shortened.findLastIndex(isKept) + 1).join('');
  if (named === '') return fallback;
  return deviceName.test(named) ? `_${named}` : named;
}

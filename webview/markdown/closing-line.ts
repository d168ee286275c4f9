/** The first of `lines` that closes a code block which `marks` opened: where it begins and ends, without its line break. */
export function closingLine(lines: string, marks: string): { readonly at: number; readonly end: number } | undefined {
  const mark = marks.charAt(0);
  for (const { 0: line, index } of lines.matchAll(/[^\r\n]+/g)) {
    const words = line.trim();
    if (words.length >= marks.length && /^ {0,3}\S/.test(line) && words === mark.repeat(words.length)) {
      return { at: index, end: index + line.length };
    }
  }
  return undefined;
}

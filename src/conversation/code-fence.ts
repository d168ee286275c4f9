/** A line that opens a code block, be it in a list or a quotation: its marks. */
export const beginsFence = /^[ \t]{0,40}(?:(?:[-*+]|\d{1,4}[.)]|>)[ \t]{1,8}){0,12}(`{3,}|~{3,})/;

/** Whether a line of a code block ends it. `fence`: the marks that opened it. */
export function closesFence(line: string, fence: string): boolean {
  const marks = line.slice(/^[ \t>]*/.exec(line)?.[0].length).trimEnd();
  return marks.length >= fence.length && marks === fence.charAt(0).repeat(marks.length);
}

/**
 * The text without the letters of `marks` at its end. A regular expression would look through each run of them within
 * the text as often as it is long.
 */
export function withoutTrailing(text: string, marks: string): string {
  let length = text.length;
  while (length > 0 && marks.includes(text.charAt(length - 1))) length--;
  return text.slice(0, length);
}

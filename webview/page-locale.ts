/**
 * How times are written in the page: in the editor's language, in the manner of the user's region where the browser names
 * one for that language. Undefined where the page does not say its language.
 */
export function pageLocale(): string | undefined {
  const { lang } = document.documentElement;
  return navigator.languages.find((one) => languageOf(one) === languageOf(lang)) ?? (lang === '' ? undefined : lang);
}

const languageOf = (tag: string): string | undefined => tag.toLowerCase().split('-')[0];

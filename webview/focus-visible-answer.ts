/**
 * Imported before the component toolkit. While it loads, the toolkit finds out whether the browser knows `:focus-visible`
 * by putting an empty `<style>` into the page's head and a rule into that. The page's policy forbids `<style>`: the try
 * would be reported as a violation, and fail, and every click would leave a focus ring behind. So the try is answered
 * outside of the page.
 */
const { head } = document;
const append = head.appendChild.bind(head);
const remove = head.removeChild.bind(head);

head.appendChild = <T extends Node>(node: T): T => {
  if (!(node instanceof HTMLStyleElement)) return append(node);
  Object.defineProperty(node, 'sheet', { value: new CSSStyleSheet(), configurable: true });
  return node;
};
head.removeChild = <T extends Node>(node: T): T => (node.parentNode === head ? remove(node) : node);

/** The toolkit is loaded: gives the head its own methods back. */
export function knowsFocusVisible(): void {
  Reflect.deleteProperty(head, 'appendChild');
  Reflect.deleteProperty(head, 'removeChild');
}

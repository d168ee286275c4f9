/**
 * Whether a message on the page's window was posted by the editor. Any window that can reach the page may post to it: one
 * that opened the editor in a browser, one that shows it in a frame, and another extension's page. The editor puts ours
 * into a frame of a document of its own, and that document, of the page's origin, is the one that hands over what the
 * extension posts: only what comes from there counts.
 */
export function isFromHost({ origin, source }: Pick<MessageEvent<unknown>, 'origin' | 'source'>): boolean {
  // Every document without an origin of its own is called `null`: that name tells nobody apart.
  if (origin !== window.origin || origin === 'null') return false;
  return source !== null && isParent(source);
}

/**
 * Whether a window is the one that holds the page's frame. `window.parent` does not tell: the editor has put the page's
 * own window in its place. A page that is in no frame is its own parent, as browsers have it.
 */
function isParent(source: MessageEventSource): boolean {
  if (source === window) return window.top === window;
  const { length } = source as Window;
  for (let at = 0; at < length; at += 1) if ((source as Window)[at] === window) return true;
  return false;
}

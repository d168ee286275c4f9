import type { Socket } from 'node:net';

/** How long the answer of a service that has hung up is waited for, in ms. It is on its way already, or it never was. */
const graceMs = 300;

type WriteCallback = (error?: Error | null) => void;
type Write = (...parameters: [...unknown[], WriteCallback]) => void;

/**
 * Lets a socket read what the other side said before it hung up. A service that refuses in the middle of an upload (a
 * token that expired, a file that is too large) answers and closes; the next write then fails, and Node would end the
 * socket at once, with the answer still unread.
 * @returns the same socket.
 */
export function answerFirst(socket: Socket): Socket {
  // These two are what the documentation of streams gives implementers to override.
  const own = socket as unknown as Record<'_write' | '_writev', Write | undefined>;
  for (const name of ['_write', '_writev'] as const) {
    const write = own[name]?.bind(socket);
    if (!write) continue;
    own[name] = (...parameters) => {
      const done = parameters.at(-1) as WriteCallback;
      write(...parameters.slice(0, -1), (error?: Error | null) => {
        if (error && isHangUp(error) && !socket.destroyed) afterAnswer(socket, () => done(error));
        else done(error);
      });
    };
  }
  return socket;
}

function afterAnswer(socket: Socket, goOn: () => void): void {
  const timer = setTimeout(end, graceMs);
  socket.once('close', end);
  function end() {
    clearTimeout(timer);
    socket.off('close', end);
    goOn();
  }
}

function isHangUp(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET' || error.code === 'ECONNABORTED');
}

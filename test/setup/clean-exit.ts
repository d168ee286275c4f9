type CleanUp = () => Promise<void> | void;

const pending = new Set<CleanUp>();
let listening = false;

/**
 * Has `task` run once when this process ends: after Ctrl+C, a signal, or an error that nobody caught. The part of the
 * task before its first `await` runs even where there is no time left to wait for the rest.
 * @returns takes the task off the list, for those who have cleaned up themselves.
 */
export function onExit(task: CleanUp): () => void {
  listen();
  pending.add(task);
  return () => pending.delete(task);
}

/**
 * Runs every task of {@link onExit}, the latest first, each when the one before is over: a folder goes when nobody writes
 * into it any more. One that fails does not keep the others from running.
 */
export async function cleanUp(): Promise<void> {
  for (let task = takeLatest(); task; task = takeLatest()) {
    try {
      await task();
    } catch {
      // What cannot be cleaned up stays; there is nobody left to tell.
    }
  }
}

function takeLatest(): CleanUp | undefined {
  const latest = [...pending].at(-1);
  if (latest) pending.delete(latest);
  return latest;
}

function listen(): void {
  if (listening) return;
  listening = true;
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
  }
  // No time to wait for anything: each task gets as far as its first «await».
  process.once('exit', () => {
    for (let task = takeLatest(); task; task = takeLatest()) void task();
  });
}

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

/** Runs every task of {@link onExit}, the latest first. One that fails does not keep the others from running. */
export async function cleanUp(): Promise<void> {
  const tasks = [...pending].reverse();
  pending.clear();
  await Promise.allSettled(tasks.map(async (task) => task()));
}

function listen(): void {
  if (listening) return;
  listening = true;
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
  }
  process.once('exit', () => void cleanUp());
}

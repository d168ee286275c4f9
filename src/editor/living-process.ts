import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** Short, of letters and digits only, and the same for every process of this machine. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** A name for this process that stands in file names: its machine (folders can be shared) and its number there. */
export const processMark = `${machine}-${process.pid}`;

/** Whether a {@link processMark} is of a process of this machine that is gone. Of others nothing is known. */
export function isGone(mark: string): boolean {
  const [theirMachine, pid] = mark.split('-');
  return theirMachine === machine && !isAlive(Number(pid));
}

/** Whether a process of this machine is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

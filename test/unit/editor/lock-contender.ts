/** A process that takes a lock and lets it go, many times, beside others that do the same: see files.test.ts. */
import { open, rm } from 'node:fs/promises';

import { FileLock } from '../../../src/editor/file-lock.ts';

const attempts = 1_500;
const path = process.argv[2] ?? '';
const witness = `${path}.witness`;

let taken = 0;
let shared = 0;
for (let attempt = 0; attempt < attempts; attempt++) {
  const lock = await FileLock.take(path);
  if (!lock) continue;
  taken++;
  // Whoever has the lock is alone with this file.
  const file = await open(witness, 'wx').catch(() => undefined);
  if (file) {
    await file.close();
    if (!(await lock.holds())) shared++;
    await rm(witness, { force: true });
  } else if (await lock.holds()) {
    shared++;
  }
  await lock.release();
}
console.log(JSON.stringify({ taken, shared }));

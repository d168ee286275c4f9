import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as vscode from 'vscode';

import { readTextFile } from './json-file.ts';

const stateKey = 'nemo.clientId';
const wellFormed = /^[\x21-\x7e]{1,64}$/;

/**
 * The id that the service knows this installation by: `NEMO_CLIENT_ID`, else a UUID that is made once and kept. Windows
 * that start together agree on it, since only one of them can create `path`.
 */
export async function readClientId(
  memento: vscode.Memento,
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const given = environment['NEMO_CLIENT_ID']?.trim();
  if (given && wellFormed.test(given)) return given;
  const known = memento.get<unknown>(stateKey);
  if (typeof known === 'string' && wellFormed.test(known)) return known;

  let id: string = randomUUID();
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, id, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const other = (await readTextFile(path))?.trim();
    // The other window may not have written yet; then ours counts for both from the memento on.
    if (other && wellFormed.test(other)) id = other;
    else await writeFile(path, id, { mode: 0o600 });
  }
  await memento.update(stateKey, id);
  return id;
}

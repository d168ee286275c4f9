import { randomUUID } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as vscode from 'vscode';

import { readTextFile, sweepCutOffWrites, writeTextFile } from './json-file.ts';
import { processMark } from './living-process.ts';
import { makePrivateFolder, privateFileMode } from './private-files.ts';

const stateKey = 'nemo.clientId';
const wellFormed = /^[\x21-\x7e]{1,64}$/;

/**
 * The id that the service knows this installation by: `NEMO_CLIENT_ID`, else a UUID that is made once and kept. Windows
 * that start together agree on it, since only one of them can put the file at `path`.
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

  await makePrivateFolder(dirname(path));
  await sweepCutOffWrites(dirname(path));
  const id = await agreeOn(path, randomUUID());
  await memento.update(stateKey, id);
  return id;
}

/**
 * Another id in place of one that the service cannot use; where another window has made one, that one.
 * @param rejected the id that was sent. One that `NEMO_CLIENT_ID` says is left out for this window's life only.
 */
export async function replaceClientId(memento: vscode.Memento, path: string, rejected: string): Promise<string> {
  const theirs = await readId(path);
  const id = theirs === undefined || theirs === rejected ? randomUUID() : theirs;
  if (id !== theirs) await writeTextFile(path, id);
  await memento.update(stateKey, id);
  return id;
}

/**
 * What the file at `path` says, which is `own` if nobody was there before. A file that holds no id stays where it is and
 * the one beside it counts: were it taken away, another window's good one could go with it.
 */
async function agreeOn(path: string, own: string): Promise<string> {
  const temporary = `${path}.${processMark}.${own}.tmp`;
  await writeFile(temporary, own, { flag: 'wx', mode: privateFileMode });
  try {
    for (let place = path, count = 2; ; place = `${path}-${count++}`) {
      // Whole at once, or not at all: nobody ever reads half an id.
      if (await putFile(temporary, place)) return own;
      const theirs = await readId(place);
      if (theirs !== undefined) return theirs;
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Puts a copy of the file at `path`, unless there is one. */
async function putFile(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // The last one to come says it, on a disk that knows no links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    if ((await readId(path)) !== undefined) return false;
    await rename(file, path);
    return true;
  }
}

async function readId(path: string): Promise<string | undefined> {
  try {
    const text = (await readTextFile(path))?.trim();
    return text !== undefined && wellFormed.test(text) ? text : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return undefined;
    throw error;
  }
}

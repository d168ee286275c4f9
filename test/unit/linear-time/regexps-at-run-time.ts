/** Runs in a thread of its own: loads the rooms without an editor and tells which regular expressions they make. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';

import type { FoundRegexp } from './every-regexp.ts';

const root = join(import.meta.dirname, '../../..');
const modules = globSync(['src/{timeline,conversation,protocol}/*.ts', 'src/client/plain-text.ts'], { cwd: root });
const found: FoundRegexp[] = [];
let place = '';

const BuiltIn = RegExp;
globalThis.RegExp = new Proxy(BuiltIn, {
  construct(target, args: ConstructorParameters<typeof RegExp>) {
    const made = new target(...args);
    found.push({ place, source: made.source, flags: made.flags });
    return made;
  },
});
for (const path of modules) {
  place = path;
  await import(join(root, path));
}
// Grammars are made when they are first needed.
const { routeMessage } = await import('../../../src/conversation/route-message.ts');
for (const text of ['make it shorter', '剪短一点']) {
  place = `the grammar of «${text}»`;
  routeMessage(text);
}
globalThis.RegExp = BuiltIn;
parentPort?.postMessage(found);

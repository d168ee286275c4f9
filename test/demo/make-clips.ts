/** Puts the demo's clips into a folder: `node test/demo/make-clips.ts FOLDER`. */
import { resolve } from 'node:path';

import { makeDemoClips } from './demo-clips.ts';

const folder = resolve(process.argv[2] ?? 'demo-clips');
await makeDemoClips(folder);
console.log(`The demo's clips are in ${folder}`);

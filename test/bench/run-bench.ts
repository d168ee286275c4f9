/**
 * `npm run bench`: what the client costs beside the plainest tool for the same work. Ratios travel from machine to machine,
 * times do not. Prints a table, promises nothing. `node test/bench/run-bench.ts [MB] [runs]`.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';

import { createParser } from 'eventsource-parser';

import { systemClock } from '../../src/client/clock.ts';
import { readEventStream } from '../../src/client/event-stream.ts';
import { fileUploadSource } from '../../src/client/file-source.ts';
import { NemoClient } from '../../src/client/nemo-client.ts';

const [megabytes = 300, runs = 5] = process.argv.slice(2).map(Number);
const bytes = megabytes * 1024 * 1024;

interface Contestant {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/** Runs the contestants in turns, so that whatever else the machine does strikes all alike; the first one is the measure. */
async function compare(title: string, contestants: readonly Contestant[]): Promise<void> {
  const times = contestants.map((): number[] => []);
  for (let round = 0; round <= runs; round++) {
    for (const [index, { run }] of contestants.entries()) {
      const start = performance.now();
      await run();
      // The first round only warms up.
      if (round > 0) times[index]?.push(performance.now() - start);
    }
  }
  const medians = times.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN);
  const measure = medians[0] ?? Number.NaN;
  console.log(`\n${title}`);
  for (const [index, { name }] of contestants.entries()) {
    const median = medians[index] ?? Number.NaN;
    console.log(
      `  ${name.padEnd(48)} ${median.toFixed(0).padStart(6)} ms  ${(median / measure).toFixed(2).padStart(6)}×`,
    );
  }
}

/** The most that `work` had in the heap and beside it, in MB, above what was there before. */
async function peakMemory(work: (sample: () => void) => Promise<unknown>): Promise<number> {
  const used = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  let most = before;
  await work(() => {
    most = Math.max(most, used());
  });
  return Math.round((most - before) / 1024 / 1024);
}

const curl = promisify(execFile);
const hasCurl = await curl('curl', ['--version']).then(
  () => true,
  () => false,
);
if (!hasCurl) console.log('curl is missing: the client is measured without it.');
const withCurl = (...parameters: string[]): Contestant[] =>
  hasCurl ? [{ name: `curl ${parameters[0] ?? ''}`, run: () => curl('curl', ['-s', ...parameters]) }] : [];

const folder = await mkdtemp(join(tmpdir(), 'nemo-bench-'));
const server = fork(join(import.meta.dirname, 'bench-server.ts'), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
try {
  const [port] = (await once(server.stdout ?? process.stdin, 'data')) as [Buffer];
  const url = new URL(`http://127.0.0.1:${port.toString().trim()}/`);
  const client = new NemoClient({
    apiUrl: url,
    webUrl: url,
    clientId: 'bench',
    tokens: { token: () => Promise.resolve('bench'), renew: () => Promise.resolve('bench') },
    attribution: () => ({ source: 'video-writer', version: '1.0.0', platform: 'unknown' }),
    clock: systemClock,
    network: { strictSsl: true, environment: {} },
  });

  const clip = join(folder, 'clip.mp4');
  const content = Buffer.alloc(bytes, 'nemo');
  content.write('\0\0\0\x1cftypisom', 0, 'latin1');
  await writeFile(clip, content);
  const upload = async (sample?: () => void) =>
    client.uploadFile('1', await fileUploadSource(clip), sample ? { onProgress: sample } : {});
  await compare(`Upload of ${megabytes} MB`, [
    ...withCurl('-F', `files=@${clip}`, new URL('/api/upload-video/nemo_agent/me/1', url).href),
    { name: 'the client', run: () => upload() },
  ]);
  console.log(`  memory of the client: ${await peakMemory(upload)} MB`);

  const address = new URL(`/file?bytes=${bytes}`, url).href;
  const partPath = join(folder, 'file.part');
  const download = async (sample?: () => void) => {
    await rm(partPath, { force: true });
    await client.download(
      { renderId: '1', url: address, partPath, expectedSize: bytes },
      sample ? { onProgress: sample } : {},
    );
  };
  await compare(`Download of ${megabytes} MB to the disk`, [
    ...withCurl('-o', join(folder, 'curl.part'), address),
    { name: 'the client (with a final fsync)', run: () => download() },
  ]);
  console.log(`  memory of the client: ${await peakMemory(download)} MB`);
  await client.close();
} finally {
  server.disconnect();
  await rm(folder, { recursive: true, force: true });
}

const events = 200_000;
const message = {
  content: { parts: [{ text: 'a few words of the answer, ' }], role: 'model' },
  partial: true,
  author: 'nemo_agent',
  invocationId: 'e-1',
  id: 'x',
};
const stream = Buffer.from(`data: ${JSON.stringify(message)}\n\n`.repeat(events));
const chunks: Buffer[] = [];
for (let at = 0; at < stream.length; at += 16_000) chunks.push(stream.subarray(at, at + 16_000));
async function* arriving(): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
await compare(`Reading ${events} events`, [
  {
    name: 'framed by eventsource-parser, then JSON.parse',
    run: async () => {
      const decoder = new TextDecoder();
      let last: unknown;
      const parser = createParser({ onEvent: ({ data }) => (last = JSON.parse(data) as unknown) });
      for await (const chunk of arriving()) parser.feed(decoder.decode(chunk, { stream: true }));
      return last;
    },
  },
  {
    name: 'the client: framed, checked, made one of two dialects',
    run: async () => {
      let count = 0;
      const context = {
        endpoint: '',
        scope: 'write',
        mayRepeat: false,
        webUrl: new URL('http://x'),
        userId: '',
        isSignedIn: false,
      } as const;
      for await (const event of readEventStream(arriving(), context)) if (event.kind === 'text') count++;
      return count;
    },
  },
]);

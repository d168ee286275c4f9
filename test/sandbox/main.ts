/** `npm run sandbox`: the sandbox backend by itself, until it is interrupted. */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { startSandbox } from './sandbox-server.ts';

const help = `npm run sandbox -- [options]
  --port N          port of the API (default 8787)
  --web-port N      port of the web app and the files (default: the API's and one)
  --pace N          0: no thinking time (default), 1: like the service
  --data DIR        keep uploads and renders in this folder
  --silent-rate N   share of edits that end without a word, 0 to 1 (default 0.3)
  --strange-rate N  share of edits that are told late or only after a question, 0 to 1 (default 0)
  --late-ms N       how late, in ms (default 300)
  --seed N          where the dice start
  --credits N       credits of a new user (default 100)
  --dialect D       simple, adk, interleaved or mixed (default)
  --answers F       wrapped, success, bare or mixed (default)
  --reuse-media-work  look at the same file once, make the same film once`;

const number = z.coerce.number().min(0);

const optionsSchema = z.object({
  port: number.default(8787),
  'web-port': number.optional(),
  pace: number.optional(),
  data: z.string().optional(),
  'silent-rate': number.max(1).optional(),
  'strange-rate': number.max(1).optional(),
  'late-ms': number.optional(),
  seed: number.optional(),
  credits: number.optional(),
  dialect: z.enum(['simple', 'adk', 'mixed', 'interleaved']).optional(),
  answers: z.enum(['wrapped', 'success', 'bare', 'mixed']).optional(),
  'reuse-media-work': z.boolean().default(false),
  help: z.boolean().default(false),
});

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    port: text,
    'web-port': text,
    pace: text,
    data: text,
    'silent-rate': text,
    'strange-rate': text,
    'late-ms': text,
    seed: text,
    credits: text,
    dialect: text,
    answers: text,
    'reuse-media-work': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const parsed = optionsSchema.safeParse(values);
if (!parsed.success) {
  console.error(`${z.prettifyError(parsed.error)}\n\n${help}`);
  process.exit(2);
}
const options = parsed.data;
if (options.help) {
  console.log(help);
  process.exit(0);
}

const sandbox = await startSandbox({
  port: options.port,
  webPort: options['web-port'] ?? (options.port === 0 ? 0 : options.port + 1),
  ...(options.data === undefined ? {} : { dataDir: options.data }),
  ...(options.pace === undefined ? {} : { pace: options.pace }),
  ...(options['silent-rate'] === undefined ? {} : { silentRate: options['silent-rate'] }),
  ...(options['strange-rate'] === undefined ? {} : { strangeRate: options['strange-rate'] }),
  ...(options['late-ms'] === undefined ? {} : { lateMs: options['late-ms'] }),
  ...(options.seed === undefined ? {} : { seed: options.seed }),
  ...(options.credits === undefined ? {} : { credits: options.credits }),
  ...(options.dialect === undefined ? {} : { dialect: options.dialect }),
  ...(options.answers === undefined ? {} : { answers: options.answers }),
  reuseMediaWork: options['reuse-media-work'],
});

console.log(`Sandbox ready at ${sandbox.url.origin}`);
console.log(`Web app at ${sandbox.webUrl.origin}`);

const stop = () => {
  void sandbox.close().then(() => process.exit(0));
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
process.once('SIGHUP', stop);

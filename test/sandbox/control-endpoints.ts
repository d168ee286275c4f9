/** `/__sandbox/…`: the sandbox's own controls over HTTP, for other processes. */
import * as z from 'zod';
import type { Answer } from './answer.ts';
import { jsonAnswer } from './answer.ts';
import { faultSchema } from './faults.ts';
import type { HttpExchange } from './http-exchange.ts';
import { parseJson } from './http-exchange.ts';
import { oddAnswers, type Sandbox } from './sandbox-options.ts';

const share = z.number().min(0).max(1);

const configureSchema = z.strictObject({
  dialect: z.enum(['simple', 'adk', 'mixed', 'interleaved']).optional(),
  answers: z.enum(['wrapped', 'success', 'bare', 'mixed']).optional(),
  oddAnswers: z.union([z.literal('mixed'), z.array(z.enum(oddAnswers))]).optional(),
  oddSeed: z
    .number()
    .nullable()
    .transform((value) => value ?? undefined)
    .optional(),
  silentRate: share.optional(),
  strangeRate: share.optional(),
  lateMs: z.number().min(0).optional(),
  pace: z.number().min(0).optional(),
  nextTurn: z
    .enum([
      'silent',
      'silentStop',
      'silentNoContent',
      'text',
      'gui',
      'temporaryIssue',
      'unchanged',
      'errorJson',
      'midStreamError',
      'brokenError',
      'stayOpen',
      'silentLate',
      'sentenceFirst',
      'question',
      'questions',
      'longRunning',
      'oddQuestion',
      'heartbeats',
    ])
    .nullable()
    .transform((value) => value ?? undefined)
    .optional(),
  nextAnswer: z
    .strictObject({ kind: z.enum(['text', 'error']), text: z.string() })
    .nullable()
    .transform((value) => value ?? undefined)
    .optional(),
  nextRender: z
    .enum(['fail', 'withoutUrl', 'deadUrl'])
    .nullable()
    .transform((value) => value ?? undefined)
    .optional(),
  uploadName: z
    .string()
    .min(1)
    .nullable()
    .transform((value) => value ?? undefined)
    .optional(),
  holdRenders: z.boolean().optional(),
  cancelSupported: z.boolean().optional(),
  redirectDownloads: z.boolean().optional(),
  scopes: z.array(z.enum(['read', 'write', 'upload', 'render'])).optional(),
  anonymousPerIp: z.number().min(0).optional(),
  tokenLifeMs: z.number().min(0).optional(),
  heartbeatMs: z.number().min(1).optional(),
  streamLifeMs: z.number().min(1).optional(),
  omitStarts: z.union([z.boolean(), z.literal('mixed')]).optional(),
});

const dropSchema = z.strictObject({ id: z.string() });
const creditsSchema = z.strictObject({ n: z.number().min(0), user: z.string().default('*') });
const planSchema = z.strictObject({ plan: z.enum(['free-export', 'no-export']) });

/** Answers a control request; undefined for one that does not exist. */
export async function answerControl(exchange: HttpExchange, sandbox: Sandbox): Promise<Answer | undefined> {
  const done = jsonAnswer(200, '{"ok":true}');
  const list = (value: unknown) => jsonAnswer(200, JSON.stringify(value));
  /** `?from=N` leaves the first N out, for those who have seen them. */
  const listFrom = (values: readonly unknown[]) =>
    list(values.slice(Number(exchange.url.searchParams.get('from') ?? 0)));
  switch (`${exchange.request.method ?? ''} ${exchange.url.pathname.slice('/__sandbox/'.length)}`) {
    case 'GET health':
      return list({ ok: true, url: sandbox.url.href, webUrl: sandbox.webUrl.href });
    case 'GET requests':
      return listFrom(sandbox.requests);
    case 'GET messages':
      return listFrom(sandbox.messages);
    case 'GET renders':
      return listFrom(sandbox.renders);
    case 'GET counts':
      return list({
        requests: sandbox.requests.length,
        messages: sandbox.messages.length,
        renders: sandbox.renders.length,
      });
    case 'POST faults':
      sandbox.addFault(await exchange.bodyJson(faultSchema));
      return done;
    case 'DELETE faults':
      sandbox.clearFaults();
      return done;
    case 'POST configure': {
      const patch = await exchange.bodyJson(configureSchema);
      sandbox.configure(patch as Partial<typeof patch> as Parameters<Sandbox['configure']>[0]);
      return done;
    }
    case 'POST expire-tokens':
      sandbox.expireTokens();
      return done;
    case 'POST drop-session':
      sandbox.dropSession((await exchange.bodyJson(dropSchema)).id);
      return done;
    case 'POST credits': {
      const { n, user } = parseJson(await exchange.bodyText(), creditsSchema);
      sandbox.setCredits(user, n);
      return done;
    }
    case 'POST plan':
      sandbox.setPlan((await exchange.bodyJson(planSchema)).plan);
      return done;
    default:
      return undefined;
  }
}

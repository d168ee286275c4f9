/** The endpoints of the API: which path, which scope, what is done. */
import * as z from 'zod';
import type { Accounts } from './accounts.ts';
import type { Answer } from './answer.ts';
import { jsonAnswer } from './answer.ts';
import { chooseShape, envelope } from './answer-shapes.ts';
import type { AnswerShape } from './answer-shapes.ts';
import type { ClaimPages } from './claim-pages.ts';
import type { HttpExchange } from './http-exchange.ts';
import { parseJson } from './http-exchange.ts';
import type { MediaWorkshop } from './media-workshop.ts';
import { pollAnswer, renderRequestSchema, submitAnswer } from './render-jobs.ts';
import type { RenderJob, RenderJobs } from './render-jobs.ts';
import { messageSchema, startTurn } from './run-turn.ts';
import type { TurnHouse } from './run-turn.ts';
import type { EndpointName, OddAnswer } from './sandbox-options.ts';
import type { SeededRandom } from './seeded-random.ts';
import { serveFile } from './serve-file.ts';
import { isOdd, lean } from './odd-answers.ts';
import { ServiceError } from './service-error.ts';
import type { Sessions } from './sessions.ts';
import { emptyStateText, stateText } from './state-answer.ts';
import { mediaAnswer, receiveUpload } from './uploads.ts';
import type { FileShelf } from './media-shelf.ts';

/** All that the endpoints work with. */
export interface ApiHouse extends TurnHouse {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly claims: ClaimPages;
  readonly workshop: MediaWorkshop;
  readonly shelf: FileShelf;
  readonly renders: RenderJobs;
  readonly random: SeededRandom;
}

interface ApiEndpoint {
  readonly name: EndpointName;
  readonly method: 'GET' | 'POST';
  readonly pattern: RegExp;
  handle(house: ApiHouse, exchange: HttpExchange, params: Readonly<Record<string, string>>): Promise<Answer>;
}

const sessionRequestSchema = z.looseObject({ task_name: z.string().min(1), language: z.string().min(1) });
const claimRequestSchema = z.looseObject({ task_id: z.string(), session_id: z.string() });

/** The order matters: the more particular path comes first. */
export const apiEndpoints: readonly ApiEndpoint[] = [
  {
    name: 'anonymousToken',
    method: 'POST',
    pattern: /^\/api\/auth\/anonymous-token$/,
    async handle(house, exchange) {
      await exchange.bodyText();
      const clientId = exchange.header('x-client-id');
      const issued = house.accounts.anonymousToken(clientId, exchange.request.socket.remoteAddress ?? '');
      const label = `anonymousToken ${clientId ?? ''}`;
      const data = {
        token: issued.token,
        user_id: issued.user.id,
        expires_at: new Date(issued.expiresAtMs).toISOString(),
        credits: issued.user.available,
      };
      const odd = (kind: OddAnswer) => isOdd(kind, house.settings, house.random, label);
      const isLean = odd('leanIds') || odd('userInSession') || odd('userNowhere');
      return enveloped(house, label, isLean ? lean(data, 'token', house.random.fork(`lean ${label}`)) : data);
    },
  },
  {
    name: 'createSession',
    method: 'POST',
    pattern: /^\/api\/tasks\/me\/with-session\/nemo_agent$/,
    async handle(house, exchange) {
      const body = await exchange.bodyJson(sessionRequestSchema);
      const user = house.accounts.require(exchange.header('authorization'), 'write');
      const session = house.sessions.create(user, body.task_name, body.language);
      const label = `createSession ${session.id}`;
      const odd = (kind: OddAnswer) => isOdd(kind, house.settings, house.random, label);
      const namesUser = session.random.fork('names its user').chance(0.5) && !odd('userNowhere');
      const data = {
        task_id: session.taskId,
        session_id: session.id,
        ...(namesUser || odd('userInSession') ? { user_id: user.id } : {}),
      };
      const isLean = odd('leanIds');
      return enveloped(house, label, isLean ? lean(data, 'session_id', house.random.fork(`lean ${label}`)) : data);
    },
  },
  {
    name: 'runSse',
    method: 'POST',
    pattern: /^\/run_sse$/,
    async handle(house, exchange) {
      const body = await exchange.bodyJson(messageSchema);
      const user = house.accounts.require(exchange.header('authorization'), 'write');
      const session = house.sessions.require(body.session_id, user);
      return startTurn(house, user, session, body.new_message.parts.map((part) => part.text).join('\n'));
    },
  },
  {
    name: 'upload',
    method: 'POST',
    pattern: /^\/api\/upload-video\/nemo_agent\/me\/(?<session>[^/]+)$/,
    async handle(house, exchange, params) {
      const user = house.accounts.require(exchange.header('authorization'), 'upload');
      const session = house.sessions.require(params['session'] ?? '', user);
      const items = await receiveUpload(exchange, session, house.workshop, house.shelf, house.settings.uploadName);
      return enveloped(house, `upload ${session.id}`, {
        files: items.map(mediaAnswer),
        session_state_applied: true,
      });
    },
  },
  {
    name: 'credits',
    method: 'GET',
    pattern: /^\/api\/credits\/balance\/simple$/,
    handle(house, exchange) {
      const user = house.accounts.require(exchange.header('authorization'), 'read');
      const { available, frozen } = user;
      return enveloped(house, `credits ${user.id}`, { available, frozen, total: available + frozen });
    },
  },
  {
    name: 'state',
    method: 'GET',
    pattern: /^\/api\/state\/nemo_agent\/me\/(?<session>[^/]+)\/latest$/,
    handle(house, exchange, params) {
      const user = house.accounts.require(exchange.header('authorization'), 'read');
      const session = house.sessions.require(params['session'] ?? '', user);
      const shape = chooseShape(house.settings.answers, house.random, `state ${session.id}`);
      const odd = (kind: OddAnswer) => isOdd(kind, house.settings, session.random, `state ${session.id}`);
      const text = odd('noState') ? emptyStateText(session) : undefined;
      return Promise.resolve(
        jsonAnswer(200, envelope(shape, text ?? stateText(session, odd('leanIds') && !odd('userNowhere')))),
      );
    },
  },
  {
    name: 'submitRender',
    method: 'POST',
    pattern: /^\/api\/render\/proxy\/lambda$/,
    async handle(house, exchange) {
      const text = await exchange.bodyText();
      const body = parseJson(text, renderRequestSchema);
      const user = house.accounts.require(exchange.header('authorization'), 'render');
      const attributed = ['x-skill-source', 'x-skill-version', 'x-skill-platform'].every(
        (name) => (exchange.header(name) ?? '').trim() !== '',
      );
      if (!attributed) throw new ServiceError(402, 402, 'Payment required: missing attribution');
      if (house.accounts.plan === 'no-export') throw new ServiceError(402, 402, 'Your plan does not include export');
      const session = house.sessions.require(body.sessionId, user);
      const job = house.renders.submit(user, session, text, body);
      const answer = submitAnswer(job, renderShape(house, `submitRender ${job.id}`));
      return jsonAnswer(200, oddSubmit(house, job, answer) ?? answer);
    },
  },
  {
    name: 'cancelRender',
    method: 'POST',
    pattern: /^\/api\/render\/proxy\/lambda\/(?<id>[^/]+)\/cancel$/,
    async handle(house, exchange, params) {
      await exchange.bodyText();
      const user = house.accounts.require(exchange.header('authorization'), 'render');
      if (!house.settings.cancelSupported) throw new ServiceError(404, 404, 'Not found');
      const job = house.renders.require(decodeURIComponent(params['id'] ?? ''), user);
      house.renders.cancel(job);
      return enveloped(house, `cancelRender ${job.id}`, { id: job.id, status: job.status });
    },
  },
  {
    name: 'pollRender',
    method: 'GET',
    pattern: /^\/api\/render\/proxy\/lambda\/(?<id>[^/]+)$/,
    handle(house, exchange, params) {
      const user = house.accounts.require(exchange.header('authorization'), 'render');
      const job = house.renders.require(decodeURIComponent(params['id'] ?? ''), user);
      job.polls += 1;
      const words = isOdd('otherWords', house.settings, house.random, `pollRender ${job.id}`)
        ? house.random.fork(`words ${job.id} ${job.polls}`)
        : undefined;
      return Promise.resolve(jsonAnswer(200, pollAnswer(job, renderShape(house, `pollRender ${job.id}`), words)));
    },
  },
  {
    name: 'downloadFallback',
    method: 'GET',
    pattern: /^\/api\/render\/proxy\/(?<id>[^/]+)\/download$/,
    async handle(house, exchange, params) {
      const user = house.accounts.require(exchange.header('authorization'), 'render');
      const job = house.renders.require(decodeURIComponent(params['id'] ?? ''), user);
      if (job.path === undefined || job.url === undefined) throw new ServiceError(404, 404, 'The file is not ready');
      if (house.settings.redirectDownloads) {
        return { kind: 'bytes', status: 302, headers: { Location: job.url }, body: Buffer.alloc(0) };
      }
      job.downloads += 1;
      return serveFile(exchange, { path: job.path, mime: 'video/mp4', name: `${job.id}.${job.format}` }, (kind) =>
        isOdd(kind, house.settings, house.random, `download ${job.id}`),
      );
    },
  },
  {
    name: 'claimToken',
    method: 'POST',
    pattern: /^\/api\/auth\/claim-token$/,
    async handle(house, exchange) {
      const body = await exchange.bodyJson(claimRequestSchema);
      const user = house.accounts.require(exchange.header('authorization'), 'write');
      const session = house.sessions.require(body.session_id, user);
      if (session.taskId !== body.task_id) throw new ServiceError(404, 1002, 'Task not found');
      return enveloped(house, `claimToken ${session.id}`, {
        claim_token: house.claims.issue(session),
        expires_in: house.claims.lifeSeconds,
      });
    },
  },
];

function enveloped(house: ApiHouse, label: string, data: Readonly<Record<string, unknown>>): Promise<Answer> {
  const shape = chooseShape(house.settings.answers, house.random, label);
  return Promise.resolve(jsonAnswer(200, envelope(shape, JSON.stringify(data))));
}

function renderShape(house: ApiHouse, label: string): AnswerShape {
  return chooseShape(house.settings.answers, house.random, label);
}

/** What a submit is answered with in place of `text`, where it is to be odd. */
function oddSubmit(house: ApiHouse, job: RenderJob, text: string): string | undefined {
  const answers: readonly (readonly [OddAnswer, string])[] = [
    ['emptySubmit', ''],
    ['onlyIdSubmit', JSON.stringify({ id: job.id })],
    ['noStatusSubmit', text.replace(/"status":"\w+",?/, '')],
    ['unknownSubmit', text.replace(/"status":"\w+"/, '"status":"Warming up"')],
    ['queuedSubmit', text.replace(/"status":"\w+"/, '"status":"queued"')],
  ];
  const label = `submitRender ${job.id}`;
  return answers.find(([kind]) => isOdd(kind, house.settings, house.random, label))?.[1];
}

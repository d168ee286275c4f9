/**
 * The sandbox backend: the documented API on loopback, with real media work behind it. Two origins: the API's, and the
 * web app's, which has the files too, as a CDN would.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { findMediaTools } from '../setup/media-tools.ts';
import { Accounts } from './accounts.ts';
import type { Answer } from './answer.ts';
import { htmlAnswer, jsonAnswer } from './answer.ts';
import { chooseShape, errorAnswer } from './answer-shapes.ts';
import { apiEndpoints } from './api-endpoints.ts';
import type { ApiHouse } from './api-endpoints.ts';
import { ClaimPages } from './claim-pages.ts';
import { answerControl } from './control-endpoints.ts';
import { Editor } from './edit-draft.ts';
import { FaultList, FaultStruck, faultText } from './faults.ts';
import { HttpExchange } from './http-exchange.ts';
import { MediaWorkshop } from './media-workshop.ts';
import { isOdd } from './odd-answers.ts';
import { RenderJobs } from './render-jobs.ts';
import type {
  Fault,
  MessageRecord,
  RequestRecord,
  Sandbox,
  SandboxOptions,
  SandboxSettings,
} from './sandbox-options.ts';
import { SeededRandom } from './seeded-random.ts';
import { sendAnswer, strikeEarly } from './send-answer.ts';
import { serveFile } from './serve-file.ts';
import { ServiceError } from './service-error.ts';
import { Sessions } from './sessions.ts';
import type { FileShelf } from './media-shelf.ts';

const defaults: SandboxSettings = {
  dialect: 'mixed',
  answers: 'mixed',
  oddAnswers: [],
  oddSeed: undefined,
  silentRate: 0.3,
  strangeRate: 0,
  lateMs: 300,
  pace: 0,
  nextTurn: undefined,
  nextAnswer: undefined,
  nextRender: undefined,
  uploadName: undefined,
  holdRenders: false,
  cancelSupported: true,
  redirectDownloads: false,
  scopes: ['read', 'write', 'upload', 'render'],
  anonymousPerIp: 10,
  tokenLifeMs: 7 * 24 * 3600 * 1000,
  heartbeatMs: 15_000,
  streamLifeMs: 15 * 60_000,
  omitStarts: 'mixed',
  reuseMediaWork: false,
};

/**
 * Starts a sandbox on 127.0.0.1.
 * @throws Error where a port is taken or ffmpeg is missing.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, webPort = 0, dataDir, seed = 1, credits = 100, registered = [], ...given } = options;
  const settings: SandboxSettings = { ...defaults, ...withoutUndefined(given) };
  const tools = await findMediaTools();
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'nemo-sandbox-')));
  await mkdir(folder, { recursive: true });

  const closing = new AbortController();
  const random = new SeededRandom(seed);
  const workshop = new MediaWorkshop(tools, settings);
  const files = new Map<string, { path: string; mime: string; name: string }>();
  const faults = new FaultList();
  const requests: RequestRecord[] = [];
  const messages: MessageRecord[] = [];
  const claims = new ClaimPages();
  const accounts = new Accounts(settings, credits, registered);
  const sessions = new Sessions(random.fork('sessions'), settings);

  const api = createServer();
  const web = createServer();
  const ports = { api: port, web: webPort };
  ports.api = await listen(api, port);
  ports.web = await listen(web, webPort).catch(async (error: unknown) => {
    await stopListening(api);
    throw error;
  });
  const url = new URL(`http://127.0.0.1:${ports.api}/`);
  const webUrl = new URL(`http://127.0.0.1:${ports.web}/`);

  const shelf: FileShelf = {
    folder,
    publish(path, name, mime) {
      const address = `/files/${randomUUID()}/${encodeURIComponent(name)}`;
      files.set(address, { path, mime, name });
      return new URL(address, webUrl).href;
    },
  };
  const renders = new RenderJobs(settings, workshop, shelf, closing.signal);
  const editor = new Editor(workshop, shelf, settings, closing.signal);
  const house: ApiHouse = {
    settings,
    accounts,
    sessions,
    claims,
    workshop,
    shelf,
    renders,
    editor,
    messages,
    random,
    closing: closing.signal,
  };

  const sandbox: Sandbox = {
    url,
    webUrl,
    configure: (patch) => Object.assign(settings, patch),
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    requests,
    messages,
    get renders() {
      return renders.records();
    },
    expireTokens: () => accounts.expireAll(),
    dropSession: (id) => sessions.drop(id),
    setCredits: (userId, amount) => accounts.setCredits(userId, amount),
    setPlan: (plan) => {
      accounts.plan = plan;
    },
    goOffline: async () => {
      await Promise.all([stopListening(api), stopListening(web)]);
    },
    goOnline: async () => {
      if (outage === undefined) return comeBack();
      outage.end.abort();
      await outage.over;
    },
    close: async () => {
      closing.abort(new Error('The sandbox has closed.'));
      await Promise.all([stopListening(api), stopListening(web), workshop.close()]);
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };

  const comeBack = async () => {
    await Promise.all([listenAgain(api, ports.api), listenAgain(web, ports.web)]);
  };
  let outage: { readonly end: AbortController; readonly over: Promise<void> } | undefined;
  const strikeService = (fault: Fault): void => {
    if (fault.kind === 'forget') sessions.dropAll();
    if (fault.kind !== 'outage' || outage) return;
    const end = new AbortController();
    const signal = AbortSignal.any([closing.signal, end.signal]);
    const over = (async () => {
      await sandbox.goOffline();
      await delay(fault.ms ?? 500, undefined, { signal }).catch(() => undefined);
      if (!closing.signal.aborted) await comeBack();
    })()
      .catch((error: unknown) => {
        if (!closing.signal.aborted) console.error('sandbox: after an outage:', error);
      })
      .finally(() => (outage = undefined));
    outage = { end, over };
  };

  /** Files, on both origins: address and path are the same. */
  const answerFile = async (exchange: HttpExchange): Promise<Answer> => {
    const file = files.get(exchange.url.pathname);
    if (file === undefined) return jsonAnswer(404, '{"code":404,"message":"File not found"}');
    renders.countDownload(new URL(exchange.url.pathname, webUrl).href);
    return serveFile(exchange, file, (kind) => isOdd(kind, settings, random, `download ${file.name}`));
  };

  const answerWeb = (exchange: HttpExchange): Promise<Answer> => {
    const { pathname, searchParams } = exchange.url;
    if (pathname.startsWith('/files/')) return answerFile(exchange);
    if (pathname === '/workspace/claim') {
      const page = claims.claimPage(searchParams.get('ct') ?? '');
      return Promise.resolve(htmlAnswer(page.status, page.html));
    }
    if (pathname === '/register') {
      const page = claims.registerPage(searchParams.get('bind') ?? '');
      return Promise.resolve(htmlAnswer(page.status, page.html));
    }
    return Promise.resolve(htmlAnswer(404, '<!doctype html><title>Not found</title>'));
  };

  const serve = async (origin: 'api' | 'web', request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestUrl = new URL(request.url ?? '/', origin === 'api' ? url : webUrl);
    const path = requestUrl.pathname;
    const isFile = path.startsWith('/files/') && (request.method === 'GET' || request.method === 'HEAD');
    const found =
      origin === 'api'
        ? apiEndpoints.find((entry) => entry.method === request.method && entry.pattern.test(path))
        : undefined;
    const name = isFile ? 'download' : (found?.name ?? (origin === 'web' ? 'web' : 'unknown'));
    const isControl = origin === 'api' && path.startsWith('/__sandbox/');
    const fault = isControl || name === 'web' || name === 'unknown' ? undefined : faults.take(name);
    const exchange = new HttpExchange({
      request,
      response,
      endpoint: name,
      url: requestUrl,
      fault,
      closing: closing.signal,
      onBodyFault: (struck, bodyFault) => strikeEarly(struck, bodyFault),
      onServiceFault: strikeService,
    });
    if (!isControl) recordWhenClosed(exchange, origin);

    const answer = async (): Promise<Answer> => {
      if (isControl) return (await answerControl(exchange, sandbox)) ?? jsonAnswer(404, '{"ok":false}');
      if (isFile) return answerFile(exchange);
      if (origin === 'web') return answerWeb(exchange);
      if (found === undefined) throw new ServiceError(404, 404, 'Not found');
      return found.handle(house, exchange, found.pattern.exec(path)?.groups ?? {});
    };
    try {
      const early =
        fault?.moment === 'beforeRequest' ||
        // A request without a body has no middle.
        (fault?.moment === 'duringBody' &&
          request.headers['content-length'] === undefined &&
          request.headers['transfer-encoding'] === undefined);
      if (fault !== undefined && early) await strikeEarly(exchange, fault);
      let result: Answer;
      try {
        result = await answer();
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        // What is left of the request is taken off the line, or the answer does not arrive.
        request.resume();
        const shape = chooseShape(settings.answers, random, `${name} error ${error.code}`);
        const refusal = errorAnswer(shape, error);
        result = jsonAnswer(refusal.status, refusal.text, error.code === 429 ? { 'Retry-After': '30' } : {});
      }
      await sendAnswer(exchange, result);
    } catch (error) {
      if (error instanceof FaultStruck || exchange.gone.aborted || response.destroyed) return;
      // A bug of the sandbox: loud, but without the request.
      console.error(`sandbox: ${name}:`, error);
      if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'application/json' });
      response.end('{"code":500,"message":"Sandbox bug"}');
    }
  };

  const recordWhenClosed = (exchange: HttpExchange, origin: 'api' | 'web'): void => {
    const { request, response } = exchange;
    const { authorization } = request.headers;
    const user = accounts.find(authorization);
    const tokenKind =
      authorization === undefined
        ? 'none'
        : user === undefined
          ? 'unknown'
          : user.anonymous
            ? 'anonymous'
            : 'registered';
    const headers: Record<string, string> = {};
    for (const [key, value] of Object.entries(request.headers)) {
      if (key !== 'authorization' && key !== 'cookie' && value !== undefined) headers[key] = String(value);
    }
    const record = {
      endpoint: exchange.endpoint,
      origin,
      method: request.method ?? '',
      path: `${exchange.url.pathname}${exchange.url.search}`.replace(/([?&]ct=)[^&]*/, '$1…'),
      headers,
      hasAuthorization: authorization !== undefined,
      tokenKind,
      userId: user?.id,
      bodyBytes: 0,
      sha256: undefined as string | undefined,
      status: 0,
      fault: exchange.fault === undefined ? undefined : faultText(exchange.fault),
      atMs: Date.now(),
    } satisfies RequestRecord;
    // In the list from the start, so that a request that hangs is seen as well.
    requests.push(record);
    response.once('close', () => {
      record.bodyBytes = exchange.bodyBytes;
      record.sha256 = exchange.sha256;
      record.status = response.headersSent ? response.statusCode : 0;
    });
  };

  api.on('request', (request, response) => void serve('api', request, response));
  web.on('request', (request, response) => void serve('web', request, response));
  return sandbox;
}

function listen(server: Server, port: number): Promise<number> {
  // Big uploads take their time.
  server.requestTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Somebody may have borrowed the port for a moment. */
async function listenAgain(server: Server, port: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await listen(server, port);
      return;
    } catch (error) {
      if (tries === 50 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await delay(100);
    }
  }
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function withoutUndefined(given: Partial<SandboxSettings>): Partial<SandboxSettings> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

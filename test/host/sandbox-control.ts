import type { Fault, MessageRecord, RenderRecord, RequestRecord, SandboxSettings } from '../sandbox/sandbox-options.ts';

/** The sandbox runs in a process of its own; the environment tells where, as it tells the extension. */
const api = process.env['NEMO_API_URL'] ?? '';

/** Address of the sandbox, for tests that talk to it themselves. */
export const sandboxUrl = new URL(api === '' ? 'http://127.0.0.1:1' : api);

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(new URL(`/__sandbox/${path}`, sandboxUrl), {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`The sandbox refused ${method} ${path}: ${await response.text()}`);
  return response.json();
}

/** What the sandbox can be told and asked while the tests run in another process. */
export const sandbox = {
  /** These three leave the first `from` out. */
  requests: (from = 0) => ask('GET', `requests?from=${from}`) as Promise<RequestRecord[]>,
  messages: (from = 0) => ask('GET', `messages?from=${from}`) as Promise<MessageRecord[]>,
  renders: (from = 0) => ask('GET', `renders?from=${from}`) as Promise<RenderRecord[]>,
  /** How many of each there are. */
  counts: () => ask('GET', 'counts') as Promise<{ requests: number; messages: number; renders: number }>,
  addFault: (fault: Fault) => ask('POST', 'faults', fault),
  clearFaults: () => ask('DELETE', 'faults'),
  configure: (patch: Partial<{ [K in keyof SandboxSettings]: SandboxSettings[K] | null }>) =>
    ask('POST', 'configure', patch),
  expireTokens: () => ask('POST', 'expire-tokens', {}),
  dropSession: (id: string) => ask('POST', 'drop-session', { id }),
  setCredits: (n: number, user = '*') => ask('POST', 'credits', { n, user }),
  setPlan: (plan: 'free-export' | 'no-export') => ask('POST', 'plan', { plan }),

  /** An obedient backend with credits for everything: what a test finds that asks for nothing else. */
  async calm(): Promise<void> {
    await this.clearFaults();
    await this.configure({
      pace: 0,
      silentRate: 0,
      oddAnswers: [],
      oddSeed: null,
      dialect: 'mixed',
      answers: 'mixed',
      strangeRate: 0,
      lateMs: 300,
      nextTurn: null,
      nextAnswer: null,
      nextRender: null,
      uploadName: null,
      holdRenders: false,
      anonymousPerIp: 1000,
    });
    await this.setPlan('free-export');
    await this.setCredits(100_000);
  },

  /** Everything that was asked of the service while `work` ran. */
  async during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly requests: RequestRecord[] }> {
    const before = (await this.counts()).requests;
    const result = await work();
    return { result, requests: await this.requests(before) };
  },

  /** A token of somebody else's, as a person would get it from their account. */
  async strangersToken(): Promise<{ readonly token: string; readonly userId: string }> {
    const response = await fetch(new URL('/api/auth/anonymous-token', sandboxUrl), {
      method: 'POST',
      headers: { 'x-client-id': crypto.randomUUID() },
    });
    const text = await response.text();
    const token = /"token":"([^"]+)"/.exec(text)?.[1];
    const userId = /"user_id":"([^"]+)"/.exec(text)?.[1];
    if (token === undefined || userId === undefined) throw new Error('The sandbox gave no token.');
    return { token, userId };
  },
};

/** What is tried: each endpoint, at each moment, with each fault that makes sense there. */
import { endpointNames, type EndpointName, type Fault, type FaultMoment } from '../sandbox/sandbox-options.ts';

/** The steps of the main job, and two that some people take beside it. */
export type Step = 'connect' | 'upload' | 'chat' | 'export' | 'cancel' | 'claim';

/** One job that is done with one fault in its way. */
export interface FaultCase {
  /** For people, and unique. */
  readonly name: string;
  readonly fault: Fault;
  /** The fault is laid in the way of this step. */
  readonly step: Step;
  /** How the job begins: with the token that is there, with one that expired, or with none. */
  readonly begins?: 'expired' | 'signedOut';
  /** What the finished render lacks, so that the fallback address is asked. */
  readonly render?: 'withoutUrl' | 'deadUrl';
  /** The fault does not go away by itself, but after the first failure that it caused. */
  readonly stubborn?: true;
}

/** Where the extension host is killed: as soon as this endpoint was asked (and its fault struck), or after a time. */
export interface KillCase {
  readonly name: string;
  /** Where the job is by then; `any`: nobody knows. */
  readonly step: Step | 'any';
  readonly fault?: Fault;
  readonly endpoint?: EndpointName;
  /** Since the job began, in ms. */
  readonly afterMs?: number;
  /** Renders stay pending until the window is there again. */
  readonly holdRenders?: true;
}

type Harm = Omit<Fault, 'endpoint' | 'moment' | 'times' | 'skip'>;

const silentOrGone: readonly Harm[] = [{ kind: 'refuse' }, { kind: 'reset' }, { kind: 'stall' }];

/** In the answer's stead. */
const otherAnswers: readonly Harm[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, retryAfterSeconds: 2 },
  { kind: 'html', status: 502 },
  { kind: 'garbage' },
  { kind: 'truncate' },
  { kind: 'wrongLength' },
];

/** Answers that say «not done»: after the work they would be lies. */
const refusals: readonly Harm[] = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'code', code: 1001 },
  { kind: 'status', status: 401, code: 1001 },
  { kind: 'code', code: 5000 },
];

const slow: Harm = { kind: 'slow', ms: 20 };

const harms: Readonly<Record<FaultMoment, readonly Harm[]>> = {
  beforeRequest: [...silentOrGone, ...otherAnswers, ...refusals, slow],
  duringBody: [...silentOrGone, ...otherAnswers, ...refusals, slow],
  beforeAnswer: [...silentOrGone, ...otherAnswers, { kind: 'duplicate' }, slow],
  midAnswer: [
    ...([{ kind: 'reset' }, { kind: 'cut' }, { kind: 'stall' }, { kind: 'truncate' }, { kind: 'garbage' }] as const),
    ...([{ kind: 'duplicate' }, { kind: 'wrongLength' }, { kind: 'html' }, { kind: 'status', status: 500 }] as const),
    { kind: 'slow', ms: 2 },
  ],
  afterAnswer: [
    ...([{ kind: 'reset' }, { kind: 'cut' }, { kind: 'stall' }, { kind: 'garbage' }, { kind: 'duplicate' }] as const),
    ...([{ kind: 'wrongLength' }, { kind: 'html' }, slow] as const),
  ],
};

/** Faults that stay until somebody has to be told. */
const stubbornHarms: readonly Harm[] = [{ kind: 'refuse' }, { kind: 'status', status: 500 }, { kind: 'html' }];

/** Where each endpoint is met in the job, in turn, and how many requests to it pass before. */
const places: Readonly<Record<EndpointName, readonly Pick<FaultCase, 'step' | 'begins' | 'render'>[]>> = {
  anonymousToken: [
    { step: 'connect', begins: 'expired' },
    { step: 'connect', begins: 'signedOut' },
  ],
  createSession: [{ step: 'connect' }],
  credits: [{ step: 'connect' }, { step: 'chat' }],
  upload: [{ step: 'upload' }],
  state: [{ step: 'upload' }, { step: 'chat' }, { step: 'chat' }, { step: 'export' }],
  runSse: [{ step: 'chat' }],
  submitRender: [{ step: 'export' }],
  pollRender: [{ step: 'export' }],
  cancelRender: [{ step: 'cancel' }],
  download: [{ step: 'export' }],
  downloadFallback: [
    { step: 'export', render: 'withoutUrl' },
    { step: 'export', render: 'deadUrl' },
  ],
  claimToken: [{ step: 'claim' }],
};

const withBody: ReadonlySet<EndpointName> = new Set([
  'createSession',
  'runSse',
  'upload',
  'submitRender',
  'claimToken',
]);

/** Every case, those that sign out first: signing out goes through all the sessions that there are. */
export function faultCases(): FaultCase[] {
  const cases: FaultCase[] = [];
  for (const endpoint of endpointNames) {
    const turns = places[endpoint];
    let turn = 0;
    const add = (fault: Fault, stubborn: boolean) => {
      const place = turns[turn % turns.length]!;
      // The second look at the state of a turn comes after the answer.
      const skip = endpoint === 'state' && turn % turns.length === 2 ? 1 : 0;
      turn += 1;
      cases.push({
        name: [
          endpoint,
          fault.moment,
          describe(fault),
          place.step,
          ...(skip > 0 ? ['second'] : []),
          ...(stubborn ? ['for long'] : []),
        ].join(' '),
        fault: { ...fault, skip, ...(stubborn ? { times: 500 } : {}) },
        ...place,
        ...(stubborn ? { stubborn: true } : {}),
      });
    };
    for (const [moment, kinds] of Object.entries(harms) as [FaultMoment, readonly Harm[]][]) {
      if (moment === 'duringBody' && !withBody.has(endpoint)) continue;
      for (const harm of kinds) if (isSensible(endpoint, harm)) add({ endpoint, moment, ...harm }, false);
    }
    for (const harm of stubbornHarms) add({ endpoint, moment: 'beforeRequest', ...harm }, true);
  }
  return cases.sort((one, other) => Number(other.begins === 'signedOut') - Number(one.begins === 'signedOut'));
}

/** Without a token none can be rejected. */
function isSensible(endpoint: EndpointName, harm: Harm): boolean {
  return harm.code !== 1001 || !['anonymousToken', 'download'].includes(endpoint);
}

function describe({ kind, status, code, retryAfterSeconds }: Fault): string {
  const detail = [code, status, retryAfterSeconds === undefined ? undefined : `after ${retryAfterSeconds} s`];
  return [kind, ...detail.filter((each) => each !== undefined)].join(' ');
}

const stalled = (endpoint: EndpointName, moment: FaultMoment): Fault => ({ endpoint, moment, kind: 'stall' });

/** Where the extension host is killed. */
export const killCases: readonly KillCase[] = [
  {
    name: 'while the session is created',
    step: 'connect',
    endpoint: 'createSession',
    fault: stalled('createSession', 'beforeAnswer'),
  },
  { name: 'in mid-upload', step: 'upload', endpoint: 'upload', fault: stalled('upload', 'duringBody') },
  {
    name: 'when the upload has arrived, before its answer',
    step: 'upload',
    endpoint: 'upload',
    fault: stalled('upload', 'beforeAnswer'),
  },
  { name: 'before the message leaves', step: 'chat', endpoint: 'state', fault: stalled('state', 'beforeRequest') },
  {
    name: 'when the message has arrived, before its answer',
    step: 'chat',
    endpoint: 'runSse',
    fault: stalled('runSse', 'beforeAnswer'),
  },
  { name: 'in mid-turn', step: 'chat', endpoint: 'runSse', fault: stalled('runSse', 'midAnswer') },
  {
    name: 'when the turn is over, before the timeline is read',
    step: 'chat',
    endpoint: 'state',
    fault: { ...stalled('state', 'beforeAnswer'), skip: 1 },
  },
  {
    name: 'before the render is submitted',
    step: 'export',
    endpoint: 'submitRender',
    fault: stalled('submitRender', 'beforeRequest'),
  },
  {
    name: 'when the render was submitted, before the answer',
    step: 'export',
    endpoint: 'submitRender',
    fault: stalled('submitRender', 'beforeAnswer'),
  },
  { name: 'in mid-render', step: 'export', endpoint: 'pollRender', holdRenders: true },
  {
    name: 'when the render is done, before the poll’s answer',
    step: 'export',
    endpoint: 'pollRender',
    fault: stalled('pollRender', 'midAnswer'),
  },
  {
    name: 'before the first byte of the download',
    step: 'export',
    endpoint: 'download',
    fault: stalled('download', 'beforeAnswer'),
  },
  { name: 'in mid-download', step: 'export', endpoint: 'download', fault: stalled('download', 'midAnswer') },
  {
    name: 'at the end of the download',
    step: 'export',
    endpoint: 'download',
    fault: stalled('download', 'afterAnswer'),
  },
  ...[40, 120, 200, 300, 450, 650].map((afterMs) => ({ name: `after ${afterMs} ms`, step: 'any', afterMs }) as const),
];

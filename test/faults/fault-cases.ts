/** What is tried: each endpoint, at each moment, with each fault that makes sense there. */
import type { NemoErrorCode } from '../../src/client/errors.ts';
import {
  endpointNames,
  type EndpointName,
  type Fault,
  type FaultKind,
  type FaultMoment,
} from '../sandbox/sandbox-options.ts';

/** The steps of the main job, and three that some people take beside it. */
export type Step = 'connect' | 'upload' | 'chat' | 'ask' | 'export' | 'cancel' | 'claim';

/** One job that is done with one fault in its way. */
export interface FaultCase {
  /** For people, and unique. */
  readonly name: string;
  readonly fault: Fault;
  /** The fault is laid in the way of this step. */
  readonly step: Step;
  /**
   * How the job begins: with the token that is there, with one that expired, or with none. `signedOutEarly`: the fault
   * strikes a connection that is being made, and the user signs out before it is.
   */
  readonly begins?: 'expired' | 'signedOut' | 'signedOutEarly';
  /** What the finished render lacks, so that the fallback address is asked. */
  readonly render?: 'withoutUrl' | 'deadUrl';
  /** The fault does not go away by itself, but after the first failure that it caused. */
  readonly stubborn?: true;
  /** What the user must be told, with a button that leads on. */
  readonly tells?: NemoErrorCode;
  /** The service's session is gone. `told`: the user must hear of it; `unnoticed`: the job may end before anybody asks. */
  readonly session?: 'told' | 'unnoticed';
}

type Harm = Omit<Fault, 'endpoint' | 'moment' | 'skip'>;
type Place = Pick<FaultCase, 'step' | 'begins' | 'render'> & {
  /** How many requests to the endpoint pass in this step before. */
  readonly skip?: number;
};

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

/** What never ends, or leads down without end. */
const endless: readonly Harm[] = [{ kind: 'drip', ms: 20 }, { kind: 'endless' }, { kind: 'deep' }];
const hints: Harm = { kind: 'hints', ms: 20 };

/** Answers that say «not done»: after the work they would be lies. */
const refusals: readonly Harm[] = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'code', code: 1001 },
  { kind: 'status', status: 401, code: 1001 },
  { kind: 'code', code: 5000 },
];

const slow: Harm = { kind: 'slow', ms: 20 };
/** A minute of the extension's own time. */
const outage: Harm = { kind: 'outage', ms: 600 };

const harms: Readonly<Record<FaultMoment, readonly Harm[]>> = {
  beforeRequest: [...silentOrGone, ...otherAnswers, ...refusals, slow, outage, hints],
  duringBody: [...silentOrGone, ...otherAnswers, ...refusals, slow, outage],
  beforeAnswer: [...silentOrGone, ...otherAnswers, { kind: 'duplicate' }, slow, outage, ...endless, hints],
  midAnswer: [
    ...([{ kind: 'reset' }, { kind: 'cut' }, { kind: 'stall' }, { kind: 'truncate' }, { kind: 'garbage' }] as const),
    ...([{ kind: 'duplicate' }, { kind: 'wrongLength' }, { kind: 'html' }, { kind: 'status', status: 500 }] as const),
    ...([{ kind: 'slow', ms: 2 }, outage, { kind: 'drip', ms: 20 }] as const),
  ],
  afterAnswer: [
    ...([{ kind: 'reset' }, { kind: 'cut' }, { kind: 'stall' }, { kind: 'garbage' }, { kind: 'duplicate' }] as const),
    ...([{ kind: 'wrongLength' }, { kind: 'html' }, slow] as const),
  ],
};

/** Faults that stay until somebody has to be told. */
const stubbornHarms: readonly Harm[] = [{ kind: 'refuse' }, { kind: 'status', status: 500 }, { kind: 'html' }];

/** Where these are tried; the others everywhere. */
const triedAt: Readonly<Partial<Record<FaultKind, readonly EndpointName[]>>> = {
  hints: ['createSession', 'upload', 'runSse', 'download'],
  endless: ['state', 'runSse', 'download'],
  deep: ['createSession', 'state', 'pollRender'],
};

/** A way of being cut off that comes again and again, as in a train. */
const againAndAgain: readonly (readonly [EndpointName, FaultMoment, Harm])[] = [
  ['download', 'midAnswer', { kind: 'cut', times: 6 }],
  ['download', 'midAnswer', { kind: 'reset', times: 6 }],
  ['download', 'midAnswer', { kind: 'stall', times: 3 }],
  ['download', 'midAnswer', { kind: 'outage', ms: 150, times: 4 }],
  ['download', 'beforeAnswer', { kind: 'refuse', times: 3 }],
  ['pollRender', 'beforeAnswer', { kind: 'outage', ms: 150, times: 4 }],
  ['pollRender', 'beforeRequest', { kind: 'outage', ms: 2500 }],
  ['runSse', 'midAnswer', { kind: 'outage', ms: 1500 }],
  ['submitRender', 'beforeAnswer', { kind: 'outage', ms: 150, times: 3 }],
];

/** Where each endpoint is met in the job. */
const places: Readonly<Record<EndpointName, readonly Place[]>> = {
  anonymousToken: [
    { step: 'connect', begins: 'expired' },
    { step: 'connect', begins: 'signedOut' },
  ],
  createSession: [{ step: 'connect' }],
  credits: [{ step: 'connect' }, { step: 'chat' }, { step: 'ask' }],
  upload: [{ step: 'upload' }],
  // The second look at the state of a turn comes after the answer.
  state: [{ step: 'upload' }, { step: 'chat' }, { step: 'chat', skip: 1 }, { step: 'ask' }, { step: 'export' }],
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

/** Tried at every place, since another piece of the product asks at each; of the others each fault has one place. */
const triedEverywhere: ReadonlySet<EndpointName> = new Set(['credits', 'state']);

const withBody: ReadonlySet<EndpointName> = new Set([
  'createSession',
  'runSse',
  'upload',
  'submitRender',
  'claimToken',
]);

/** Every case, those that sign out first: signing out goes through all the sessions that there are. */
export function faultCases(): FaultCase[] {
  const signsOut = ({ begins }: FaultCase) => Number(begins === 'signedOut' || begins === 'signedOutEarly');
  const early = caseOf(
    { endpoint: 'credits', moment: 'beforeAnswer', kind: 'stall' },
    { step: 'connect', begins: 'signedOutEarly' },
    {},
  );
  const cases = [early, ...passingFaults(), ...lostSessions(), ...firmRefusals()];
  return cases.sort((one, other) => signsOut(other) - signsOut(one));
}

/** Network and backend at their worst, once, again and again, or until somebody is told. */
function passingFaults(): FaultCase[] {
  const cases: FaultCase[] = [];
  let turn = 0;
  const add = (endpoint: EndpointName, moment: FaultMoment, harm: Harm, more: Pick<FaultCase, 'stubborn'> = {}) => {
    const all = places[endpoint];
    const chosen = triedEverywhere.has(endpoint) ? all : [all[turn++ % all.length]!];
    for (const place of chosen) cases.push(caseOf({ endpoint, moment, ...harm }, place, more));
  };
  for (const endpoint of endpointNames) {
    for (const [moment, kinds] of Object.entries(harms) as [FaultMoment, readonly Harm[]][]) {
      if (moment === 'duringBody' && !withBody.has(endpoint)) continue;
      for (const harm of kinds) if (isSensible(endpoint, harm)) add(endpoint, moment, harm);
    }
    for (const harm of stubbornHarms) {
      add(endpoint, 'beforeRequest', { ...harm, times: untilTold }, { stubborn: true });
    }
  }
  for (const [endpoint, moment, harm] of againAndAgain) add(endpoint, moment, harm);
  return cases;
}

/** The service does not know the session any more (1002), or says so, wherever a session is used. */
function lostSessions(): FaultCase[] {
  const cases: FaultCase[] = [];
  const denials: readonly Harm[] = [
    { kind: 'forget' },
    { kind: 'code', code: 1002 },
    { kind: 'status', status: 404, code: 1002 },
  ];
  for (const endpoint of ['upload', 'state', 'runSse', 'submitRender', 'claimToken'] as const) {
    for (const place of places[endpoint]) {
      for (const harm of denials) {
        // Behind the answer nobody asks again: it is seen as a refusal where it is really one.
        const isLie = harm.kind !== 'forget' && place.skip !== undefined;
        cases.push(
          caseOf({ endpoint, moment: 'beforeRequest', ...harm }, place, { session: isLie ? 'unnoticed' : 'told' }),
        );
      }
    }
  }
  const later: readonly (readonly [EndpointName, FaultMoment])[] = [
    ['createSession', 'afterAnswer'],
    ['upload', 'duringBody'],
    ['upload', 'afterAnswer'],
    ['state', 'afterAnswer'],
    ['runSse', 'midAnswer'],
    ['submitRender', 'afterAnswer'],
    ['pollRender', 'beforeRequest'],
    ['download', 'midAnswer'],
  ];
  for (const [endpoint, moment] of later) {
    for (const place of places[endpoint]) {
      cases.push(caseOf({ endpoint, moment, kind: 'forget' }, place, { session: 'unnoticed' }));
    }
  }
  for (const harm of denials.slice(1)) {
    const fault = { endpoint: 'pollRender', moment: 'beforeRequest', ...harm } as const;
    cases.push(caseOf(fault, { step: 'export' }, { session: 'unnoticed' }));
  }
  return cases;
}

/** No credits, not in the plan, not in the token's scopes: that does not pass, so the user must hear what helps. */
function firmRefusals(): FaultCase[] {
  const cases: FaultCase[] = [];
  const add = (endpoint: EndpointName, harm: Harm, tells: NemoErrorCode) => {
    for (const place of places[endpoint]) {
      const fault = { endpoint, moment: 'beforeRequest', ...harm, times: untilTold } as const;
      cases.push(caseOf(fault, place, { stubborn: true, ...(isQuiet(endpoint, place) ? {} : { tells }) }));
    }
  };
  for (const endpoint of ['createSession', 'upload', 'runSse', 'submitRender'] as const) {
    add(endpoint, { kind: 'code', code: 2001 }, 'noCredits');
    add(endpoint, { kind: 'status', status: 402, code: 2001 }, 'noCredits');
  }
  for (const endpoint of ['submitRender', 'pollRender', 'downloadFallback'] as const) {
    add(endpoint, { kind: 'status', status: 402 }, 'planForbidsExport');
    add(endpoint, { kind: 'code', code: 402 }, 'planForbidsExport');
  }
  for (const endpoint of endpointNames) {
    if (endpoint === 'anonymousToken' || endpoint === 'download') continue;
    add(endpoint, { kind: 'status', status: 403 }, 'scopeMissing');
    add(endpoint, { kind: 'code', code: 403 }, 'scopeMissing');
  }
  return cases;
}

/** Long enough for anybody. */
const untilTold = 500;

/** What is asked on the side is not missed: the credits behind a turn, the end of a render that nobody wants any more. */
function isQuiet(endpoint: EndpointName, { step }: Place): boolean {
  return endpoint === 'cancelRender' || (endpoint === 'credits' && step === 'chat');
}

function caseOf(fault: Fault, place: Place, more: Omit<Partial<FaultCase>, 'name' | 'fault' | 'step'>): FaultCase {
  const { skip = 0, ...where } = place;
  const { endpoint, moment, times = 1 } = fault;
  const name = [
    ...[endpoint, moment, describe(fault), place.step],
    ...(place.render === undefined ? [] : [place.render]),
    ...(place.begins === undefined ? [] : [place.begins]),
    ...(skip > 0 ? ['second'] : []),
    ...(more.stubborn ? ['for long'] : times > 1 ? [`${times} times`] : []),
  ].join(' ');
  return { name, fault: { ...fault, skip }, ...where, ...more };
}

/** What never ends is tried where most depends on it; a file is no JSON; and without a token none can be rejected. */
function isSensible(endpoint: EndpointName, harm: Harm): boolean {
  const where = triedAt[harm.kind];
  if (where !== undefined && !where.includes(endpoint)) return false;
  return harm.code !== 1001 || !['anonymousToken', 'download'].includes(endpoint);
}

function describe({ kind, status, code, retryAfterSeconds, ms }: Fault): string {
  const detail = [
    ...[code, status],
    retryAfterSeconds === undefined ? undefined : `after ${retryAfterSeconds} s`,
    kind === 'outage' ? `${ms} ms` : undefined,
  ];
  return [kind, ...detail.filter((each) => each !== undefined)].join(' ');
}

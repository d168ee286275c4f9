/** What the sandbox can be told from outside, and what it tells: the types of its border. */

/**
 * Form of the event stream. `mixed`: each session speaks one of the two, chosen by the seed. `interleaved`: both within
 * one stream.
 */
export type Dialect = 'simple' | 'adk' | 'mixed' | 'interleaved';

/** Form of the JSON answers: `{code,message,data}`, `{success,data}` or the bare object. `mixed`: by endpoint and session. */
export type AnswerForm = 'wrapped' | 'success' | 'bare' | 'mixed';

/** `free-export`: every plan may export. `no-export`: the render submit answers 402. */
export type Plan = 'free-export' | 'no-export';

/** What a token may do. */
export type Scope = 'read' | 'write' | 'upload' | 'render';

/** Answers that no document promises, and that some service may give all the same. */
export const oddAnswers = [
  /** Tokens and sessions say nothing but themselves: no user, no task, no end, no credits. A state names user and task. */
  'leanIds',
  /** Of these only the session names the user, … */
  'userInSession',
  /** … or nothing does. */
  'userNowhere',
  /** A render's submit is answered with `queued`, with a word that nobody knows, … */
  'queuedSubmit',
  'unknownSubmit',
  /** … without a status, with an id alone, or with nothing. */
  'noStatusSubmit',
  'onlyIdSubmit',
  'emptySubmit',
  /** A render goes on, ends well and ends badly in other words than the documents'. */
  'otherWords',
  /** A timeline on which nothing is yet has a state of `null`, of `{}`, or one without a draft. */
  'noState',
  /** Files come without their length. */
  'noLength',
  /** What is asked for behind a file's end is an empty 206. */
  'emptyRange',
] as const;
export type OddAnswer = (typeof oddAnswers)[number];

/** What the next turn does instead of leaving it to the dice; used up by one message. */
export type NextTurn =
  /** An edit that ends without a word; as the dice say with or without an `errorCode`. */
  | 'silent'
  /** The same, ending in `errorCode: "STOP"` or `"MODEL_RETURNED_NO_CONTENT"` (ADK form; the latter always with a message). */
  | 'silentStop'
  | 'silentNoContent'
  /** An answer in words. */
  | 'text'
  /** An answer that talks to a user of a graphical editor. */
  | 'gui'
  /** A normal answer with «I encountered a temporary issue» behind it. */
  | 'temporaryIssue'
  /** Ends without a word and without a change. */
  | 'unchanged'
  /** An error as JSON under HTTP 200 before any event; nothing is charged. */
  | 'errorJson'
  /** Some words, then a last event with an error; nothing changes, nothing is charged. */
  | 'midStreamError'
  /** The same; the error is written with its quotes as they are and its lines broken, so that it is no JSON. */
  | 'brokenError'
  /** The answer comes, and the stream stays open behind it. */
  | 'stayOpen'
  /** Ends without a word; the edit is on the timeline only {@link SandboxSettings.lateMs} after that. */
  | 'silentLate'
  /** A sentence, {@link SandboxSettings.lateMs} of nothing at all, and then the work and the answer. */
  | 'sentenceFirst'
  /**
   * The agent asks, and does what was wanted once the next message names one of the choices; nothing is charged for asking.
   * `question`: one question as the call's arguments. `questions`: several. `longRunning`: by a tool of another name, which
   * is listed as one that waits. `oddQuestion`: nothing that could be read as one.
   */
  | 'question'
  | 'questions'
  | 'longRunning'
  | 'oddQuestion'
  /** Nothing but heartbeats, until the stream's life ends or the listener goes; nothing changes. */
  | 'heartbeats';

/** What the next message is answered with, whatever it asked for: nothing changes, nothing is charged. */
export interface NextAnswer {
  /** `error`: as an event that says that something failed. */
  readonly kind: 'text' | 'error';
  readonly text: string;
}

/** What the next render does instead of coming out well; used up by one job. */
export type NextRender =
  /** Ends as `failed`. */
  | 'fail'
  /** Completes without `output.url`: only the fallback endpoint has the file. */
  | 'withoutUrl'
  /** Completes with an `output.url` that answers 404. */
  | 'deadUrl';

/** Everything that {@link Sandbox.configure} may change while the sandbox runs. */
export interface SandboxSettings {
  dialect: Dialect;
  answers: AnswerForm;
  /** Which odd answers are given. `mixed`: each of them half of the time, by dice. */
  oddAnswers: readonly OddAnswer[] | 'mixed';
  /** Where the dice for odd answers and strange or silent turns start, whatever the ids are; absent: at the sandbox's own seed. */
  oddSeed: number | undefined;
  /** Share of edits that end without a word, 0 to 1. */
  silentRate: number;
  /** Share of edits that are told late, or only after a question, 0 to 1. */
  strangeRate: number;
  /** How late, in ms. */
  lateMs: number;
  /** Share of the service's own thinking time that is really spent: 0 none, 1 like the service. */
  pace: number;
  nextTurn: NextTurn | undefined;
  nextAnswer: NextAnswer | undefined;
  nextRender: NextRender | undefined;
  /** What the service calls every file that is uploaded from now on; absent: as it came. */
  uploadName: string | undefined;
  /** Jobs stay `pending` while this is true. */
  holdRenders: boolean;
  /** False: the cancel endpoint does not exist (404). */
  cancelSupported: boolean;
  /** True: the fallback download answers 302 to another origin. */
  redirectDownloads: boolean;
  /** Scopes of every token. */
  scopes: readonly Scope[];
  /** New anonymous users that one address may have in seven days. */
  anonymousPerIp: number;
  /** Life of the anonymous tokens that are issued from now on, in ms. */
  tokenLifeMs: number;
  /** Pause between two heartbeats, in ms. */
  heartbeatMs: number;
  /** Longest life of an event stream, in ms. */
  streamLifeMs: number;
  /** Leave out `st` where a clip follows the one before it. */
  omitStarts: boolean | 'mixed';
  /** True: the same file is looked at once, and the same film made once. For those who do one thing hundreds of times. */
  reuseMediaWork: boolean;
}

/** Options of `startSandbox`. */
export interface SandboxOptions extends Partial<SandboxSettings> {
  /** Port of the API on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Port of the web app and of the files; 0, the default, takes a free one. */
  readonly webPort?: number;
  /** Folder for uploads and renders; default: a fresh temporary one, removed on close. */
  readonly dataDir?: string;
  /** Where the dice start; the same seed and the same requests give the same answers. */
  readonly seed?: number;
  /** Credits of a new user. */
  readonly credits?: number;
  /** Tokens of registered users that exist from the start. */
  readonly registered?: readonly string[];
}

/** The endpoints, as faults and records call them. */
export const endpointNames = [
  'anonymousToken',
  'createSession',
  'runSse',
  'upload',
  'credits',
  'state',
  'submitRender',
  'pollRender',
  'cancelRender',
  'download',
  'downloadFallback',
  'claimToken',
] as const;
export type EndpointName = (typeof endpointNames)[number];

export const faultMoments = ['beforeRequest', 'duringBody', 'beforeAnswer', 'midAnswer', 'afterAnswer'] as const;
/**
 * When a fault strikes. `beforeRequest`: the headers have come, nothing has been done. `duringBody`: amid the request's
 * body (without one: as `beforeRequest`). `beforeAnswer`: all is done, nothing has been answered. `midAnswer`: half of
 * the answer is out. `afterAnswer`: all of the body is out, the answer is not ended.
 */
export type FaultMoment = (typeof faultMoments)[number];

export const faultKinds = [
  'refuse',
  'reset',
  'stall',
  'status',
  'code',
  'html',
  'garbage',
  'truncate',
  'duplicate',
  'slow',
  'wrongLength',
  'cut',
  'outage',
  'forget',
  'drip',
  'hints',
  'endless',
  'deep',
] as const;
/**
 * What a fault does. `refuse`: the connection ends without a byte. `reset`: TCP reset. `cut`: the connection ends in
 * mid-answer. `stall`: nothing more comes (with `ms`: for so long). `status`: an HTTP status (`status`, default 500).
 * `code`: an error envelope under HTTP 200 (`code`, default 1001). `html`: a proxy's page (`status`, default 502).
 * `garbage`: bytes that mean nothing. `truncate`: part of the body, correctly framed. `duplicate`: the body twice.
 * `slow`: in small pieces, `ms` apart. `wrongLength`: a Content-Length that is not kept. `outage`: every connection ends, and
 * for `ms` (default 500) none is taken. `forget`: the service loses all its sessions, and goes on.
 * Of these three the answer never ends. `drip`: a byte every `ms` (default 500). `hints`: `103 Early Hints` every `ms`
 * (default 500) in place of an answer. `endless`: more and more behind its end, as fast as it is taken. `deep`: JSON of a
 * hundred thousand levels in the answer's stead.
 */
export type FaultKind = (typeof faultKinds)[number];

/** One fault to come. */
export interface Fault {
  readonly endpoint: EndpointName | '*';
  readonly moment: FaultMoment;
  readonly kind: FaultKind;
  /** HTTP status for `status` and `html`. */
  readonly status?: number | undefined;
  /** The envelope's `code` for `code`. */
  readonly code?: number | undefined;
  /** How many requests are struck; default 1. */
  readonly times?: number | undefined;
  /** How many requests pass unharmed before; default 0. */
  readonly skip?: number | undefined;
  /** The refusal's words, for `status` and `code`. */
  readonly message?: string | undefined;
  /** Sent as `Retry-After`, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** Milliseconds, for `stall`, `slow`, `outage`, `drip` and `hints`. */
  readonly ms?: number | undefined;
  /** Where in the body the fault strikes, in bytes; default: halfway. */
  readonly afterBytes?: number | undefined;
}

/** A request that the sandbox got. No token is in it. */
export interface RequestRecord {
  readonly endpoint: EndpointName | 'web' | 'unknown';
  /** `api`, or `web` for the origin of the web app and the files. */
  readonly origin: 'api' | 'web';
  readonly method: string;
  /** Path and query; claim tokens are left out. */
  readonly path: string;
  /** All but `authorization` and `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly hasAuthorization: boolean;
  readonly tokenKind: 'anonymous' | 'registered' | 'unknown' | 'none';
  /** Whose token came with it; `undefined` for nobody's that is known. */
  readonly userId: string | undefined;
  /** Bytes of the body that arrived. */
  readonly bodyBytes: number;
  /** Of the body, in hex, where it was read to its end; the files of uploads have their own in the answer. */
  readonly sha256: string | undefined;
  /** HTTP status; 0 where the connection ended without one. */
  readonly status: number;
  /** The fault that struck. */
  readonly fault: string | undefined;
  /** When it came, in ms since the epoch. */
  readonly atMs: number;
}

/** A message that `/run_sse` accepted (and charged where it costs). */
export interface MessageRecord {
  readonly sessionId: string;
  readonly text: string;
  readonly atMs: number;
}

export type RenderStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';

/** A render job. */
export interface RenderRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly status: RenderStatus;
  /** 0 to 100. */
  readonly progress: number;
  /** True where the draft that came is, byte for byte, one that a state answer of this session held. */
  readonly draftMatched: boolean;
  /** How often the submit came with this id. */
  readonly submits: number;
  readonly polls: number;
  /** How often the whole file or a part of it was asked for. */
  readonly downloads: number;
  /** What the renderer left out, in words. */
  readonly notes: readonly string[];
  readonly error: string | undefined;
  /** Of the finished file, in hex. */
  readonly sha256: string | undefined;
  readonly atMs: number;
}

/** A running sandbox. */
export interface Sandbox {
  /** The API's address. */
  readonly url: URL;
  /** The web app's address: claim and register pages, and the files; another origin than the API's. */
  readonly webUrl: URL;
  configure(patch: Partial<SandboxSettings>): void;
  addFault(fault: Fault): void;
  clearFaults(): void;
  readonly requests: readonly RequestRecord[];
  readonly messages: readonly MessageRecord[];
  readonly renders: readonly RenderRecord[];
  /** Makes every token that was issued invalid (1001). Registered ones too. */
  expireTokens(): void;
  /** Forgets the session (1002). */
  dropSession(id: string): void;
  /** Sets the available credits of a user, or of all and of those to come. */
  setCredits(userId: string, credits: number): void;
  setPlan(plan: Plan): void;
  /** Ends all connections and takes no new ones: they are refused. */
  goOffline(): Promise<void>;
  /** Takes connections again, on the same ports. */
  goOnline(): Promise<void>;
  /** Ends all connections and all media work, and removes the temporary folder. */
  close(): Promise<void>;
}

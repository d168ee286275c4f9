/** Where the plug is pulled for real. */
import type { EndpointName, Fault, FaultMoment } from '../sandbox/sandbox-options.ts';
import type { Step } from './fault-cases.ts';

/** What is killed as soon as an endpoint was asked (and the fault struck), or after a time. */
export interface KillCase {
  readonly name: string;
  /** The extension host alone, or the editor's whole server with it. */
  readonly what: 'host' | 'server';
  /** Where the job is by then; `any`: nobody knows. */
  readonly step: Step | 'any';
  readonly fault?: Fault;
  readonly endpoint?: EndpointName;
  /** Since the job began, in ms. */
  readonly afterMs?: number;
  /** Renders stay pending until the window is there again. */
  readonly holdRenders?: true;
  /** A second window of the same editor has work under way, and dies in the same moment. */
  readonly beside?: Beside;
}

/** Where a second window is when both are killed: it chats. */
export interface Beside {
  readonly endpoint: EndpointName;
  readonly fault: Fault;
  /** In the very session that the first window exports; otherwise in one of its own. */
  readonly sameSession?: true;
}

type Moment = Omit<KillCase, 'what'>;

const stalled = (endpoint: EndpointName, moment: FaultMoment): Fault => ({ endpoint, moment, kind: 'stall' });

/** Where it hurts most. */
const worst: readonly Moment[] = [
  {
    name: 'while the session is created',
    step: 'connect',
    endpoint: 'createSession',
    fault: stalled('createSession', 'beforeAnswer'),
  },
  { name: 'in mid-upload', step: 'upload', endpoint: 'upload', fault: stalled('upload', 'duringBody') },
  { name: 'in mid-turn', step: 'chat', endpoint: 'runSse', fault: stalled('runSse', 'midAnswer') },
  {
    name: 'when the render was submitted, before the answer',
    step: 'export',
    endpoint: 'submitRender',
    fault: stalled('submitRender', 'beforeAnswer'),
  },
  { name: 'in mid-render', step: 'export', endpoint: 'pollRender', holdRenders: true },
  { name: 'in mid-download', step: 'export', endpoint: 'download', fault: stalled('download', 'midAnswer') },
];

const between: readonly Moment[] = [
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
  {
    name: 'at the end of the download',
    step: 'export',
    endpoint: 'download',
    fault: stalled('download', 'afterAnswer'),
  },
];

const anyTime: readonly Moment[] = [40, 120, 200, 300, 450, 650].map((afterMs) => ({
  name: `after ${afterMs} ms`,
  step: 'any',
  afterMs,
}));

const inMidTurn: Beside = { endpoint: 'runSse', fault: stalled('runSse', 'midAnswer') };
const beforeAnswer: Beside = { endpoint: 'runSse', fault: stalled('runSse', 'beforeAnswer') };
const afterTurn: Beside = { endpoint: 'state', fault: { ...stalled('state', 'beforeAnswer'), skip: 1 } };
const inMidRender: Moment = { name: '', step: 'export', endpoint: 'pollRender', holdRenders: true };
const exporting = (endpoint: EndpointName, moment: FaultMoment): Moment => ({
  name: '',
  step: 'export',
  endpoint,
  fault: stalled(endpoint, moment),
});

/** One window exports, the other one chats. */
const atOnce: readonly Moment[] = [
  { ...inMidRender, name: 'in mid-render and in mid-turn', beside: inMidTurn },
  { ...exporting('download', 'midAnswer'), name: 'in mid-download and in mid-turn', beside: inMidTurn },
  {
    ...exporting('submitRender', 'beforeAnswer'),
    name: 'when render and message have arrived, before the answers',
    beside: beforeAnswer,
  },
  {
    ...inMidRender,
    name: 'in mid-render and in mid-turn of the same session',
    beside: { ...inMidTurn, sameSession: true },
  },
  {
    ...exporting('download', 'midAnswer'),
    name: 'in mid-download and after a turn of the same session, before the timeline is read',
    beside: { ...afterTurn, sameSession: true },
  },
  {
    ...exporting('download', 'afterAnswer'),
    name: 'at the end of the download and when a message of the same session has arrived',
    beside: { ...beforeAnswer, sameSession: true },
  },
];

export const killCases: readonly KillCase[] = [
  ...[...worst, ...between, ...anyTime].map((moment) => ({ ...moment, what: 'host' }) as const),
  ...worst.map((moment) => ({ ...moment, what: 'server' }) as const),
  ...atOnce.map((moment) => ({ ...moment, what: 'host' }) as const),
  ...atOnce.slice(1, 4).map((moment) => ({ ...moment, what: 'server' }) as const),
];

/** For people, and unique. */
export function killName({ what, name, beside }: KillCase): string {
  if (beside) return `${what === 'host' ? 'two extension hosts' : 'the editor with two windows'} killed ${name}`;
  return `${what === 'host' ? 'the extension host' : 'the editor'} killed ${name}`;
}

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

export const killCases: readonly KillCase[] = [
  ...[...worst, ...between, ...anyTime].map((moment) => ({ ...moment, what: 'host' }) as const),
  ...worst.map((moment) => ({ ...moment, what: 'server' }) as const),
];

/** For people, and unique. */
export function killName({ what, name }: KillCase): string {
  return `${what === 'host' ? 'the extension host' : 'the editor'} killed ${name}`;
}

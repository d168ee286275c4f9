/** Runs inside the extension host: does the whole job with each fault of the plan in its way. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import * as vscode from 'vscode';

import { command } from '../host/extension-under-test.ts';
import { sandbox } from '../host/sandbox-control.ts';
import { faultText } from '../sandbox/faults.ts';
import { nextCase } from './case-queue.ts';
import type { FaultCase, Step } from './fault-cases.ts';
import { killName, type KillCase } from './kill-cases.ts';
import { lookAtEverything, lookAtWindow, type FinalLook } from './final-look.ts';
import { GaveUp } from './patience.ts';
import { Person, type PersonOptions } from './person.ts';
import { placesOf, planPath } from './window-files.ts';
import type { Marks, Outcome, PickUp, Plan } from './plan.ts';

/** The editor's host offers no way to hand over arguments. */
const lanesFolder = process.env['NEMO_FAULTS_FOLDER'] ?? '';
/** Share of the edits that come late, or only after a question of the agent's. */
const strangeRate = 0.3;
/** How late, in ms of the machine's own time: more than a minute of the extension's. */
const lateMs = 700;
/** In so many cases somebody types into the page when the job is done. */
const typesInEvery = 5;

/** Called by the editor; where a kill is planned, it does not come back. */
export async function run(): Promise<void> {
  const plan = JSON.parse(readFileSync(planPath(lanesFolder, vscode.workspace.name ?? ''), 'utf8')) as Plan;
  try {
    await carryOut(plan);
  } catch (error) {
    // The editor would tell the page, in words that nobody reads.
    appendFileSync(plan.errors, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    throw error;
  }
}

async function carryOut(plan: Plan): Promise<void> {
  const tell = (outcome: Outcome) => appendFileSync(plan.report, `${JSON.stringify(outcome)}\n`);
  process.on('unhandledRejection', noteStray);
  process.on('uncaughtExceptionMonitor', noteStray);
  writeFileSync(plan.pidFile, String(process.pid));
  if (!plan.isSecond) {
    await sandbox.calm();
    await sandbox.configure({ anonymousPerIp: 1_000_000, silentRate: 0.3, oddAnswers: 'mixed' });
  }
  // Somebody looks on: what the panel shows is looked at after each job.
  await command('nemo.chatView.focus');
  if (plan.pickUp) tell(await (plan.isSecond ? pickUpBeside : pickUp)(plan, plan.pickUp));
  // What the window asks by itself must not be struck in the first job's stead.
  if (plan.casesUrl !== undefined) await command('nemo.connect', {});
  for (let number = plan.firstNumber; plan.casesUrl !== undefined; number++) {
    const each = await nextCase(plan.casesUrl);
    if (!each) break;
    tell(await tryFault(plan, each, number));
  }
  if (plan.kill) await (plan.isSecond ? beKilledBeside : beKilled)(plan, plan.kill.case, plan.kill.number);
}

/** Errors of the extension that nobody handled since the last case was told. */
const strays: string[] = [];

function noteStray(reason: unknown): void {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  // The editor's own are its own.
  if (/workbench\.cjs|extension\.cjs|NemoError/.test(text)) strays.push(`nobody handled: ${text}`);
}

async function tryFault(plan: Plan, each: FaultCase, number: number): Promise<Outcome> {
  const startedMs = Date.now();
  await sandbox.clearFaults();
  await sandbox.configure({
    nextRender: each.render ?? null,
    holdRenders: false,
    strangeRate,
    lateMs,
    oddAnswers: canBeTold(each) ? 'mixed' : [],
  });
  const marks = await sandbox.counts();
  const person = personFor(plan, number, marks, {
    mayLoseSession: each.session !== undefined,
    afterFailure: () => (each.stubborn ? sandbox.clearFaults() : Promise.resolve()),
  });
  const lay = async (step: Step) => {
    if (step === each.step) await sandbox.addFault(each.fault);
  };
  try {
    if (each.begins === 'expired') await sandbox.expireTokens();
    if (each.begins === 'signedOut') await command('nemo.signOut', {});
    if (each.begins === 'signedOutEarly') await signOutEarly(each);
    else await lay('connect');
    await person.newSession();
    await lay('upload');
    await person.upload();
    await lay('chat');
    await person.say();
    if (each.step === 'ask') {
      await lay('ask');
      await person.ask();
    }
    if (each.step === 'claim') {
      await lay('claim');
      await person.openInBrowser();
    }
    if (each.step === 'cancel') await person.exportAndCancel(() => lay('cancel'));
    await lay('export');
    await person.export();
    await person.untilReachable(() => sandbox.clearFaults());
    await lookAtEverything(person, finalLook(plan, number % typesInEvery === 0));
    if (each.tells !== undefined && !person.told.includes(each.tells)) {
      person.problems.push(`nobody said «${each.tells}»`);
    }
    if (each.session === 'told' && !person.knowsOfLoss) person.problems.push('nobody said that the session was gone');
  } catch (error) {
    noteEnd(person, error);
  }
  return outcomeOf(each.name, person, startedMs, await person.untilReachable(() => hasStruck(marks, each)));
}

/**
 * Whether what is wrong with a download shows though the service answers oddly: other bytes of the announced length do so
 * only where it says the right length when it is asked for more.
 */
function canBeTold({ fault: { endpoint, kind } }: FaultCase): boolean {
  const isDownload = endpoint === 'download' || endpoint === 'downloadFallback';
  return !isDownload || (kind !== 'garbage' && kind !== 'duplicate');
}

/** Signs out while the fault holds up the way to the service. */
async function signOutEarly({ fault }: FaultCase): Promise<void> {
  const { requests } = await sandbox.counts();
  await sandbox.addFault(fault);
  // Ends with the sign-out, however it ends.
  const connected = command('nemo.connect', {}).catch(() => undefined);
  const hasCome = async () => (await sandbox.requests(requests)).some(({ fault: struck }) => struck !== undefined);
  while (!(await hasCome())) await new Promise((resolve) => setTimeout(resolve, 5));
  await command('nemo.signOut', {});
  await connected;
}

/** Goes on until the runner kills this very process. */
async function beKilled(plan: Plan, each: KillCase, number: number): Promise<void> {
  const lay = async (step: Step) => {
    if (step !== each.step) return;
    if (each.fault) await sandbox.addFault(each.fault);
    if (each.holdRenders) await sandbox.configure({ holdRenders: true });
  };
  const marks = await sandbox.counts();
  const places = placesOf(plan.pidFile);
  writeFileSync(places.marks, JSON.stringify(marks));
  const person = personFor(plan, number, marks, inWindow(each, 'first'));
  await lay('connect');
  const { sessionId } = await person.newSession();
  writeFileSync(places.session, sessionId);
  await lay('upload');
  await person.upload();
  await lay('chat');
  await person.say();
  if (each.beside) await untilThere(places.go);
  await lay('export');
  await person.export();
  // Where all was done sooner than the kill came.
  await new Promise(() => undefined);
}

/** Chats while the first window exports, until the runner kills both. */
async function beKilledBeside(plan: Plan, each: KillCase, number: number): Promise<void> {
  const places = placesOf(plan.pidFile);
  const person = personFor(plan, number, await sandbox.counts(), inWindow(each, 'second'));
  const { beside } = each;
  if (!beside?.sameSession) {
    await person.newSession();
    await person.upload();
  }
  writeFileSync(places.ready, '');
  await untilThere(places.go);
  if (beside?.sameSession) await command('nemo.switchSession', await chatOf(plan, readFileSync(places.go, 'utf8')));
  const { sessionId } = await person.connect();
  writeFileSync(places.session, sessionId);
  // What was asked until here is none of the turn's.
  writeFileSync(places.marks, JSON.stringify(await sandbox.counts()));
  if (beside) await sandbox.addFault(beside.fault);
  await person.say();
  await new Promise(() => undefined);
}

/** Our name for a session of the service's. */
async function chatOf({ storage }: Plan, sessionId: string): Promise<string> {
  const folder = join(storage, 'sessions');
  for (const id of await readdir(folder)) {
    const text = await readFile(join(folder, id, 'session.json'), 'utf8').catch(() => '{}');
    if ((JSON.parse(text) as { sessionId?: string }).sessionId === sessionId) return id;
  }
  throw new Error('The session of the first window is not on the disk.');
}

async function untilThere(path: string): Promise<void> {
  while (!existsSync(path)) await delay(5);
}

/** The window is there again, and so is the person: what goes on by itself goes on, the rest is done by hand. */
async function pickUp(plan: Plan, { case: each, number, marks, sessionId }: PickUp): Promise<Outcome> {
  const startedMs = Date.now();
  const hadClip = each.step === 'chat' || each.step === 'export';
  const person = personFor(plan, number, marks, inWindow(each, 'first'));
  try {
    const shown = await person.connect();
    await person.idle();
    if (sessionId === undefined) await person.newSession();
    else if (shown.sessionId !== sessionId) person.problems.push('another session is shown than before');

    const hasClip = (await person.tracks()).tracks.length > 0;
    if (!hasClip && hadClip) person.problems.push('the session or its clip is gone');
    if (!hasClip && each.step === 'upload') await person.uploadAgain();
    else if (!hasClip) await person.upload();

    const hasSaid = (await person.chat()).messages.some(({ text }) => text === person.wish);
    if (hasSaid) await lookAtTurn(person);
    else if (hadClip) person.problems.push('the message is gone');
    else await person.say();

    if (await person.hasBegunExport()) await person.untilVideo();
    if (!(await person.hasVideo())) {
      const { transfers } = await person.chat();
      if (each.step === 'export' || transfers.some(({ kind }) => kind === 'render')) {
        person.problems.push(`the export was not picked up: ${transfers.map(({ phase }) => phase).join(', ')}`);
      }
      await person.export();
    }
    await lookAtEverything(person, finalLook(plan, true));
  } catch (error) {
    noteEnd(person, error);
  }
  return { ...outcomeOf(killName(each), person, startedMs, true), ...(each.beside ? { ofTwo: true } : {}) };
}

/** The second window is there again: its message is told of, and went once. */
async function pickUpBeside(plan: Plan, { case: each, number, marks, sessionId }: PickUp): Promise<Outcome> {
  const startedMs = Date.now();
  const person = personFor(plan, number, marks, inWindow(each, 'second'));
  try {
    const shown = await person.connect();
    await person.idle();
    if (shown.sessionId !== sessionId)
      person.problems.push('another session is shown in the second window than before');
    const hasSaid = (await person.chat()).messages.some(({ text }) => text === person.wish);
    if (hasSaid) await lookAtTurn(person);
    else person.problems.push('the message of the second window is gone');
    await lookAtWindow(person, finalLook(plan, true));
  } catch (error) {
    noteEnd(person, error);
  }
  return { ...outcomeOf(killName(each), person, startedMs, true), ...(each.beside ? { ofTwo: true } : {}) };
}

/** After a kill in a turn the message is there, what came of it is told, and it was not sent again. */
async function lookAtTurn(person: Person): Promise<void> {
  const { messages } = await person.chat();
  const said = messages.filter(({ role, text }) => role === 'user' && text === person.wish);
  if (said.length !== 1) person.problems.push(`the message is in the chat ${said.length} times`);
  const received = (await person.messages()).length;
  if (received > 1) person.problems.push(`the message was received ${received} times`);
  person.saidBefore(received);
  const answer = messages.findLast(({ role }) => role === 'assistant');
  if (received === 1 && answer?.state !== 'done') {
    person.problems.push(
      `the message had arrived, but its answer is ${answer?.state ?? 'not there'}: ${answer?.text ?? ''}`,
    );
  }
  if (received === 0) await person.say();
}

function personFor(plan: Plan, number: number, marks: Marks, more: Partial<PersonOptions> = {}): Person {
  return new Person({
    marks,
    clip: plan.clip,
    folder: join(plan.exports, String(number)),
    storage: plan.storage,
    number,
    mayLoseSession: false,
    afterFailure: () => Promise.resolve(),
    ...more,
  });
}

function inWindow({ beside }: Pick<KillCase, 'beside'>, window: 'first' | 'second'): Partial<PersonOptions> {
  return beside ? { inWindow: window } : {};
}

function finalLook({ pageUrl, storage, workspaces }: Plan, types: boolean): FinalLook {
  return { pageUrl, types, storages: [storage, workspaces] };
}

function outcomeOf(name: string, { problems, told }: Person, startedMs: number, struck: boolean): Outcome {
  return { name, struck, problems: [...problems, ...strays.splice(0)], told, ms: Date.now() - startedMs };
}

function noteEnd(person: Person, error: unknown): void {
  if (error instanceof GaveUp) return;
  person.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

async function hasStruck(marks: Marks, { fault }: FaultCase): Promise<boolean> {
  const requests = await sandbox.requests(marks.requests);
  return requests.some((request) => request.endpoint === fault.endpoint && request.fault === faultText(fault));
}

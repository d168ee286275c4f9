/** Runs inside the extension host: does the whole job with each fault of the plan in its way. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { command } from '../host/extension-under-test.ts';
import { sandbox } from '../host/sandbox-control.ts';
import { faultText } from '../sandbox/faults.ts';
import type { FaultCase, KillCase, Step } from './fault-cases.ts';
import { GaveUp, Person } from './person.ts';
import type { Marks, Outcome, PickUp, Plan } from './plan.ts';

/** The editor's host offers no way to hand over arguments. */
const planFile = process.env['NEMO_FAULTS_PLAN'] ?? '';

/** Called by the editor; where a kill is planned, it does not come back. */
export async function run(): Promise<void> {
  const plan = JSON.parse(readFileSync(planFile, 'utf8')) as Plan;
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
  await sandbox.calm();
  await sandbox.configure({ anonymousPerIp: 1_000_000, silentRate: 0.3 });
  if (plan.pickUp) tell(await pickUp(plan, plan.pickUp));
  let number = plan.firstNumber;
  for (const each of plan.cases) tell(await tryFault(plan, each, number++));
  if (plan.kill) await beKilled(plan, plan.kill.case, plan.kill.number);
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
  await sandbox.configure({ nextRender: each.render ?? null, holdRenders: false });
  const marks = await readMarks();
  const afterFailure = () => (each.stubborn ? sandbox.clearFaults() : Promise.resolve());
  const person = new Person({ marks, clip: plan.clip, folder: folderOf(plan, number), number, afterFailure });
  const lay = async (step: Step) => {
    if (step === each.step) await sandbox.addFault(each.fault);
  };
  try {
    if (each.begins === 'expired') await sandbox.expireTokens();
    if (each.begins === 'signedOut') await command('nemo.signOut', {});
    await lay('connect');
    await person.newSession();
    await lay('upload');
    await person.upload();
    await lay('chat');
    await person.say();
    if (each.step === 'claim') {
      await lay('claim');
      await person.openInBrowser();
    }
    if (each.step === 'cancel') await person.exportAndCancel(() => lay('cancel'));
    await lay('export');
    await person.export();
    await sandbox.clearFaults();
    await person.checkEverything();
  } catch (error) {
    noteEnd(person, error);
  }
  return {
    name: each.name,
    struck: await hasStruck(marks, each),
    problems: [...person.problems, ...strays.splice(0)],
    told: person.told,
    ms: Date.now() - startedMs,
  };
}

/** Goes on until the runner kills this very process. */
async function beKilled(plan: Plan, each: KillCase, number: number): Promise<void> {
  const lay = async (step: Step) => {
    if (step !== each.step) return;
    if (each.fault) await sandbox.addFault(each.fault);
    if (each.holdRenders) await sandbox.configure({ holdRenders: true });
  };
  const marks = await readMarks();
  writeFileSync(`${plan.pidFile}.marks`, JSON.stringify(marks));
  const folder = folderOf(plan, number);
  const person = new Person({ marks, clip: plan.clip, folder, number, afterFailure: () => Promise.resolve() });
  await lay('connect');
  const { sessionId } = await person.newSession();
  writeFileSync(`${plan.pidFile}.session`, sessionId);
  await lay('upload');
  await person.upload();
  await lay('chat');
  await person.say();
  await lay('export');
  await person.export();
  // Where all was done sooner than the kill came.
  await new Promise(() => undefined);
}

/** The window is there again, and so is the person: what goes on by itself goes on, the rest is done by hand. */
async function pickUp(plan: Plan, { case: each, number, marks, sessionId }: PickUp): Promise<Outcome> {
  const startedMs = Date.now();
  const folder = folderOf(plan, number);
  const person = new Person({ marks, clip: plan.clip, folder, number, afterFailure: () => Promise.resolve() });
  try {
    const shown = await person.connect();
    await person.idle();
    if (sessionId === undefined) await person.newSession();
    else if (shown.sessionId !== sessionId) person.problems.push('another session is shown than before');

    const hadClip = each.step === 'chat' || each.step === 'export';
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
    await person.checkEverything();
  } catch (error) {
    noteEnd(person, error);
  }
  const name = `killed ${each.name}`;
  return {
    name,
    struck: true,
    problems: [...person.problems, ...strays.splice(0)],
    told: person.told,
    ms: Date.now() - startedMs,
  };
}

/** After a kill in a turn the message is there, what came of it is told, and it was not sent again. */
async function lookAtTurn(person: Person): Promise<void> {
  const { messages } = await person.chat();
  const said = messages.filter(({ role, text }) => role === 'user' && text === person.wish);
  if (said.length !== 1) person.problems.push(`the message is in the chat ${said.length} times`);
  const received = (await person.messages()).length;
  if (received > 1) person.problems.push(`the message was received ${received} times`);
  const answer = messages.findLast(({ role }) => role === 'assistant');
  if (received === 1 && answer?.state !== 'done') {
    person.problems.push(
      `the message had arrived, but its answer is ${answer?.state ?? 'not there'}: ${answer?.text ?? ''}`,
    );
  }
  if (received === 0) await person.say();
}

function noteEnd(person: Person, error: unknown): void {
  if (error instanceof GaveUp) return;
  person.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

async function hasStruck(marks: Marks, { fault }: FaultCase): Promise<boolean> {
  const requests = await sandbox.requests(marks.requests);
  return requests.some((request) => request.endpoint === fault.endpoint && request.fault === faultText(fault));
}

async function readMarks(): Promise<Marks> {
  const counts = await sandbox.counts();
  return counts;
}

function folderOf(plan: Plan, number: number): string {
  return join(plan.exports, String(number));
}

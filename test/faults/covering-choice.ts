/** Which faults are tried where there is no time for all of them. */
import { SeededRandom } from '../sandbox/seeded-random.ts';
import type { FaultCase } from './fault-cases.ts';

/**
 * Chooses at most `most` of the cases, in their order, so that every endpoint is met at each of its moments, with each kind
 * of fault and in each step of the job, every kind of fault at each of its moments, and everything that the user must be
 * told at each endpoint. The same seed chooses the same cases; another one chooses others of the same worth.
 */
export function coveringChoice(cases: readonly FaultCase[], most: number, seed: number): FaultCase[] {
  const random = new SeededRandom(seed);
  const waiting = shuffled(cases, random).map((each) => ({ each, features: featuresOf(each) }));
  const covered = new Set<string>();
  const chosen = new Set<FaultCase>();
  while (chosen.size < most && waiting.length > 0) {
    let best = 0;
    let mostNew = -1;
    for (const [index, { features }] of waiting.entries()) {
      const isNew = features.filter((feature) => !covered.has(feature)).length;
      if (isNew > mostNew) [best, mostNew] = [index, isNew];
    }
    const [next] = waiting.splice(best, 1);
    if (!next) break;
    chosen.add(next.each);
    for (const feature of next.features) covered.add(feature);
  }
  return cases.filter((each) => chosen.has(each));
}

/** What a choice wants to have tried at least once: pairs, since most faults of a program come of two things that meet. */
export function featuresOf({ fault, step, begins, render, session, tells, stubborn }: FaultCase): string[] {
  const { endpoint, moment, kind, status, code, skip = 0, times = 1 } = fault;
  const what = [kind, status, code].filter((part) => part !== undefined).join(' ');
  return [
    `${endpoint} ${moment}`,
    `${endpoint} ${kind}`,
    `${moment} ${kind}`,
    what,
    `${endpoint} in ${step}${skip > 0 ? ' again' : ''}`,
    ...(begins === undefined ? [] : [`${endpoint} begins ${begins}`]),
    ...(render === undefined ? [] : [`${endpoint} ${render}`]),
    ...(session === undefined ? [] : [`${endpoint} session ${session}`]),
    ...(tells === undefined ? [] : [`${endpoint} tells ${tells}`]),
    ...(stubborn === undefined && times === 1 ? [] : [`${endpoint} for long`]),
  ];
}

function shuffled<T>(list: readonly T[], random: SeededRandom): T[] {
  return list
    .map((one) => ({ one, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

import type { OddAnswer, SandboxSettings } from './sandbox-options.ts';
import { SeededRandom } from './seeded-random.ts';

/** True where this answer is to be an odd one; by dice for `label`, always the same there. */
export function isOdd(
  kind: OddAnswer,
  settings: Readonly<SandboxSettings>,
  random: SeededRandom,
  label: string,
): boolean {
  const { oddAnswers } = settings;
  return oddAnswers === 'mixed'
    ? oddDice(settings, random, `odd ${kind} ${label}`).chance(0.5)
    : oddAnswers.includes(kind);
}

/** The dice for `label`. Those of a seed that was asked for do not heed the ids in it, which are others each time. */
export function oddDice({ oddSeed }: Readonly<SandboxSettings>, random: SeededRandom, label: string): SeededRandom {
  if (oddSeed === undefined) return random.fork(label);
  return new SeededRandom(oddSeed).fork(label.replaceAll(/\b[\w-]{16,}\b/g, ''));
}

/** The values of an answer that says nothing beyond `kept`: the rest is left out, or null. */
export function lean(
  data: Readonly<Record<string, unknown>>,
  kept: string,
  random: SeededRandom,
): Readonly<Record<string, unknown>> {
  const asNull = random.chance(0.5);
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => (key === kept ? [[key, value]] : asNull ? [[key, null]] : [])),
  );
}

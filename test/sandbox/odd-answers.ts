import type { OddAnswer, SandboxSettings } from './sandbox-options.ts';
import type { SeededRandom } from './seeded-random.ts';

/** True where this answer is to be an odd one; by dice for `label`, always the same there. */
export function isOdd(
  kind: OddAnswer,
  { oddAnswers }: Readonly<SandboxSettings>,
  random: SeededRandom,
  label: string,
): boolean {
  return oddAnswers === 'mixed' ? random.fork(`odd ${kind} ${label}`).chance(0.5) : oddAnswers.includes(kind);
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

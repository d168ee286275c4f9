import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { allProtections } from '../../protections/all-protections.ts';
import { layerOf, titlesIn, without } from '../../protections/protection.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

describe('The table of protections', () => {
  it('names each once', () => {
    const names = allProtections.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
    );
  });

  for (const protection of allProtections) {
    const { name, file, tests, only } = protection;
    it(`knows where this is, and a test for it: ${name}`, () => {
      const text = textOf(file);
      assert.notEqual(without(protection, text), text);
      assert.ok(layerOf(protection));
      assert.ok(
        only !== '' && titlesIn(textOf(tests)).some((title) => title.includes(only)),
        `${tests} has no test «${only}»`,
      );
    });
  }
});

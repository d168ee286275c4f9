import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

describe('The table of threats', () => {
  const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const rows = text
    .slice(text.indexOf('## Threats'))
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').slice(1, -1));

  it('has a test for each', () => {
    assert.ok(rows.length >= 15);
    for (const [who = '', what = '', stops = '', tests = ''] of rows) {
      for (const cell of [who, what, stops]) assert.notEqual(cell.trim(), '');
      const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
      assert.ok(files.length > 0, `no test stops: ${what}`);
      for (const file of files) {
        assert.match(readFileSync(join(root, file), 'utf8'), /\bit\(/, `${file}, which is to stop: ${what}`);
      }
    }
  });
});

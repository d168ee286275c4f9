import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { installedFaults } from '../../.ci/lock-file-faults.ts';
import { installVsCode } from '../setup/vscode-host.ts';

const pins = join(import.meta.dirname, '..', 'setup', 'code-server');

describe('The editor that the tests drive', () => {
  it('is installed as its lock files say, it and the VS Code in it', async () => {
    const { codeServer, server } = await installVsCode();
    const own = join(dirname(codeServer), '..', '..', '..', '.package-lock.json');
    const inner = join(dirname(server), '..', 'node_modules', '.package-lock.json');
    const installed: readonly (readonly [string, string])[] = [
      [own, 'package-lock.json'],
      [inner, join('vscode', 'package-lock.json')],
    ];
    for (const [path, lock] of installed) {
      const packages = await readJson(path);
      assert.ok(Object.keys(packages.packages).length > 100, path);
      assert.deepEqual(installedFaults(await readJson(join(pins, lock)), packages), []);
    }
  });
});

async function readJson(path: string): Promise<{ packages: object }> {
  return JSON.parse(await readFile(path, 'utf8')) as { packages: object };
}

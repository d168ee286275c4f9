import assert from 'node:assert/strict';
import { join } from 'node:path';

import { listFiles, PackageManager } from '@vscode/vsce';

describe('The package', () => {
  it('ships what runs and what people read, and nothing else', async () => {
    const cwd = join(import.meta.dirname, '..', '..', '..');
    const files = await listFiles({ cwd, packageManager: PackageManager.None });
    const meant =
      /^(?:dist\/[\w.-]+|media\/.+|l10n\/.+|package(?:\.nls(?:\.[\w-]+)?)?\.json|readme\.md|changelog\.md|license(?:\.txt)?)$/i;
    assert.deepEqual(
      files.filter((file) => !meant.test(file)),
      [],
    );
    for (const file of ['package.json', 'README.md', 'LICENSE', 'l10n/bundle.l10n.zh-cn.json']) {
      assert.ok(files.includes(file), file);
    }
  });
});

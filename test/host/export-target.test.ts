import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as vscode from 'vscode';

import { chooseExportTarget } from '../../src/editor/export-target.ts';

describe('The place that an export is given', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nemo-target-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is one name in that folder, whatever the session is called', async () => {
    for (const name of ['../../etc/passwd', '..\\..\\x', '/etc/passwd', '.ssh', 'con', 'a\u202e4pm.exe', 'a\nb']) {
      for (const wanted of [undefined, { uri: vscode.Uri.file(folder), isByPerson: true }]) {
        const { folder: to, fileName } = await chooseExportTarget(wanted, folder, name);
        assert.equal(to.fsPath, folder);
        assert.doesNotMatch(fileName, /[/\\\n\u202e]|^\.|^con\./, JSON.stringify(fileName));
        assert.match(fileName, /\.mp4$/);
      }
    }
  });

  it('is one name that every system takes, whatever the target is called', async () => {
    for (const name of ['con.mp4', 'a\u202e4pm.mp4', 'a:b.mp4', '.hidden.mp4', 'back\\slash.mp4']) {
      const uri = vscode.Uri.file(folder).with({ path: `${folder}/${name}` });
      const { folder: to, fileName } = await chooseExportTarget({ uri, isByPerson: true }, folder, 'Talk');
      assert.equal(to.fsPath, folder);
      assert.doesNotMatch(fileName, /[/\\:\u202e]|^\.|^con\./, JSON.stringify(fileName));
    }
  });
});

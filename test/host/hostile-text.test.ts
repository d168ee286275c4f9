import assert from 'node:assert/strict';

import type * as vscode from 'vscode';

import type { ChatResult } from '../../src/editor/chat-result.ts';
import type { TracksResult } from '../../src/editor/commands/show-tracks.ts';
import type { UploadResult } from '../../src/editor/commands/upload.ts';
import type { ProjectNode } from '../../src/editor/tree/project-node.ts';
import { clip, command, extension, failure } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

/** Half a link, an icon, and a mark that turns around what follows. */
const hostile = '\u202e[x](command:nemo.showLog) $(smiley)\u0007';
const plain = '[x] (command:nemo.showLog) $ (smiley)';

async function items(parent?: ProjectNode): Promise<vscode.TreeItem[]> {
  const { tree } = extension().exports;
  const found: vscode.TreeItem[] = [];
  for (const node of (await tree.getChildren(parent)) ?? []) {
    found.push(await tree.getTreeItem(node), ...(await items(node)));
  }
  return found;
}

describe('Text of a hostile service', () => {
  before(async () => {
    await sandbox.calm();
    await command('nemo.newSession', {});
    await sandbox.configure({ uploadName: `${hostile}.mp4` });
  });
  after(() => sandbox.calm());
  afterEach(() => sandbox.clearFaults());

  it('is plain in what commands resolve with, since their callers show it', async () => {
    const [file] = await command<UploadResult[]>('nemo.upload', clip('talk.mp4'));
    assert.equal(file?.name, `${plain} .mp4`);
    const { tracks, summary } = await command<TracksResult>('nemo.showTracks', {});
    const title = tracks[0]?.clips[0]?.title ?? '';
    assert.equal(title, plain);
    assert.doesNotMatch(summary, /\]\(|\u202e/);
    const answer = await command<ChatResult>('nemo.chat', 'what is on the timeline?');
    assert.doesNotMatch(JSON.stringify(answer), /\]\(command|\$\(|\u202e/);
    assert.deepEqual(await command('nemo.renameSession', hostile), { name: plain });
  });

  it('is plain in what commands reject with', async () => {
    await sandbox.addFault({
      endpoint: 'credits',
      moment: 'beforeRequest',
      kind: 'status',
      status: 400,
      message: `Please ${hostile}`,
    });
    const { message } = await failure(command('nemo.showCredits', {}));
    assert.ok(message.includes(`“Please ${plain}”`), message);
  });

  it('is plain in every row of the tree, whatever part of it is read', async () => {
    const all = await items();
    assert.ok(all.filter(({ label }) => JSON.stringify(label).includes('showLog')).length >= 2, 'a file and a clip');
    for (const { label, description, tooltip, accessibilityInformation } of all) {
      for (const text of [label, description, tooltip, accessibilityInformation?.label]) {
        if (text === undefined) continue;
        assert.ok(typeof text === 'string');
        assert.doesNotMatch(text, /\]\(|\$\(|(?!\n)\p{Cc}|\u202e/u);
      }
    }
  });
});

import assert from 'node:assert/strict';

import type * as vscode from 'vscode';

import type { ProjectNode } from '../../src/editor/tree/project-node.ts';
import { clip, command, extension } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

async function rows(parent?: ProjectNode): Promise<{ node: ProjectNode; item: vscode.TreeItem }[]> {
  const { tree } = extension().exports;
  const nodes = (await tree.getChildren(parent)) ?? [];
  return Promise.all(nodes.map(async (node) => ({ node, item: await tree.getTreeItem(node) })));
}

const labels = async (parent?: ProjectNode) => (await rows(parent)).map(({ item }) => item.label);

describe('The project tree', () => {
  before(async () => {
    await sandbox.calm();
    await command('nemo.newSession', {});
  });

  it('has tracks, media and render jobs', async () => {
    assert.deepEqual(await labels(), ['Tracks', 'Media', 'Render jobs']);
  });

  it('shows tracks with their clips, media and jobs, each with icon and tooltip', async () => {
    await command('nemo.upload', clip('talk.mp4'));
    await command('nemo.chat', 'add a title "Tree"');
    await command('nemo.export', {});
    const [tracks, media, jobs] = await rows();
    const [video, ...others] = await rows(tracks?.node);
    assert.ok(tracks && media && jobs && video && others.length > 0);
    assert.equal((await rows(video.node)).length, 1);
    assert.deepEqual(await labels(media.node), ['talk.mp4']);
    const [job] = await rows(jobs.node);
    assert.ok(job);
    assert.match(job.item.label as string, /\.mp4$/);
    assert.match(job.item.contextValue ?? '', /\bopenable\b.*\brevealable\b/);
    for (const { item } of [tracks, media, jobs, video, job]) {
      assert.ok(item.iconPath && item.tooltip && item.id && item.contextValue, item.id);
    }
    assert.equal(extension().exports.tree.getParent?.(video.node), tracks.node);
  });

  it('names only the rows that changed', async () => {
    const changed: (ProjectNode | undefined)[] = [];
    const listener = extension().exports.onDidChangeTree((node) => {
      changed.push(node);
    });
    await command('nemo.refresh', {});
    assert.deepEqual([...changed], [], 'nothing changed');
    await command('nemo.chat', 'add a title "Another"');
    listener.dispose();
    const [tracks, media, jobs] = (await rows()).map(({ node }) => node);
    assert.notDeepEqual(changed, []);
    assert.ok(!changed.includes(undefined) && !changed.includes(media) && !changed.includes(jobs));
    assert.ok(changed.every((node) => node === tracks || node?.parent === tracks));
  });

  it('takes a job that is over out of the list, and leaves the video', async () => {
    const [, , jobs] = await rows();
    const [job] = await rows(jobs?.node);
    await command('nemo.removeTransfer', job?.node);
    const [, , left] = await rows();
    assert.deepEqual(await labels(left?.node), []);
  });
});

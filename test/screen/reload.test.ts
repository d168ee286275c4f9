import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { isAlive } from '../../src/editor/living-process.ts';
import { eventually } from '../setup/eventually.ts';
import { type OpenEditor, openEditor } from './open-editor.ts';

describe('A reload in the middle', () => {
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('reload', { sandbox: { silentRate: 0 } });
    const { window } = editor;
    await window.chooseInExplorer('talk.mp4', 'Upload to Nemo');
    await window.show('Nemo');
    await window.chat.timelineLine.filter({ hasText: /1 track/ }).waitFor();
  });
  after(() => editor.close());

  /** Resolves when a session's file holds `text`: within a second, where the editor itself takes many. */
  const onDisk = (text: string) => {
    const sessions = join(editor.server.userData, 'User', 'globalStorage', 'nemo-vscode.nemo-vscode', 'sessions');
    return eventually(async () => {
      for (const id of await readdir(sessions)) {
        const record = await readFile(join(sessions, id, 'session.json'), 'utf8').catch(() => '');
        if (record.includes(text)) return true;
      }
      return false;
    });
  };

  it('keeps the chat, the timeline and what was being written', async () => {
    const { window } = editor;
    const { chat } = window;
    await chat.say('add a title "Before the reload" for the first 2 seconds');
    await chat.answer(0);
    await chat.timelineLine.filter({ hasText: /2 tracks/ }).waitFor();
    const before = { said: await chat.said.allInnerTexts(), facts: await chat.timelineFacts() };
    await chat.composer.fill('half a sentence');

    await onDisk('half a sentence');
    await window.reload();
    await window.show('Nemo');
    await chat.endedAnswers.first().waitFor();
    await editor.shot('after');
    assert.deepEqual(await chat.said.allInnerTexts(), before.said);
    assert.deepEqual(await chat.timelineFacts(), before.facts);
    assert.equal(await chat.composer.inputValue(), 'half a sentence');
  });

  it('keeps the token: nobody new is made at the service', async () => {
    const { window, sandbox } = editor;
    await window.runCommand('Nemo: Show Credits');
    await window.statusItem(/\d+/).filter({ hasText: /\d/ }).first().waitFor();
    assert.equal(sandbox.requests.filter(({ endpoint }) => endpoint === 'anonymousToken').length, 1);
  });

  it('keeps what is being written in each session, and brings it back with the session', async () => {
    const { window } = editor;
    const { chat } = window;
    /** The session was chosen, and the chat has the focus, which closes whatever list is open. */
    const isBack = (text: string) =>
      eventually(
        async () =>
          (await chat.composer.inputValue()) === text &&
          (await window.page.evaluate(() => document.activeElement?.localName === 'iframe')),
      );
    await window.runCommand('Nemo: New Session');
    await chat.frame.getByText('half a sentence').waitFor({ state: 'detached' });
    await eventually(async () => (await chat.composer.inputValue()) === '');
    await chat.composer.fill('for the new one');
    await window.runCommand('Nemo: Switch Session…');
    await window.quickRow('Before the reload').click();
    await isBack('half a sentence');
    await window.runCommand('Nemo: Switch Session…');
    await window.quickRow('New Session').click();
    await isBack('for the new one');
  });

  it('asks before a session is deleted from the list of sessions, and goes on without it', async () => {
    const { window } = editor;
    const { chat } = window;
    await window.runCommand('Nemo: Switch Session…');
    const row = window.quickRow('New Session');
    const remove = async () => {
      await row.hover();
      await row.getByRole('button', { name: 'Delete Session…' }).click();
    };
    await remove();
    const question = window.page.getByRole('dialog').filter({ hasText: 'Delete “New Session”?' });
    await question.waitFor();
    await editor.shot('delete-asked');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await row.waitFor();
    await remove();
    await question.getByRole('button', { name: 'Delete', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    await editor.shot('deleted');
    await window.quickRow('Before the reload').click();
    await eventually(async () => (await chat.composer.inputValue()) === 'half a sentence');
    await chat.said.filter({ hasText: 'Before the reload' }).waitFor();
    await chat.composer.fill('');
  });

  it('lets the session that is to be deleted be chosen, in the palette’s way to it', async () => {
    const { window } = editor;
    const { chat } = window;
    await window.runCommand('Nemo: New Session');
    await eventually(async () => (await chat.said.count()) === 0);
    await chat.say('credits');
    await chat.answer(0);
    await window.runCommand('Nemo: Delete Session…');
    await window.quickRow('Before the reload').waitFor();
    await editor.shot('delete-which');
    await window.quickRow('credits').click();
    const question = window.page.getByRole('dialog').filter({ hasText: 'Delete “credits”?' });
    await question.getByRole('button', { name: 'Delete', exact: true }).click();
    await chat.said.filter({ hasText: 'credits' }).waitFor({ state: 'detached' });
    await window.runCommand('Nemo: Switch Session…');
    assert.equal(await window.quickRow('credits').count(), 0);
    await window.quickRow('Before the reload').click();
    await chat.said.filter({ hasText: 'Before the reload' }).waitFor();
  });

  it('in mid-turn loses no message, sends none twice, and brings the change', async function () {
    this.timeout(120_000);
    const { window, sandbox } = editor;
    const { chat } = window;
    const sentBefore = sandbox.messages.length;
    // The work is done at the service, and the answer never comes.
    sandbox.addFault({ endpoint: 'runSse', moment: 'midAnswer', kind: 'stall' });
    await chat.say('add a title "During the reload" for the first 2 seconds');
    await chat.button('Stop').waitFor();
    await eventually(() => sandbox.messages.length === sentBefore + 1);

    await window.reload();
    await window.show('Nemo');
    await chat.said.filter({ hasText: 'During the reload' }).waitFor();
    await editor.shot('mid-turn');
    await chat.log.getByText('During the reload').last().waitFor();
    const answer = await chat.answer(1, 90_000);
    await editor.shot('mid-turn-recovered');
    assert.match(await answer.innerText(), /During the reload/);
    assert.equal(sandbox.messages.length, sentBefore + 1);
  });

  it('in mid-export, with Nemo out of sight: asks nothing of the service, and ends in the video once somebody says so', async function () {
    this.timeout(120_000);
    const { window, sandbox, server } = editor;
    sandbox.configure({ holdRenders: true });
    await window.page.getByRole('button', { name: 'Export Video…' }).first().click();
    await window.quickInput.waitFor();
    const path = await window.acceptPath();
    await eventually(() => sandbox.requests.some(({ endpoint }) => endpoint === 'pollRender'));
    await window.activity('Search').click();
    await window.untilStored('"workbench.view.search"');

    // The extension host, which is all that works on it.
    const renders = join(server.userData, 'User', 'globalStorage', 'nemo-vscode.nemo-vscode', 'renders');
    const lock = (await readdir(renders)).find((name) => name.endsWith('.lock')) ?? assert.fail('nobody works on it');
    const { pid } = JSON.parse(await readFile(join(renders, lock), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await eventually(() => !isAlive(pid));
    sandbox.configure({ holdRenders: false });
    const requestsBefore = sandbox.requests.length;
    await window.reload();
    const question = window.notifications.filter({ hasText: `The export of “${basename(path)}” was cut off.` });
    await question.waitFor();
    await editor.shot('cut-off-export');
    assert.deepEqual(sandbox.requests.slice(requestsBefore), []);
    assert.equal(await window.chat.composer.isVisible(), false);
    await assert.rejects(stat(path), { code: 'ENOENT' });

    await question.getByRole('button', { name: 'Go On' }).click();
    await window.notifications.filter({ hasText: 'is ready' }).waitFor({ timeout: 60_000 });
    await window.chat.composer.waitFor();
    await editor.shot('cut-off-export-done');
    assert.ok((await stat(path)).size > 0);
    assert.equal(sandbox.renders.filter(({ submits }) => submits > 0).length, 1);
  });
});

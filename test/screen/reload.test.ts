import assert from 'node:assert/strict';

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

  it('keeps the chat, the timeline and what was being written', async () => {
    const { window } = editor;
    const { chat } = window;
    await chat.say('add a title "Before the reload" for the first 2 seconds');
    await chat.answer(0);
    await chat.timelineLine.filter({ hasText: /2 tracks/ }).waitFor();
    const before = { said: await chat.said.allInnerTexts(), facts: await chat.timelineFacts() };
    await chat.composer.fill('half a sentence');
    await window.untilStored('half a sentence');

    await window.reload();
    await window.show('Nemo');
    await chat.endedAnswers.first().waitFor();
    await editor.shot('after');
    assert.deepEqual(await chat.said.allInnerTexts(), before.said);
    assert.deepEqual(await chat.timelineFacts(), before.facts);
    assert.equal(await chat.composer.inputValue(), 'half a sentence');
    await chat.composer.fill('');
  });

  it('keeps the token: nobody new is made at the service', async () => {
    const { window, sandbox } = editor;
    await window.runCommand('Nemo: Show Credits');
    await window.statusItem(/\d+/).filter({ hasText: /\d/ }).first().waitFor();
    assert.equal(sandbox.requests.filter(({ endpoint }) => endpoint === 'anonymousToken').length, 1);
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
});

import assert from 'node:assert/strict';

import { type OpenEditor, openEditor } from './open-editor.ts';

describe('The command palette', () => {
  let editor: OpenEditor;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('palette');
  });
  after(() => editor.close());

  const forPeople = [
    'Connect',
    'Sign In with an API Token…',
    'Sign Out',
    'Upload to Nemo',
    'Open Chat',
    'Export Video…',
    'Show Tracks',
    'Show Credits',
    'New Session',
    'Select Skill…',
    'Open in Browser',
  ];

  for (const title of forPeople) {
    it(`finds «Nemo: ${title}»`, async () => {
      const rows = await editor.window.palette(`Nemo: ${title}`);
      await rows
        .filter({ hasText: `Nemo: ${title}` })
        .first()
        .waitFor();
      await editor.window.dismiss();
    });
  }

  it('keeps what only works on an item of the tree to the tree', async () => {
    const { window } = editor;
    for (const [typed, there] of [
      ['Nemo: C', 'Nemo: Connect'],
      ['Nemo: Re', 'Nemo: Rename Session…'],
    ] as const) {
      const rows = await window.palette(typed);
      await rows.filter({ hasText: there }).waitFor();
      await editor.shot(`commands-${typed.slice(-1)}`);
      const titles = await rows.allInnerTexts();
      assert.ok(
        !titles.some((title) => /Cancel|Remove from List|Reveal File|Try Again/.test(title)),
        titles.join('\n'),
      );
      await window.dismiss();
    }
  });

  it('connects by «Show Credits», asks nothing, and shows 100 credits in the status bar', async () => {
    const { window, sandbox } = editor;
    await window.runCommand('Nemo: Show Credits');
    await window.statusItem(/100/).waitFor();
    assert.equal(sandbox.requests.filter(({ endpoint }) => endpoint === 'anonymousToken').length, 1);
    await editor.shot('credits');
  });

  it('lets one choose among the three skills', async () => {
    const { window } = editor;
    await window.runCommand('Nemo: Select Skill…');
    const rows = window.page.locator('.quick-input-list').getByRole('option');
    for (const skill of ['Video Writer', 'AI Video Editor Generative', 'Video Editing with Lightroom']) {
      await rows.filter({ hasText: skill }).waitFor();
    }
    await rows.filter({ hasText: 'Video Writer' }).click();
    await window.runCommand('Nemo: New Session');
    await editor.shot('skill');
  });
});

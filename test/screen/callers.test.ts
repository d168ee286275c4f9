import assert from 'node:assert/strict';
import { copyFile, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { eventually } from '../setup/eventually.ts';
import { type OpenEditor, openEditor } from './open-editor.ts';
import { Stranger } from './stranger/stranger.ts';

interface Connected {
  readonly anonymous: boolean;
  readonly userId: string;
  readonly skill: string;
}

/** What Nemo keeps for all windows, of the editor whose state `userData` holds. */
const storageOf = (userData: string) => join(userData, 'User', 'globalStorage', 'nemo-vscode.nemo-vscode');

describe('When another extension calls', function () {
  this.timeout(60_000);
  let editor: OpenEditor;
  let stranger: Stranger;
  let outside: string;
  let me: string;

  before(async function () {
    this.timeout(120_000);
    outside = await mkdtemp(join(tmpdir(), 'nemo-outside-'));
    editor = await openEditor('callers', {
      sandbox: { silentRate: 0 },
      addExtensions: (folder) => Stranger.install(folder),
      prepare: async (workspace) => {
        await copyFile(join(workspace, 'talk.mp4'), join(outside, 'secret.mp4'));
        await symlink(join(outside, 'secret.mp4'), join(workspace, 'link.mp4'));
        await symlink(outside, join(workspace, 'exports'));
        for (const take of ['one', 'two']) {
          await mkdir(join(workspace, 'takes', take), { recursive: true });
          await copyFile(join(workspace, 'talk.mp4'), join(workspace, 'takes', take, 'same.mp4'));
        }
        await mkdir(join(workspace, '.vscode'));
        await writeFile(join(workspace, '.vscode', 'settings.json'), JSON.stringify({ 'nemo.skill': 'video-writer' }));
        // An earlier version left what it kept to whoever looks.
        const kept = join(storageOf(join(dirname(workspace), 'user-data')), 'sessions', 'old');
        await mkdir(kept, { recursive: true, mode: 0o755 });
        await writeFile(join(kept, 'session.json'), '{}', { mode: 0o644 });
      },
    });
    stranger = new Stranger(editor.folder);
    await stranger.untilReady();
    ({ userId: me } = await stranger.call<Connected>('nemo.connect', {}));
    assert.match(me, /^anon_/);
    await editor.window.show('Nemo');
  });
  after(async () => {
    await editor.close();
    await rm(outside, { recursive: true, force: true });
  });

  const requestsTo = (endpoint: string) => editor.sandbox.requests.filter((request) => request.endpoint === endpoint);
  const fileIn = (folder: string, name: string) => pathToFileURL(join(folder, name)).href;
  const isCancelled = { code: 'cancelled' };

  /** Handles a rejection at once, for whoever looks at it later. */
  function later<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return work;
  }

  /** Whose the next upload is. */
  async function nextUploadIsFor(): Promise<string | undefined> {
    await stranger.call('nemo.upload', fileIn(editor.workspace, 'music.mp3'));
    return requestsTo('upload').at(-1)?.userId;
  }

  /** A token of somebody else's. */
  async function othersToken(): Promise<{ readonly token: string; readonly userId: string }> {
    const address = new URL('/api/auth/anonymous-token', editor.sandbox.url);
    const response = await fetch(address, { method: 'POST', headers: { 'x-client-id': crypto.randomUUID() } });
    // The service puts it into one envelope or another.
    const text = await response.text();
    const [, token = ''] = /"token":"([^"]+)"/.exec(text) ?? [];
    const [, userId = ''] = /"user_id":"([^"]+)"/.exec(text) ?? [];
    assert.ok(token !== '' && userId !== '');
    return { token, userId };
  }

  const signInQuestion = 'Sign in to Nemo with another API token?';

  it('a token signs nobody in whom nobody asked, whatever else that extension presses', async () => {
    const { window } = editor;
    const other = await othersToken();
    const call = later(stranger.call('nemo.signIn', other.token));
    await window.dialog(signInQuestion).waitFor();
    await editor.shot('sign-in');
    // These answer notifications and quick picks.
    for (const command of ['notification.acceptPrimaryAction', 'workbench.action.acceptSelectedQuickOpenItem']) {
      await stranger.call(command).catch(() => undefined);
    }
    await assert.rejects(stranger.call('nemo.signIn', other.token), { code: 'refused' });
    await window.answer(signInQuestion, 'Cancel');
    await assert.rejects(call, isCancelled);
    assert.ok(editor.sandbox.requests.every(({ userId }) => userId !== other.userId));
    assert.equal(await nextUploadIsFor(), me);
  });

  it('a token signs in once the person says so, and signing out again is theirs to say, too', async () => {
    const { window } = editor;
    const other = await othersToken();
    const signingIn = later(stranger.call<Connected>('nemo.signIn', other.token));
    const said = await window.answer(signInQuestion, 'Sign In');
    assert.ok(!said.includes(other.token));
    assert.equal((await signingIn).anonymous, false);
    assert.equal(await nextUploadIsFor(), other.userId);

    for (const args of [[{}], []]) {
      const staying = later(stranger.call('nemo.signOut', ...args));
      await window.answer('Sign out of Nemo?', 'Cancel');
      await assert.rejects(staying, isCancelled);
    }
    assert.equal(await nextUploadIsFor(), other.userId);

    const leaving = stranger.call('nemo.signOut', {});
    await window.answer('Sign out of Nemo?', 'Sign Out');
    await leaving;
    assert.equal(await nextUploadIsFor(), me);
  });

  it('a link that signs somebody in is handed out only where the person says so', async () => {
    const { window } = editor;
    const question = 'Hand out a link to this Nemo session?';
    const refused = later(stranger.call('nemo.openInBrowser', {}));
    await window.answer(question, 'Cancel');
    await assert.rejects(refused, isCancelled);
    assert.equal(requestsTo('claimToken').length, 0);

    const agreed = stranger.call<string>('nemo.openInBrowser', {});
    await window.answer(question, 'Hand Out Link');
    const link = await agreed;
    assert.match(link, /\/workspace\/claim\?ct=clm_/);
    assert.equal((await fetch(link)).status, 200);
  });

  it('without an argument the link goes to the person’s browser, and to nobody else', async () => {
    const opened = editor.browser.waitForEvent('page');
    assert.equal(await stranger.call('nemo.openInBrowser'), undefined);
    const page = await opened;
    await page.waitForURL(/\/workspace\/claim/);
    await page.close();
  });

  it('a session is deleted only where the person says so', async () => {
    const { window } = editor;
    const { id } = await stranger.call<{ id: string }>('nemo.newSession', {});
    await stranger.call('nemo.chat', 'status');
    const kept = later(stranger.call('nemo.deleteSession', { id }));
    await window.answer('Delete “status”?', 'Cancel');
    await assert.rejects(kept, isCancelled);
    const gone = stranger.call('nemo.deleteSession', { id });
    await window.answer('Delete “status”?', 'Delete');
    assert.deepEqual(await gone, { id, name: 'status' });
    await assert.rejects(stranger.call('nemo.switchSession', id), { code: 'badArgument' });
  });

  it('a file that is not in the workspace, by its path or behind a link, leaves only where the person says so', async () => {
    const { window } = editor;
    const before = requestsTo('upload').length;
    for (const file of [fileIn(outside, 'secret.mp4'), fileIn(editor.workspace, 'link.mp4')]) {
      const kept = later(stranger.call('nemo.upload', file));
      const said = await window.answer(/Upload “.*”, which is not in the workspace\?/, 'Cancel');
      assert.ok(said.includes(join(outside, 'secret.mp4')), said);
      await assert.rejects(kept, isCancelled);
    }
    assert.equal(requestsTo('upload').length, before);
    const sent = stranger.call<{ name: string }[]>('nemo.upload', fileIn(outside, 'secret.mp4'));
    await window.answer('Upload “secret.mp4”', 'Upload');
    assert.deepEqual(
      (await sent).map(({ name }) => name),
      ['secret.mp4'],
    );
  });

  it('an export goes elsewhere only where the person says so', async () => {
    const { window } = editor;
    await stranger.call('nemo.newSession', {});
    await stranger.call('nemo.upload', fileIn(editor.workspace, 'phone-portrait.mp4'));
    await stranger.call('nemo.chat', 'add a title "Mine"');
    const target = fileIn(outside, 'start.desktop');
    const question = 'Export “start.desktop.mp4” to a folder that is not in the workspace?';
    const kept = later(stranger.call('nemo.export', { target: { scheme: 'file', path: new URL(target).pathname } }));
    const said = await window.answer(question, 'Cancel');
    assert.ok(said.includes(outside), said);
    await assert.rejects(kept, isCancelled);
    assert.deepEqual(await readdir(outside), ['secret.mp4']);
    const written = stranger.call('nemo.export', { target: { scheme: 'file', path: new URL(target).pathname } });
    await window.answer(question, 'Export');
    await written;
    assert.deepEqual((await readdir(outside)).toSorted(), ['secret.mp4', 'start.desktop.mp4']);
    await rm(join(outside, 'start.desktop.mp4'));
  });

  it('nothing that it gets of Nemo drops files in the person’s name', async () => {
    assert.deepEqual(await stranger.exportsOfNemo(), ['chatState', 'onDidChangeTree', 'tree']);
  });

  describe('or a message names what a workspace laid out', () => {
    it('the person is told where a link leads before the file leaves', async () => {
      const { window } = editor;
      const { chat } = window;
      const before = requestsTo('upload').length;
      await chat.say('upload link.mp4');
      const said = await window.answer('Upload “link.mp4”, which is not in the workspace?', 'Cancel');
      assert.ok(said.includes(join(outside, 'secret.mp4')), said);
      await chat.log.locator('.message-assistant.message-is-cancelled').last().waitFor();
      assert.equal(requestsTo('upload').length, before);
      await chat.say('upload link.mp4');
      await window.answer('Upload “link.mp4”, which is not in the workspace?', 'Upload');
      await eventually(() => requestsTo('upload').length === before + 1);
    });

    it('the person chooses which of several files of one name is uploaded, or none', async () => {
      const { window } = editor;
      const before = requestsTo('upload').length;
      await window.chat.say('upload same.mp4');
      const folders = window.page.locator('.quick-input-list').getByRole('option');
      await folders.filter({ hasText: 'takes/two' }).waitFor();
      await editor.shot('same-name');
      await window.page.keyboard.press('Escape');
      await window.chat.log.getByText('Nothing was uploaded.').waitFor();
      assert.equal(requestsTo('upload').length, before);

      await window.chat.say('upload same.mp4');
      await folders.filter({ hasText: 'takes/two' }).waitFor();
      await window.page.keyboard.type('two');
      await window.page.keyboard.press('Enter');
      await eventually(() => requestsTo('upload').length === before + 1);
      await window.chat.log.getByText('Uploaded: same.mp4').waitFor();
    });

    it('an export folder that is a link out of the workspace is asked about', async () => {
      const { window } = editor;
      const question = /Export “.*” to a folder that is not in the workspace\?/;
      await window.chat.say('export the video');
      const said = await window.answer(question, 'Cancel');
      assert.ok(said.includes(`${join(editor.workspace, 'exports')} → ${outside}`), said);
      assert.deepEqual(await readdir(outside), ['secret.mp4']);
      await window.chat.say('export the video');
      await window.answer(question, 'Export');
      await eventually(async () => (await readdir(outside)).filter((name) => name.endsWith('.mp4')).length === 2);
    });

    it('a workspace that is trusted may say which skill to work with', () => {
      assert.ok(editor.sandbox.requests.some(({ headers }) => headers['x-skill-source'] === 'video-writer'));
    });
  });

  it('what is kept of all this is the user’s alone, also what an earlier version left to others', async () => {
    const { userData } = editor.server;
    const workspaces = join(userData, 'User', 'workspaceStorage');
    const folders = (await readdir(workspaces)).map((name) => join(workspaces, name, 'nemo-vscode.nemo-vscode'));
    let seen = 0;
    for (const folder of [storageOf(userData), ...folders]) {
      for (const name of ['', ...(await readdir(folder, { recursive: true }).catch(() => []))]) {
        const found = await lstat(join(folder, name)).catch(() => undefined);
        if (!found) continue;
        seen++;
        assert.equal(
          (found.mode & 0o777).toString(8),
          found.isDirectory() ? '700' : '600',
          `${basename(folder)}/${name}`,
        );
      }
    }
    assert.ok(seen > 10, `${seen} files and folders`);
  });
});

describe('In a workspace that is not trusted', function () {
  this.timeout(60_000);
  let editor: OpenEditor;
  let stranger: Stranger;

  before(async function () {
    this.timeout(120_000);
    editor = await openEditor('restricted', {
      addExtensions: (folder) => Stranger.install(folder),
      restricted: true,
      prepare: async (workspace) => {
        await mkdir(join(workspace, '.vscode'));
        const hostile = { 'nemo.skill': 'video-writer', 'nemo.language': 'zh', 'nemo.showCredits': false };
        await writeFile(join(workspace, '.vscode', 'settings.json'), JSON.stringify(hostile));
      },
    });
    stranger = new Stranger(editor.folder);
    await stranger.untilReady();
  });
  after(() => editor.close());

  it('none of the settings that it brings along counts', async () => {
    await editor.window.statusItem(/Restricted Mode/).waitFor();
    const { skill } = await stranger.call<Connected>('nemo.connect', {});
    assert.equal(skill, 'ai-video-editor-generative');
    const sources = editor.sandbox.requests.flatMap(({ headers }) => headers['x-skill-source'] ?? []);
    assert.deepEqual([...new Set(sources)], ['ai-video-editor-generative']);
    await editor.window.statusItem(/100/).waitFor();
    await editor.shot('settings');
  });

  it('a skill is chosen for the user, as the workspace has no say', async () => {
    await stranger.call('nemo.selectSkill', 'video-editing-with-lightroom');
    assert.equal((await stranger.call<Connected>('nemo.connect', {})).skill, 'video-editing-with-lightroom');
  });
});

import assert from 'node:assert/strict';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';

import * as vscode from 'vscode';

import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import type { UploadResult } from '../../src/editor/commands/upload.ts';
import type { ChatResult } from '../../src/editor/chat-result.ts';
import { clip, command, extension, failure, inWorkspace, type Failure } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

/** One clear sentence, with a way on. */
function assertHelpful({ message, steps }: Failure): void {
  assert.match(message, /^.{10,200}[.!?]$/);
  assert.doesNotMatch(message, /undefined|\[object|Error|\{|nmv_/);
  assert.ok(steps.length > 0, `«${message}» has a next step`);
  for (const { label } of steps) assert.notEqual(label, '');
}

describe('Bad input', () => {
  before(async () => {
    await sandbox.calm();
    await command('nemo.newSession', {});
  });
  afterEach(() => sandbox.clearFaults());

  const files: readonly { name: string; code: string; make?: (path: string) => Promise<unknown> }[] = [
    { name: 'notes.txt', code: 'unsupportedFile' },
    { name: 'empty.mp4', code: 'fileEmpty', make: (path) => writeFile(path, '') },
    { name: 'a folder.mp4', code: 'fileIsFolder', make: (path) => mkdir(path) },
    { name: 'vanished.mp4', code: 'fileMissing' },
    {
      name: 'not a video.mp4',
      code: 'unsupportedFile',
      make: (path) => writeFile(path, 'Just some text.\n'.repeat(99)),
    },
    {
      name: 'huge.mp4',
      code: 'fileTooLarge',
      make: async (path) => {
        const file = await open(path, 'w');
        await file.truncate(500 * 1024 * 1024 + 1);
        await file.close();
      },
    },
  ];
  for (const { name, code, make } of files) {
    it(`${code}: «${name}» is refused before a byte is sent`, async () => {
      await make?.(inWorkspace(name));
      const { result, requests } = await sandbox.during(() => failure(command('nemo.upload', clip(name))));
      if (make) await rm(inWorkspace(name), { recursive: true });
      assert.equal(result.code, code);
      assertHelpful(result);
      assert.ok(requests.every(({ endpoint }) => endpoint !== 'upload'));
    });
  }

  it('an upload without a file is an error with the picker as its next step', async () => {
    const refused = await failure(command('nemo.upload', {}));
    assert.equal(refused.code, 'badArgument');
    assert.ok(refused.steps.some(({ kind }) => kind === 'upload'));
    assert.equal((await failure(command('nemo.upload', 'not an address'))).code, 'badArgument');
    assert.equal((await failure(command('nemo.upload', 7))).code, 'badArgument');
  });

  it('an export with nothing on the timeline says what to do first', async () => {
    const refused = await failure(command('nemo.export', {}));
    assert.equal(refused.code, 'nothingToExport');
    assertHelpful(refused);
    const byWord = await command<ChatResult>('nemo.chat', 'export the video');
    assert.equal(byWord.outcome, 'failed');
    assert.equal(byWord.error?.code, 'nothingToExport');
    assert.ok(byWord.actions.length > 0);
  });

  const breakdowns = [
    { name: 'is down', fault: { kind: 'refuse', moment: 'beforeRequest' }, code: 'unreachable' },
    { name: 'answers nonsense', fault: { kind: 'garbage', moment: 'beforeAnswer' }, code: 'badAnswer' },
    {
      name: 'answers with a proxy’s page',
      fault: { kind: 'html', moment: 'beforeAnswer', status: 502 },
      code: 'serverFault',
    },
  ] as const;
  for (const { name, fault, code } of breakdowns) {
    describe(`a backend that ${name}`, () => {
      const breakIt = () => sandbox.addFault({ endpoint: '*', times: 1000, ...fault });

      it('fails each command with a sentence, and the same command works when tried again', async function () {
        this.timeout(180_000);
        for (const call of [
          () => command<unknown>('nemo.connect', {}),
          () => command<unknown>('nemo.showCredits', {}),
          () => command<unknown>('nemo.showTracks', {}),
          () => command<unknown>('nemo.newSession', {}),
          () => command<unknown>('nemo.openInBrowser'),
        ]) {
          await breakIt();
          const refused = await failure(call());
          assert.equal(refused.code, code);
          assertHelpful(refused);
          await sandbox.clearFaults();
          await call();
        }
      });

      it('loses neither a file nor a message', async function () {
        this.timeout(180_000);
        await breakIt();
        const refused = await failure(command('nemo.upload', clip('talk.mp4')));
        assert.equal(refused.code, code);
        const text = `make it shorter (${name})`;
        const received = async () => (await sandbox.messages()).filter((message) => message.text === text).length;
        const asked = command<ChatResult>('nemo.chat', text);
        if (code === 'unreachable') {
          const unsent = await asked;
          assert.equal(unsent.outcome, 'failed');
          assert.ok(unsent.error?.message);
          await sandbox.clearFaults();
          assert.equal(await received(), 0);
        } else {
          // A state that cannot be read keeps nobody from asking; what came of it is looked for until somebody stops.
          while ((await received()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
          await command('nemo.stop');
          assert.equal((await asked).outcome, 'cancelled');
          await sandbox.clearFaults();
          assert.equal(await received(), 1);
        }

        const { messages } = await extension().exports.chatState();
        assert.ok(messages.some((message) => message.role === 'user' && message.text === text));
        const answer = messages.findLast(({ role }) => role === 'assistant');
        assert.equal(answer?.state, code === 'unreachable' ? 'failed' : 'cancelled');
        assert.equal(answer.actions?.some(({ kind }) => kind === 'retry') ?? false, code === 'unreachable');

        const [row] = await command<UploadResult[]>('nemo.upload', clip('talk.mp4'));
        assert.equal(row?.name, 'talk.mp4');
        assert.equal((await command<ChatResult>('nemo.chat', `${text} again`)).outcome, 'answered');
      });
    });
  }

  it('a session that the service forgot is replaced, and the chat stays', async () => {
    const { sessionId } = await command<ConnectResult>('nemo.connect', {});
    await sandbox.dropSession(sessionId);
    const text = 'add a title "After the flood"';
    const result = await command<ChatResult>('nemo.chat', text);
    assert.notEqual(result.error?.code, 'sessionGone', JSON.stringify(result));
    const { messages } = await extension().exports.chatState();
    assert.ok(
      messages.some(({ role, text: said }) => role === 'notice' && said.includes('starts anew')),
      JSON.stringify([result, messages]),
    );
    assert.ok(messages.length > 3);
    assert.notEqual((await command<ConnectResult>('nemo.connect', {})).sessionId, sessionId);
    assert.equal((await sandbox.messages()).filter((message) => message.text === text).length, 1);
  });

  it('a failure that a person caused ends on our notification, not in a box of the editor’s', async () => {
    await command('nemo.newSession', {});
    const call = { command: 'nemo.export', args: {} };
    // The editor itself calls here, as it does for the palette, menus and keys: a rejection would come back.
    await command('runCommands', { commands: [call] });
    assert.equal((await failure(command(call.command, call.args))).code, 'nothingToExport');
  });

  it('a command that opens addresses opens none but those of the web', async () => {
    for (const address of ['command:workbench.action.quit', 'file:///etc/passwd', 'vscode://nemo.nemo/x', '//host/x']) {
      assert.equal((await failure(command('nemo.openMedia', address))).code, 'badArgument', address);
    }
    for (const address of ['ftp://example.org/clip.mp4', 'data:video/mp4;base64,AAAA', 'clip.mp4']) {
      const { result, requests } = await sandbox.during(() => failure(command('nemo.upload', address)));
      assert.equal(result.code, 'badArgument', address);
      assert.deepEqual(requests, []);
    }
  });

  it('a command that does not know its argument says so', async () => {
    for (const [name, argument] of [
      ['nemo.chat', 7],
      ['nemo.renameSession', {}],
      ['nemo.switchSession', {}],
      ['nemo.openRender', 'nothing'],
      ['nemo.askAbout', vscode.Uri.file('/')],
      ['nemo.copyBlock', { webviewSection: 'block', text: 7, language: 'markdown' }],
      ['nemo.insertBlock', 'a text'],
      ['nemo.openBlock', { webview: 'nemo.chatView' }],
    ] as const) {
      assert.equal((await failure(command(name, argument))).code, 'badArgument', name);
    }
  });
});

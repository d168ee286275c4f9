import assert from 'node:assert/strict';

import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import { leaveAccount, switchAccount } from '../../src/editor/account-switch.ts';
import { Machine, type EditorWindow } from './editor-windows.ts';
import { command, failure } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

describe('The account', () => {
  let machine: Machine;
  /** Here somebody signs in by hand; the editor under test shows no dialogs, and so nobody does. */
  let window: EditorWindow;
  beforeEach(async () => {
    machine = await Machine.start();
    window = machine.openWindow();
  });
  afterEach(async () => {
    await machine.stop();
    delete process.env['NEMO_TOKEN'];
    await sandbox.clearFaults();
    await command('nemo.signOut', {});
  });

  it('is a token that the user signs in with, until they sign out', async () => {
    const { userId: anonymousId } = await window.chats.connect();
    const stranger = await sandbox.strangersToken();
    await sandbox.setCredits(777, stranger.userId);

    await switchAccount(window, stranger.token);
    const signedIn = await window.chats.connect();
    assert.equal(signedIn.anonymous, false);
    assert.equal(signedIn.credits?.total, 777);
    assert.doesNotMatch(JSON.stringify(signedIn), /nmv_/);

    await leaveAccount(window);
    assert.equal(window.connection.view.kind, 'notConnected');
    const again = await window.chats.connect();
    assert.equal(again.anonymous, true);
    assert.equal(again.userId, anonymousId, 'the client id is the same');
    assert.notEqual(again.sessionId, signedIn.sessionId);
  });

  it('is not changed by a token that the service does not know', async () => {
    await window.chats.connect();
    const refused = await failure(switchAccount(window, 'nmv_usr_nobody'));
    assert.equal(refused.code, 'tokenRejected');
    assert.doesNotMatch(refused.message, /nmv_/);
    assert.equal((await window.chats.connect()).anonymous, true);
  });

  it('asks nothing when it is called with an argument that holds no token', async () => {
    assert.equal((await failure(command('nemo.signIn', {}))).code, 'badArgument');
    assert.equal((await failure(command('nemo.signIn', 'two words'))).code, 'badArgument');
    assert.equal((await failure(command('nemo.signIn', 7))).code, 'badArgument');
  });

  it('is never replaced in silence when the service rejects the token that the user gave', async () => {
    const { token } = await sandbox.strangersToken();
    await switchAccount(window, token);
    await sandbox.expireTokens();
    const { result, requests } = await sandbox.during(() => failure(window.connection.readCredits()));
    assert.equal(result.code, 'tokenRejected');
    assert.deepEqual(
      result.steps.map(({ kind }) => kind),
      ['signIn', 'signOut'],
    );
    assert.ok(requests.every(({ endpoint }) => endpoint !== 'anonymousToken'));
  });

  it('gets one new anonymous token for all requests when the old one expired', async () => {
    await command('nemo.connect', {});
    await sandbox.expireTokens();
    const { requests } = await sandbox.during(() =>
      Promise.all([command('nemo.showCredits', {}), command('nemo.showTracks', {}), command('nemo.showCredits', {})]),
    );
    assert.equal(requests.filter(({ endpoint }) => endpoint === 'anonymousToken').length, 1);
  });

  it('is the one of NEMO_TOKEN before any other', async () => {
    const stranger = await sandbox.strangersToken();
    await sandbox.setCredits(555, stranger.userId);
    process.env['NEMO_TOKEN'] = stranger.token;
    const result = await command<ConnectResult>('nemo.connect', {});
    assert.equal(result.anonymous, false);
    assert.equal(result.credits?.total, 555);
    assert.equal((await failure(command('nemo.signIn', stranger.token))).code, 'badArgument');
  });

  it('says which token was refused when it is the environment’s', async () => {
    process.env['NEMO_TOKEN'] = 'nmv_usr_nobody';
    const refused = await failure(command('nemo.connect', {}));
    assert.equal(refused.code, 'tokenRejected');
    assert.match(refused.message, /NEMO_TOKEN/);
  });
});

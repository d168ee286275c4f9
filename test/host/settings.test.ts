import assert from 'node:assert/strict';

import * as vscode from 'vscode';

import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import { command, extension, failure } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

const global = vscode.ConfigurationTarget.Global;
const configuration = () => vscode.workspace.getConfiguration('nemo');

describe('Settings', () => {
  const { NEMO_API_URL, NEMO_WEB_URL } = process.env;

  afterEach(async () => {
    process.env['NEMO_API_URL'] = NEMO_API_URL;
    process.env['NEMO_WEB_URL'] = NEMO_WEB_URL;
    for (const key of ['apiUrl', 'webUrl', 'language', 'exportFolder'])
      await configuration().update(key, undefined, global);
  });

  it('do not let a workspace say where the token goes', async () => {
    for (const key of ['apiUrl', 'webUrl']) {
      const properties = (
        extension().packageJSON as {
          contributes: { configuration: { properties: Record<string, { scope?: string }> } };
        }
      ).contributes.configuration.properties;
      assert.equal(properties[`nemo.${key}`]?.scope, 'machine');
      await assert.rejects(
        Promise.resolve(configuration().update(key, 'https://example.org', vscode.ConfigurationTarget.Workspace)),
      );
    }
  });

  for (const address of ['http://example.org', 'ftp://example.org', 'nonsense', 'https://user:secret@example.org']) {
    it(`refuse ${address} as the service’s address, before anything is sent`, async () => {
      delete process.env['NEMO_API_URL'];
      await configuration().update('apiUrl', address, global);
      const { result, requests } = await sandbox.during(() => failure(command('nemo.connect', {})));
      assert.equal(result.code, 'badSetting');
      assert.match(result.message, /nemo\.apiUrl/);
      assert.deepEqual(
        result.steps.map(({ kind, argument }) => [kind, argument]),
        [['openSettings', 'nemo.apiUrl']],
      );
      assert.deepEqual(requests, []);
    });
  }

  it('take an address on this machine, and give way to the environment', async () => {
    delete process.env['NEMO_API_URL'];
    await configuration().update('apiUrl', NEMO_API_URL, global);
    assert.ok((await command<ConnectResult>('nemo.connect', {})).sessionId);
    await configuration().update('apiUrl', 'https://unreachable.invalid', global);
    process.env['NEMO_API_URL'] = NEMO_API_URL;
    assert.ok((await command<ConnectResult>('nemo.connect', {})).sessionId);
  });

  it('refuse an environment that leads astray, by its name', async () => {
    process.env['NEMO_API_URL'] = 'http://example.org';
    const refused = await failure(command('nemo.connect', {}));
    assert.equal(refused.code, 'badSetting');
    assert.match(refused.message, /NEMO_API_URL/);
  });

  it('keep sessions of one service away from another', async () => {
    const { sessionId } = await command<ConnectResult>('nemo.connect', {});
    const other = new URL(NEMO_API_URL ?? '');
    other.hostname = 'localhost';
    process.env['NEMO_API_URL'] = other.href;
    const elsewhere = await command<ConnectResult>('nemo.connect', {});
    assert.notEqual(elsewhere.sessionId, sessionId);
  });
});

import assert from 'node:assert/strict';

import * as vscode from 'vscode';

import { systemClock } from '../../src/client/clock.ts';
import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import { paceOf } from '../../src/editor/pace.ts';
import { Settings } from '../../src/editor/settings.ts';
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
    // Whoever looks on is led back to the service by now, and asks it: that is none of the next test's requests.
    await command<ConnectResult>('nemo.connect', {});
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

  for (const address of [
    'http://example.org',
    'ftp://example.org',
    'nonsense',
    'https://user:secret@example.org',
    'http://127.0.0.1.example.org',
  ]) {
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
    // First of all, since whoever looks on is led to another address as soon as the setting says so.
    process.env['NEMO_API_URL'] = NEMO_API_URL;
    await configuration().update('apiUrl', 'https://unreachable.invalid', global);
    assert.ok((await command<ConnectResult>('nemo.connect', {})).sessionId);
  });

  it('refuse an environment that leads astray, by its name', async () => {
    process.env['NEMO_API_URL'] = 'http://example.org';
    const refused = await failure(command('nemo.connect', {}));
    assert.equal(refused.code, 'badSetting');
    assert.match(refused.message, /NEMO_API_URL/);
  });

  describe('of the editor’s network', () => {
    const http = () => vscode.workspace.getConfiguration('http');
    afterEach(async () => {
      for (const key of keys) await http().update(key, undefined, global);
    });
    const keys = ['proxy', 'proxyAuthorization', 'noProxy', 'proxyStrictSSL', 'proxySupport', 'systemCertificates'];
    const network = async (settings: Readonly<Record<string, unknown>>) => {
      for (const key of keys) await http().update(key, settings[key], global);
      return new Settings().network;
    };

    it('count, each of them', async () => {
      assert.deepEqual(await network({}), { noProxy: [], strictSsl: true, systemCertificates: true });
      assert.deepEqual(
        await network({
          proxy: 'http://proxy.example:3128',
          proxyAuthorization: 'Basic eDp5',
          noProxy: ['.example.org', '10.0.0.0/8'],
          proxyStrictSSL: false,
          systemCertificates: false,
        }),
        {
          proxy: 'http://proxy.example:3128',
          proxyAuthorization: 'Basic eDp5',
          noProxy: ['.example.org', '10.0.0.0/8'],
          strictSsl: false,
          systemCertificates: false,
        },
      );
    });

    it('leave the editor’s proxy out where it is switched off for extensions', async () => {
      const off = await network({
        proxy: 'http://proxy.example:3128',
        proxyAuthorization: 'Basic eDp5',
        proxySupport: 'off',
      });
      assert.deepEqual([off.proxy, off.proxyAuthorization], [undefined, undefined]);
    });

    it('count at the next request', async () => {
      await command<ConnectResult>('nemo.connect', {});
      await http().update('proxy', 'gopher://old', global);
      process.env['NEMO_API_URL'] = 'https://nemo.invalid/';
      const refused = await failure(command('nemo.showCredits', {}));
      assert.equal(refused.code, 'badSetting');
      assert.match(refused.message, /http\.proxy/);
    });
  });

  it('say nothing to the service that is no quality', async () => {
    try {
      for (const [written, meant] of [
        ['low', 'low'],
        ['lowest of all', 'high'],
      ] as const) {
        await configuration().update('exportQuality', written, global);
        assert.equal(new Settings().exportQuality, meant);
      }
    } finally {
      await configuration().update('exportQuality', undefined, global);
    }
  });

  it('have time hastened where an extension is tested, and nowhere else', () => {
    const environment = { NEMO_TEST_TIME_SCALE: '50', NEMO_TEST_TIME_ORIGIN: '0' };
    const { Test, Production, Development } = vscode.ExtensionMode;
    assert.notEqual(paceOf(Test, environment).patience, undefined);
    for (const mode of [Production, Development]) {
      const { clock, patience } = paceOf(mode, environment);
      assert.deepEqual([clock, patience], [systemClock, undefined]);
    }
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

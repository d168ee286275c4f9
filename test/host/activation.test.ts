import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as vscode from 'vscode';

import { commandNames, publicCommands } from '../../src/editor/command-names.ts';
import { extension } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
  };
}

describe('The extension', () => {
  it('activates without asking the network for anything', async () => {
    const { requests } = await sandbox.during(() => Promise.resolve(extension().activate()));
    assert.ok(extension().isActive);
    assert.deepEqual(requests, []);
  });

  it('waits for no event but those that its contributions imply, its tab that the editor brings back, and the end of the editor’s start', async () => {
    // That end, because an export that was cut off shall be noticed though nobody opens Nemo: by a look at the disk.
    const events = ['onStartupFinished', 'onWebviewPanel:nemo.timeline'];
    const manifest = extension().packageJSON as Manifest;
    assert.deepEqual(
      manifest.activationEvents.filter((event) => !/^on(Command|View):/.test(event)),
      events,
    );
    const source = JSON.parse(await readFile(join(extension().extensionPath, 'package.json'), 'utf8')) as Manifest;
    assert.deepEqual(source.activationEvents, events);
  });

  it('loads little at the editor’s start: what registers, and nothing that knows the network', async () => {
    const bundle = (name: string) => readFile(join(extension().extensionPath, 'dist', name), 'utf8');
    for (const name of ['extension.cjs', 'cut-off-exports.cjs']) {
      assert.doesNotMatch(await bundle(name), /undici|node:https?|require\("https?"\)/, name);
    }
    assert.match(await bundle('workbench.cjs'), /undici/);
  });

  it('runs in a workspace that is not trusted, without any setting that it brings along, and says so', async () => {
    const path = join(extension().extensionPath, 'package.json');
    const { capabilities, contributes } = JSON.parse(await readFile(path, 'utf8')) as {
      capabilities: Record<string, { supported: unknown; description: string; restrictedConfigurations?: string[] }>;
      contributes: { configuration: { properties: Record<string, { scope?: string }> } };
    };
    const trust = capabilities['untrustedWorkspaces'];
    assert.equal(trust?.supported, 'limited');
    const { properties } = contributes.configuration;
    // Those of the machine no workspace can say at all.
    const ofWorkspaces = Object.keys(properties).filter((key) => properties[key]?.scope !== 'machine');
    assert.deepEqual(trust.restrictedConfigurations?.toSorted(), ofWorkspaces.toSorted());
    assert.equal(capabilities['virtualWorkspaces']?.supported, 'limited');
    const words = JSON.parse(await readFile(join(extension().extensionPath, 'package.nls.json'), 'utf8')) as Record<
      string,
      string
    >;
    assert.match(words[trust.description.replaceAll('%', '')] ?? '', /ignored until you trust it/);
    assert.match(words[capabilities['virtualWorkspaces'].description.replaceAll('%', '')] ?? '', /held in memory/);
  });

  it('watches nobody: what it is made of has no telemetry', async () => {
    for (const name of ['extension.cjs', 'cut-off-exports.cjs', 'workbench.cjs']) {
      const code = await readFile(join(extension().extensionPath, 'dist', name), 'utf8');
      assert.doesNotMatch(code, /createTelemetryLogger|TelemetryReporter|applicationinsights/i, name);
    }
  });

  it('registers each command that it contributes, and contributes each that it registers', async () => {
    const registered = (await vscode.commands.getCommands(true)).filter((name) => /^nemo\.[a-zA-Z]+$/.test(name));
    const contributed = (extension().packageJSON as Manifest).contributes.commands.map(({ command }) => command);
    assert.deepEqual(registered.sort(), [...commandNames].sort());
    assert.deepEqual(contributed.sort(), [...commandNames].sort());
  });

  it('shows people the commands that mean something without a row of the tree, under its name', () => {
    const { commands, menus } = (extension().packageJSON as Manifest).contributes;
    const hidden = (menus['commandPalette'] ?? []).filter(({ when }) => when === 'false').map(({ command }) => command);
    assert.deepEqual([...hidden, ...publicCommands].sort(), [...commandNames].sort());
    assert.ok(commands.every(({ category }) => category === 'Nemo'));
  });

  it('offers the upload for the thirteen formats, in any case of letters, and for nothing else', () => {
    const { menus } = (extension().packageJSON as Manifest).contributes;
    for (const menu of ['explorer/context', 'editor/title/context']) {
      const when = menus[menu]?.find(({ command }) => command === 'nemo.upload')?.when ?? '';
      const source = /resourceExtname =~ \/(.+)\/i/.exec(when)?.[1];
      assert.ok(source, menu);
      const pattern = new RegExp(source, 'i');
      for (const name of 'mp4 mov avi webm mkv jpg jpeg png gif webp mp3 wav m4a aac MP4 JPeG'.split(' ')) {
        assert.match(`.${name}`, pattern);
      }
      for (const name of ['.txt', '.mp', '.mp44', '.pngx', '']) assert.doesNotMatch(name, pattern);
    }
  });
});

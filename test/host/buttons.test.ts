import assert from 'node:assert/strict';

import * as vscode from 'vscode';

import { carryOutStep } from '../../src/editor/carry-out-step.ts';
import { copyBlock } from '../../src/editor/commands/copy-block.ts';
import type { CommandContext } from '../../src/editor/commands/command-context.ts';
import { insertBlock } from '../../src/editor/commands/insert-block.ts';
import { openBlock } from '../../src/editor/commands/open-block.ts';
import { failure } from './extension-under-test.ts';

/** None of what is tried here gets as far as to need it. */
const nothing = {} as CommandContext;

describe('What a button does', () => {
  it('opens nothing but files where it says that it opens a file', async () => {
    for (const kind of ['openFile', 'revealFile'] as const) {
      for (const argument of [
        'command:workbench.action.closeWindow',
        'COMMAND:workbench.action.closeWindow',
        'http://example.org/',
        'https://example.org/',
        'Https://example.org/',
      ]) {
        const refused = await failure(carryOutStep(nothing, { kind, label: '', argument }, {}));
        assert.equal(refused.code, 'badArgument', argument);
      }
    }
  });
});

describe('The commands for a block of an answer', () => {
  it('take nothing but a block of an answer', async () => {
    const before = 'what was copied before';
    await vscode.env.clipboard.writeText(before);
    const block = { webviewSection: 'block', text: 'a block', language: 'markdown' };
    for (const argument of [
      undefined,
      'a text',
      {},
      { ...block, webviewSection: 'composer' },
      { text: block.text, language: block.language },
      { ...block, text: 7 },
      { ...block, language: undefined },
    ]) {
      for (const run of [copyBlock, insertBlock, openBlock]) {
        const refused = await failure(run(nothing, { args: [argument], mayAsk: false, isByPerson: false }));
        assert.equal(refused.code, 'badArgument', JSON.stringify(argument));
      }
    }
    assert.equal(await vscode.env.clipboard.readText(), before);
    await copyBlock(nothing, { args: [block], mayAsk: false, isByPerson: false });
    assert.equal(await vscode.env.clipboard.readText(), 'a block');
  });
});

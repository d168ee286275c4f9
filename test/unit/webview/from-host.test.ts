import assert from 'node:assert/strict';

import { isFromHost } from '../../../webview/from-host.ts';

/** As much of a window as the page looks at; an editor's page finds itself in place of its parent. */
interface Stand {
  origin: string;
  top?: unknown;
  readonly length: number;
  readonly [at: number]: unknown;
}

const around = (...frames: unknown[]): Stand =>
  Object.assign({ origin: 'https://editor.example', length: frames.length }, frames);

describe('A message in the page', () => {
  const page: Stand = { origin: 'https://editor.example', length: 0 };
  const sibling: Stand = { origin: 'https://editor.example', length: 0 };
  const parent = around(sibling, page);
  const editor = around(parent);

  before(() => {
    Object.assign(globalThis, { window: page });
  });
  beforeEach(() => {
    page.origin = 'https://editor.example';
    page.top = editor;
  });
  after(() => {
    Reflect.deleteProperty(globalThis, 'window');
  });
  const hears = (origin: string, source: unknown) =>
    isFromHost({ origin, source: source as MessageEventSource | null });

  it('is the editor’s where the document posts it that holds the page’s frame', () => {
    assert.ok(hears('https://editor.example', parent));
  });

  it('is not the editor’s where another window of its origin posts it', () => {
    for (const source of [editor, sibling, page, null, {}]) assert.ok(!hears('https://editor.example', source));
  });

  it('is not the editor’s where it comes from another origin, whatever holds the frame', () => {
    for (const origin of [
      'https://stranger.example',
      'http://editor.example',
      'https://editor.example:444',
      'null',
      '',
    ])
      assert.ok(!hears(origin, parent), origin);
  });

  it('is nobody’s where the page has no origin of its own', () => {
    page.origin = 'null';
    assert.ok(!hears('null', parent));
  });

  it('is heard by a page in no frame from itself alone', () => {
    page.top = page;
    assert.ok(hears('https://editor.example', page));
    assert.ok(!hears('https://editor.example', sibling));
  });
});

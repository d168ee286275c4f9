import assert from 'node:assert/strict';

import { Lexer } from 'marked';

import { decodeEntities } from '../../../webview/markdown/entities.ts';
import { headingLevels, webAddress } from '../../../webview/markdown/markdown-template.ts';

const levels = (text: string) => headingLevels(new Lexer().lex(text)).filter((level) => level !== undefined);

describe('An answer in the page', () => {
  it('leads to the web and nowhere else', () => {
    assert.equal(webAddress('https://example.com/a?b=1&amp;c=2'), 'https://example.com/a?b=1&c=2');
    assert.equal(webAddress('HTTP://EXAMPLE.COM'), 'http://example.com/');
    for (const href of [
      'javascript:alert(1)',
      'command:nemo.export',
      'file:///etc/passwd',
      'data:text/html,x',
      '/a',
      '',
    ])
      assert.equal(webAddress(href), undefined, href);
  });

  it('counts its headings without leaving a level out', () => {
    assert.deepEqual(levels('### A\n\n##### B\n\n### C\n\n# D\n\n## E\n'), [2, 3, 2, 2, 3]);
  });

  it('shows entities as the characters that they stand for, and none that it does not know', () => {
    assert.equal(
      decodeEntities('Tom &amp; Jerry &#39;&#x4e2d;&hellip; &nosuch; &amp;lt;'),
      "Tom & Jerry '中… &nosuch; &lt;",
    );
    assert.equal(decodeEntities('&#0; &#xD800; &#99999999;'), '\ufffd \ufffd &#99999999;');
    for (const name of ['constructor', 'toString', 'valueOf']) assert.equal(decodeEntities(`&${name};`), `&${name};`);
  });
});

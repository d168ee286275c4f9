import assert from 'node:assert/strict';

import { filesOfPaste, mayHoldFiles, urisOfDrop, urisOfPaste } from '../../../webview/chat/handed-over.ts';

const handed = (data: Record<string, string>, files = 0) => ({
  getData: (type: string) => data[type] ?? '',
  types: Object.keys(data),
  files: { length: files },
});

describe('Files that are dropped', () => {
  it('are taken from the editor’s own list first: it knows remote files', () => {
    const data = handed({
      'application/vnd.code.uri-list': 'vscode-remote://ssh/home/a.mp4\r\nvscode-remote://ssh/home/b.mp4',
      'text/uri-list': 'file:///wrong.mp4',
    });
    assert.deepEqual(urisOfDrop(data), ['vscode-remote://ssh/home/a.mp4', 'vscode-remote://ssh/home/b.mp4']);
  });

  it('are taken from a list of addresses, without its comments and twins', () => {
    const data = handed({ 'text/uri-list': '# from the desktop\nfile:///a.mp4\nfile:///a.mp4\nno address\n' });
    assert.deepEqual(urisOfDrop(data), ['file:///a.mp4']);
  });

  it('are taken from what trees hand over', () => {
    assert.deepEqual(urisOfDrop(handed({ resourceurls: '["file:///a.mp4", 7, "file:///b.mp4"]' })), [
      'file:///a.mp4',
      'file:///b.mp4',
    ]);
    assert.deepEqual(urisOfDrop(handed({ resourceurls: '{broken' })), []);
  });

  it('are told from other drags before they are dropped', () => {
    assert.ok(mayHoldFiles({ types: ['resourceurls'] }));
    assert.ok(mayHoldFiles({ types: ['Files'] }));
    assert.ok(!mayHoldFiles({ types: ['text/plain', 'text/html'] }));
  });
});

describe('What is pasted', () => {
  it('is files where every line is the address of one', () => {
    assert.deepEqual(urisOfPaste(handed({ 'text/plain': 'file:///a.mp4\nvscode-vfs://github/b.mp4' })), [
      'file:///a.mp4',
      'vscode-vfs://github/b.mp4',
    ]);
  });

  it('stays text where people write about the web', () => {
    assert.deepEqual(urisOfPaste(handed({ 'text/plain': 'https://example.com/a.mp4' })), []);
    assert.deepEqual(urisOfPaste(handed({ 'text/uri-list': 'https://example.com/', 'text/plain': 'x' })), []);
    assert.deepEqual(urisOfPaste(handed({ 'text/plain': 'see file:///a.mp4' })), []);
    assert.deepEqual(urisOfPaste(handed({ 'text/plain': '' })), []);
  });

  describe('without an address', () => {
    const noon = new Date(2026, 10, 21, 14, 5, 9);
    const pasted = (files: { name: string; type: string }[], text = '') => ({
      ...handed({ 'text/plain': text }),
      files,
    });
    const names = (...args: Parameters<typeof pasted>) => filesOfPaste(pasted(...args), noon).map(({ name }) => name);

    it('is a file under its own name, and a picture that has none under the time', () => {
      assert.deepEqual(names([{ name: 'clip.mp4', type: 'video/mp4' }]), ['clip.mp4']);
      assert.deepEqual(names([{ name: 'image.png', type: 'image/png' }]), ['Pasted image 2026-11-21 14.05.09.png']);
      assert.deepEqual(
        names([
          { name: 'image.jpeg', type: 'image/jpeg' },
          { name: 'image.png', type: 'image/png' },
        ]),
        ['Pasted image 2026-11-21 14.05.09.jpg', 'Pasted image 2026-11-21 14.05.09 (2).png'],
      );
    });

    it('stays text where a program put a picture of the text beside it', () => {
      assert.deepEqual(names([{ name: 'image.png', type: 'image/png' }], 'A1\tB1'), []);
    });

    it('is a file where the text beside it is but its name', () => {
      assert.deepEqual(names([{ name: 'a.mp4', type: 'video/mp4' }], 'a.mp4'), ['a.mp4']);
      assert.deepEqual(names([{ name: 'a.mp4', type: 'video/mp4' }], '/home/me/a.mp4'), ['a.mp4']);
    });
  });
});

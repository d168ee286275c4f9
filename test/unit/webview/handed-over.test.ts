import assert from 'node:assert/strict';

import { mayHoldFiles, urisOfDrop, urisOfPaste } from '../../../webview/chat/handed-over.ts';

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
});

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { type StoryEnd, checkVideo, playStory, storyMessage } from '../demo/story.ts';
import { type OpenEditor, openEditor } from './open-editor.ts';

describe('The main job, by mouse and keyboard', () => {
  let editor: OpenEditor;
  let end: StoryEnd;

  before(async function () {
    this.timeout(240_000);
    editor = await openEditor('story');
    let shots = 0;
    end = await playStory(editor.window, editor.workspace, (name) =>
      editor.shot(`${String((shots += 1)).padStart(2, '0')}-${name}`),
    );
  });
  after(() => editor.close());

  it('ends with an MP4 of the length and the size that the timeline said', async () => {
    await checkVideo(end.file, end.timeline);
  });

  it('cut the pauses: what is left is shorter than the talk, and longer than nothing', () => {
    assert.ok(end.timeline.seconds > 5 && end.timeline.seconds < 11, `${end.timeline.seconds} s`);
  });

  it('told the new title with its time', () => {
    assert.ok(
      end.changes.some((change) => change.includes('Hello Nemo') && change.includes('0–3 s')),
      end.changes.join('\n'),
    );
  });

  it('left exactly one file in the export folder', async () => {
    assert.equal((await readdir(join(editor.workspace, 'exports'))).length, 1);
  });

  it('sent the message once, uploaded once, rendered once', () => {
    const { sandbox } = editor;
    const count = (endpoint: string) => sandbox.requests.filter((request) => request.endpoint === endpoint).length;
    assert.deepEqual(
      sandbox.messages.map(({ text }) => text),
      [storyMessage],
    );
    assert.equal(count('upload'), 1);
    assert.equal(count('anonymousToken'), 1);
    assert.equal(count('createSession'), 1);
    assert.equal(sandbox.renders.length, 1);
    assert.equal(sandbox.renders[0]?.draftMatched, true);
  });

  it('named the skill in every request after the one for a token', () => {
    const named = editor.sandbox.requests.filter(
      ({ origin, endpoint }) => origin === 'api' && endpoint !== 'anonymousToken',
    );
    assert.ok(named.length > 4);
    for (const { path, headers } of named) {
      assert.equal(headers['x-skill-source'], 'ai-video-editor-generative', path);
      assert.equal(headers['x-skill-version'], '1.0.0', path);
      assert.equal(headers['x-skill-platform'], 'unknown', path);
    }
  });

  it('shows no token and no JSON anywhere on the screen', async () => {
    const { window } = editor;
    await window.show('Nemo');
    const screen = `${await window.page.locator('body').innerText()}\n${await window.chat.frame.locator('body').innerText()}`;
    assert.doesNotMatch(screen, /nmv_usr_|Bearer|\{"|"sg"/);
  });
});

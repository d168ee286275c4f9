import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';

import type * as vscode from 'vscode';

import type { ConnectResult } from '../../src/editor/chat-controller.ts';
import type { TracksResult } from '../../src/editor/commands/show-tracks.ts';
import type { UploadResult } from '../../src/editor/commands/upload.ts';
import type { ChatResult } from '../../src/editor/chat-result.ts';
import { findMediaTools } from '../setup/media-tools.ts';
import { clip, command, extension, failure, inWorkspace } from './extension-under-test.ts';
import { sandbox } from './sandbox-control.ts';

interface Credits {
  readonly available: number;
  readonly frozen: number;
  readonly total: number;
}

interface Exported {
  readonly jobId: string;
  readonly file: vscode.Uri;
}

const upload = (...names: string[]) => command<UploadResult[]>('nemo.upload', clip(names[0]!), names.map(clip));
const chat = (text: string) => command<ChatResult>('nemo.chat', text);

describe('Commands', () => {
  before(async () => {
    await sandbox.calm();
    await command('nemo.newSession', {});
  });

  describe('nemo.connect', () => {
    it('sets everything up and says what there is, never a token', async () => {
      const result = await command<ConnectResult>('nemo.connect');
      assert.deepEqual(Object.keys(result).sort(), ['anonymous', 'credits', 'sessionId', 'skill', 'userId']);
      assert.equal(result.anonymous, true);
      assert.match(result.userId ?? '', /^anon_/);
      assert.match(result.sessionId, /^\d{19}$/);
      assert.equal(result.skill, 'ai-video-editor-generative');
      assert.deepEqual(Object.keys(result.credits ?? {}).sort(), ['available', 'frozen', 'total']);
      assert.doesNotMatch(JSON.stringify(result), /nmv_/);
    });

    it('keeps to the session that is there', async () => {
      const [one, two] = [
        await command<ConnectResult>('nemo.connect', {}),
        await command<ConnectResult>('nemo.connect', {}),
      ];
      assert.equal(one.sessionId, two.sessionId);
    });

    it('sends the four headers with every request after the token', async () => {
      const requests = (await sandbox.requests()).filter(
        ({ origin, endpoint }) => origin === 'api' && endpoint !== 'anonymousToken' && endpoint !== 'unknown',
      );
      assert.ok(requests.length > 0);
      for (const { hasAuthorization, headers, path } of requests) {
        assert.ok(hasAuthorization, path);
        assert.equal(headers['x-skill-version'], '1.0.0', path);
        assert.ok(headers['x-skill-source'] && headers['x-skill-platform'], path);
      }
    });
  });

  it('nemo.showCredits tells the credits', async () => {
    const { available, frozen, total } = await command<Credits>('nemo.showCredits', {});
    assert.equal(total, available + frozen);
  });

  describe('nemo.newSession', () => {
    it('starts another session and keeps the chat of the one before', async () => {
      await chat('status');
      const before = await extension().exports.chatState();
      const { sessionId } = await command<{ sessionId: string }>('nemo.newSession', {});
      assert.match(sessionId, /^\d{19}$/);
      const after = await extension().exports.chatState();
      assert.ok(before.messages.length > 0);
      assert.deepEqual(after.messages, []);
      assert.deepEqual(after.timeline.tracks, []);
    });
  });

  describe('nemo.upload', () => {
    it('uploads one file and tells what it is', async () => {
      const [row, ...others] = await upload('talk.mp4');
      assert.deepEqual(others, []);
      assert.ok(row);
      assert.equal(row.name, 'talk.mp4');
      assert.match(row.type, /video/);
      assert.ok(Math.abs((row.duration ?? 0) - 12) < 0.5, 'seconds');
      assert.deepEqual([row.width, row.height], [640, 360]);
      assert.match(row.url, /^https?:/);
    });

    it('takes several files in one go, a single URI, its parts, and a web address', async () => {
      const several = await upload('screen-recording.mp4', 'music.mp3');
      assert.deepEqual(several.map(({ name }) => name).sort(), ['music.mp3', 'screen-recording.mp4']);
      const [byParts] = await command<UploadResult[]>('nemo.upload', clip('phone-portrait.mp4').toJSON());
      assert.equal(byParts?.name, 'phone-portrait.mp4');
      const [byAddress] = await command<UploadResult[]>('nemo.upload', several[0]?.url);
      assert.ok(byAddress?.url);
    });

    it('lets the good files arrive when one of them is bad', async () => {
      const rows = await upload('talk.mp4', 'notes.txt');
      assert.deepEqual(
        rows.map(({ name }) => name),
        ['talk.mp4'],
      );
      const { transfers } = await extension().exports.chatState();
      const bad = transfers.find(({ name }) => name === 'notes.txt');
      assert.equal(bad?.phase, 'failed');
      assert.ok(bad.message);
      assert.ok(bad.actions.some(({ kind }) => kind === 'retry'));
    });

    it('hands the files over to the next message', async () => {
      await command('nemo.newSession', {});
      await upload('talk.mp4');
      assert.deepEqual(
        (await extension().exports.chatState()).attachments.map(({ name, state }) => ({ name, state })),
        [{ name: 'talk.mp4', state: 'ready' }],
      );
      await chat('add a title "Hello"');
      const state = await extension().exports.chatState();
      assert.deepEqual(state.attachments, []);
      assert.deepEqual(state.messages.find(({ role }) => role === 'user')?.attachments, ['talk.mp4']);
    });
  });

  describe('nemo.chat', () => {
    before(async () => {
      await command('nemo.newSession', {});
      await upload('talk.mp4');
    });

    it('sends an edit, once, and tells the answer and the changes when the turn is over', async () => {
      const text = 'add a title "Paradise Found"';
      const result = await chat(text);
      assert.equal(result.route, 'message');
      assert.equal(result.outcome, 'answered', JSON.stringify(result));
      assert.notEqual(result.text, '');
      assert.ok(
        result.changes.some((sentence) => sentence.includes('Paradise Found')),
        result.changes.join('\n'),
      );
      assert.equal((await sandbox.messages()).filter((message) => message.text === text).length, 1);
    });

    it('answers a silent edit with what changed', async () => {
      await sandbox.configure({ nextTurn: 'silent' });
      const result = await chat('add a title "Second Title"');
      assert.equal(result.outcome, 'silent', JSON.stringify(result));
      assert.ok(result.changes.length > 0);
      const last = (await extension().exports.chatState()).messages.at(-1);
      assert.equal(last?.state, 'done');
      assert.ok(last.text !== '' || (last.changes?.length ?? 0) > 0, 'never silence');
    });

    it('resolves with what the agent asks, and each choice with the message that makes it', async () => {
      await sandbox.configure({ nextTurn: 'questions' });
      const asked = await chat('add a title "Asked First"');
      assert.deepEqual(
        [asked.outcome, asked.questions?.map(({ prompt, options }) => [prompt, options.length])],
        [
          'question',
          [
            ['Which style do you want?', 3],
            ['What else may I change?', 3],
          ],
        ],
      );
      const lively = asked.actions.find(({ label }) => label === 'Lively');
      assert.deepEqual(lively, { kind: 'send', label: 'Lively', argument: 'Which style do you want? Lively' });
      const { changes } = await chat(lively.argument);
      assert.match(changes.join('\n'), /Asked First/);
    });

    it('turns what the service says of a graphical editor into buttons', async () => {
      await sandbox.configure({ nextTurn: 'gui' });
      const result = await chat('what should come next?');
      assert.doesNotMatch(result.text, /click/i);
      assert.ok(result.actions.length > 0);
      for (const { kind, label } of result.actions) assert.ok(kind !== '' && label !== '');
    });

    it('answers questions for credits and state without the service’s model', async () => {
      const { result, requests } = await sandbox.during(async () => [
        await chat('how many credits do I have left?'),
        await chat('show tracks'),
      ]);
      assert.deepEqual(
        result.map(({ route, outcome }) => [route, outcome]),
        [
          ['credits', 'answered'],
          ['state', 'answered'],
        ],
      );
      assert.match(result[0]?.text ?? '', /\d/);
      assert.match(result[1]?.text ?? '', /^Timeline \(/);
      assert.ok(requests.every(({ endpoint }) => endpoint !== 'runSse'));
    });

    it('answers on the spot where somebody asks where or whether to export, and asks nothing of the service', async () => {
      const rendersBefore = (await sandbox.counts()).renders;
      for (const question of ['where is the export button?', 'should I export now?', '要现在导出吗？']) {
        const { result, requests } = await sandbox.during(() => chat(question));
        assert.deepEqual([result.route, result.outcome], ['advice', 'answered']);
        assert.deepEqual(
          result.actions.map(({ kind }) => kind),
          ['export'],
        );
        assert.match(result.text, /no credits/);
        assert.deepEqual(requests, []);
      }
      assert.equal((await sandbox.counts()).renders, rendersBefore);
    });

    it('offers the upload as an action where only a dialog could go on', async () => {
      const result = await chat('upload a file');
      assert.equal(result.route, 'upload');
      assert.ok(result.actions.some(({ kind }) => kind === 'upload'));
    });

    it('queues an export that was asked for by word, and says so at once', async () => {
      const result = await chat('export it');
      assert.deepEqual([result.route, result.outcome], ['export', 'answered'], JSON.stringify(result));
      const { transfers } = await extension().exports.chatState();
      assert.ok(transfers.some(({ kind }) => kind === 'render'));
    });

    it('keeps messages that are sent during a turn in order', async () => {
      await sandbox.configure({ pace: 0.02 });
      const results = await Promise.all([chat('add a title "One"'), chat('add a title "Two"'), chat('status')]);
      await sandbox.configure({ pace: 0 });
      assert.deepEqual(
        results.map(({ route }) => route),
        ['message', 'message', 'state'],
      );
      const sent = (await sandbox.messages()).map(({ text }) => text);
      assert.ok(sent.indexOf('add a title "One"') < sent.indexOf('add a title "Two"'));
    });

    it('refuses an empty message', async () => {
      assert.equal((await failure(command('nemo.chat', '   '))).code, 'badArgument');
    });
  });

  describe('nemo.showTracks', () => {
    it('tells the tracks with their clips, in ms', async () => {
      const { summary, tracks } = await command<TracksResult>('nemo.showTracks', {});
      assert.match(summary, /^Timeline \(\d+ tracks?\): 1\. /);
      const video = tracks.find(({ type }) => type === 'video');
      assert.ok(video);
      assert.equal(video.index, 1);
      const [first] = video.clips;
      assert.deepEqual(Object.keys(first ?? {}).sort(), ['duration', 'start', 'title']);
      assert.ok((first?.duration ?? 0) >= 1000);
    });
  });

  describe('nemo.export', () => {
    it('writes a video that plays into the export folder, and never over another one', async () => {
      const one = await command<Exported>('nemo.export', {});
      const two = await command<Exported>('nemo.export', {});
      assert.equal(dirname(one.file.fsPath), inWorkspace('exports'));
      assert.notEqual(one.file.fsPath, two.file.fsPath);
      assert.notEqual(one.jobId, two.jobId);
      const { ffprobe } = await findMediaTools();
      const { stdout } = await promisify(execFile)(ffprobe, [
        ...['-v', 'error', '-show_entries', 'stream=codec_name:format=duration', '-of', 'json', one.file.fsPath],
      ]);
      const told = JSON.parse(stdout) as { streams: { codec_name: string }[]; format: { duration: string } };
      assert.ok(told.streams.some(({ codec_name }) => codec_name === 'h264'));
      const { tracks } = await command<TracksResult>('nemo.showTracks', {});
      const endMs = Math.max(...tracks.flatMap(({ clips }) => clips).map(({ start, duration }) => start + duration));
      assert.ok(Math.abs(Number(told.format.duration) * 1000 - endMs) < 300, `${told.format.duration} s, ${endMs} ms`);
    });

    it('writes to the target that it is given, or beside it where that is taken', async () => {
      const target = clip('my cut.mp4');
      const one = await command<Exported>('nemo.export', { target, format: 'mp4', quality: 'high' });
      assert.equal(one.file.fsPath, target.fsPath);
      const { mtimeMs } = await stat(target.fsPath);
      const two = await command<Exported>('nemo.export', { target });
      assert.equal(basename(two.file.fsPath), 'my cut (2).mp4');
      assert.equal((await stat(target.fsPath)).mtimeMs, mtimeMs);
    });

    it('hands the draft on byte for byte', async () => {
      const renders = await sandbox.renders();
      assert.ok(renders.length > 0);
      assert.deepEqual(
        renders.filter(({ draftMatched }) => !draftMatched),
        [],
      );
    });

    it('orders a render that failed once more, under a new id', async () => {
      const before = (await sandbox.renders()).length;
      await sandbox.configure({ nextRender: 'fail' });
      const { file } = await command<Exported>('nemo.export', {});
      await stat(file.fsPath);
      const ids = (await sandbox.renders()).slice(before).map(({ id }) => id);
      assert.equal(new Set(ids).size, 2);
    });

    it('says that the plan does not allow it, with a way to change that', async () => {
      await sandbox.setPlan('no-export');
      const refused = await failure(command('nemo.export', {}));
      await sandbox.setPlan('free-export');
      assert.equal(refused.code, 'planForbidsExport');
      assert.ok(refused.steps.some(({ kind }) => kind === 'openUrl'));
    });

    it('refuses wishes that make no sense', async () => {
      for (const wish of [
        { target: 7 },
        { format: '../x' },
        { format: 'sh' },
        { format: 'mov' },
        'mp4',
        { quality: 9 },
        { quality: '../x' },
        { quality: 'x'.repeat(21) },
      ]) {
        assert.equal((await failure(command('nemo.export', wish))).code, 'badArgument', JSON.stringify(wish));
      }
    });
  });

  describe('nemo.selectSkill', () => {
    after(() => command('nemo.selectSkill', 'ai-video-editor-generative'));

    it('changes who the requests say they come from, and whose words greet', async () => {
      const chosen = await command<{ name: string; version: string }>('nemo.selectSkill', 'video-writer');
      assert.equal(chosen.name, 'video-writer');
      const { requests } = await sandbox.during(() => command('nemo.showCredits', {}));
      assert.deepEqual([...new Set(requests.map(({ headers }) => headers['x-skill-source']))], ['video-writer']);
      const { skill } = await extension().exports.chatState();
      assert.equal(skill.name, 'video-writer');
      assert.ok(skill.prompts.includes('write a compelling voiceover script based on my video content'));
    });

    it('names the skills that there are when asked for another', async () => {
      const refused = await failure(command('nemo.selectSkill', 'no-such-skill'));
      assert.equal(refused.code, 'badArgument');
      assert.match(refused.message, /video-editing-with-lightroom/);
    });
  });

  it('nemo.openInBrowser asks the service for a link, and hands none to who called', async () => {
    const { result, requests } = await sandbox.during(() => command('nemo.openInBrowser'));
    assert.equal(result, undefined);
    assert.equal(requests.filter(({ endpoint, status }) => endpoint === 'claimToken' && status === 200).length, 1);
  });

  it('nemo.switchSession and nemo.renameSession keep several sessions apart', async () => {
    await chat('status');
    await command('nemo.renameSession', 'My talk');
    const { sessionName, messages } = await extension().exports.chatState();
    assert.equal(sessionName, 'My talk');
    await command('nemo.newSession', {});
    assert.notEqual((await extension().exports.chatState()).sessionName, 'My talk');
    assert.equal((await failure(command('nemo.switchSession', 'nothing-here'))).code, 'badArgument');
    assert.ok(messages.length > 0);
  });

  it('nemo.deleteSession knows the sessions that there are', async () => {
    for (const wrong of [{}, 'text', { id: 1 }, { id: 'nothing-here' }])
      assert.equal((await failure(command('nemo.deleteSession', wrong))).code, 'badArgument');
  });
});

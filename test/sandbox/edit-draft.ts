/** Does what a message asks for: changes the draft, and makes and measures media where that is needed. */
import { basename, extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findScenes, findSilences, meanVolume } from './analyse-media.ts';
import type { Span } from './analyse-media.ts';
import {
  addText,
  changeCanvas,
  changeGrade,
  changeSpeed,
  cutRanges,
  fitMusic,
  insertAtStart,
  isGradeName,
  mapSegments,
  removeClip,
  removeGrade,
} from './draft-edits.ts';
import { draftDurationMs, segmentsOf, videoDurationMs, withSegments } from './draft-model.ts';
import type { Draft, Segment } from './draft-model.ts';
import { editClip } from './edit-clip.ts';
import type { ClipName, EditRequest, Language, Understanding } from './edit-request.ts';
import { isTalk } from './edit-request.ts';
import { makeIntro, makeMusic, makeRawClip } from './make-media.ts';
import type { MediaMaker } from './make-media.ts';
import type { FileShelf, MediaItem } from './media-shelf.ts';
import type { MediaWorkshop } from './media-workshop.ts';
import type { SandboxSettings } from './sandbox-options.ts';
import type { Session } from './sessions.ts';
import type { TurnEvent } from './turn-event.ts';
import { placeOnTimeline, wholeClip } from './uploads.ts';
import { scriptSpans, scriptTable, writeScript } from './voice-script.ts';

/** What came of a message. */
export interface EditResult {
  /** The draft is another than before. */
  readonly changed: boolean;
  /** A clip was generated: told in two stages, never in silence. */
  readonly generated: boolean;
  /** What was done, or why not, in the language of the message. */
  readonly sentences: readonly string[];
  /** A voice-over script as markdown. */
  readonly script: string | undefined;
}

/** One step of the work. */
interface Step {
  readonly draft: Draft;
  readonly sentence: string;
  readonly script?: string;
}

/** What the steps work with. */
interface Bench {
  readonly session: Session;
  readonly draft: Draft;
  readonly language: Language;
  /** Chooses the sentence of the message's language. */
  readonly say: (en: string, zh: string) => string;
}

/** The names under which the work is announced in the event stream. */
const toolNames: Partial<Record<EditRequest['kind'], string>> = {
  generate: 'generate_video',
  cutPauses: 'detect_silence',
  script: 'analyze_video',
  captions: 'add_captions',
  title: 'add_title',
  credits: 'add_title',
  music: 'add_background_music',
  grade: 'color_grade',
  speed: 'change_speed',
  aspect: 'change_aspect_ratio',
  transitions: 'add_transitions',
  intro: 'generate_intro',
  undo: 'undo',
};

/** Marks the intro among the clips. */
const introEffect = 'Cinematic intro';

export class Editor {
  readonly #maker: MediaMaker;
  readonly #settings: Readonly<SandboxSettings>;
  readonly #closing: AbortSignal;

  constructor(workshop: MediaWorkshop, shelf: FileShelf, settings: Readonly<SandboxSettings>, closing: AbortSignal) {
    this.#maker = { workshop, shelf };
    this.#settings = settings;
    this.#closing = closing;
  }

  /** Carries out the requests in their order. The draft changes once, at the end; with a generated clip twice. */
  async perform(session: Session, understood: Understanding, tell: (event: TurnEvent) => void): Promise<EditResult> {
    const { language } = understood;
    const say = (en: string, zh: string) => (language === 'zh' ? zh : en);
    const edits = understood.requests.filter((request) => !isTalk(request));
    const textBefore = session.draftText;
    let draft = session.draft;
    let script: string | undefined;
    const sentences: string[] = [];
    const generate = edits.find((request) => request.kind === 'generate');

    if (edits.some((request) => request.kind === 'undo')) {
      const undone = session.undo();
      sentences.push(
        undone
          ? say('I took the last change back.', '已撤销上一步修改。')
          : say('There is nothing to undo.', '没有可以撤销的操作。'),
      );
      draft = session.draft;
    }
    if (generate !== undefined) {
      const raw = await this.#announced(tell, generate, () =>
        this.#rawClip({ session, draft, language, say }, generate),
      );
      session.change(raw.draft);
      draft = raw.draft;
      tell({ kind: 'text', text: raw.sentence });
      tell({ kind: 'stateDelta', delta: { generated_media_count: session.generated.length } });
      // The second stage: what the user did not ask for is decided by the service.
      await this.#pause(30);
      for (const request of secondStage(generate, edits, language)) {
        const step = await this.#announced(tell, request, () => this.#step({ session, draft, language, say }, request));
        draft = step.draft;
        sentences.push(step.sentence);
      }
    }
    for (const request of edits) {
      if (request.kind === 'undo' || request.kind === 'generate') continue;
      const step = await this.#announced(tell, request, () => this.#step({ session, draft, language, say }, request));
      draft = step.draft;
      script ??= step.script;
      sentences.push(step.sentence);
    }
    if (draft !== session.draft) session.change(draft);
    const changed = session.draftText !== textBefore;
    if (changed)
      tell({ kind: 'stateDelta', delta: { draft_version: session.turns, draft_duration: draftDurationMs(draft) } });
    return { changed, generated: generate !== undefined, sentences, script };
  }

  async #announced(tell: (event: TurnEvent) => void, request: EditRequest, work: () => Promise<Step>): Promise<Step> {
    const name = toolNames[request.kind] ?? 'edit_timeline';
    tell({ kind: 'toolCall', name, args: { request: request.kind } });
    const step = await work();
    tell({ kind: 'toolResult', name, result: { status: 'success' } });
    return step;
  }

  async #pause(seconds: number): Promise<void> {
    const ms = seconds * 1000 * this.#settings.pace;
    if (ms > 0) await delay(ms, undefined, { signal: this.#closing });
  }

  async #rawClip(bench: Bench, request: EditRequest & { kind: 'generate' }): Promise<Step> {
    const { session, say } = bench;
    const empty = segmentsOf(bench.draft, 'video').length === 0;
    const size = request.size ?? (empty && !bench.draft.canvasChosen ? { width: 1920, height: 1080 } : bench.draft);
    const seconds = Math.min(180, (request.durationMs ?? 10_000) / 1000);
    const { width, height } = size;
    const item = await makeRawClip(this.#maker, request.subject, { seconds, width, height, fps: 24 });
    session.generated.push({ ...item, prompt: request.subject });
    const named = { ...item, name: `${request.subject}.mp4`, durationSeconds: seconds };
    return {
      draft: placeOnTimeline(bench.draft, named, session.newId),
      sentence: say(
        `Your raw clip «${request.subject}» is ready (${seconds} s, ${width}×${height}). I am adding music, a title and effects now.`,
        `原始片段「${request.subject}」已生成（${seconds} 秒，${width}×${height}）。正在添加音乐、标题和特效。`,
      ),
    };
  }

  #step(bench: Bench, request: EditRequest): Promise<Step> {
    const { draft, say } = bench;
    const clips = segmentsOf(draft, 'video');
    if (clips.length === 0 && request.kind !== 'addClip' && request.kind !== 'aspect') {
      return Promise.resolve({
        draft,
        sentence: say(
          'There is no clip on the timeline yet. Upload a video, or ask me to generate one.',
          '时间线上还没有片段。请先上传视频，或者让我生成一段。',
        ),
      });
    }
    return this.#edit(bench, request);
  }

  async #edit(bench: Bench, request: EditRequest): Promise<Step> {
    const { session, draft, say } = bench;
    const { newId } = session;
    const end = videoDurationMs(draft);
    const told = (after: Draft, en: string, zh: string): Step => ({ draft: after, sentence: say(en, zh) });
    const lasts = (after: Draft) => text(videoDurationMs(after));
    switch (request.kind) {
      case 'cut': {
        if (request.fromMs >= end) return told(draft, 'The video is shorter than that.', '视频没有那么长。');
        if (request.fromMs === 0 && request.toMs >= end) {
          return told(
            draft,
            'That would leave nothing of the video, so I kept it.',
            '这样整个视频就没有了，所以我没有剪。',
          );
        }
        const after = cutRanges(draft, [[request.fromMs, request.toMs]], newId);
        return told(
          after,
          request.fromMs === 0
            ? `I trimmed the first ${text(request.toMs)}; the video is now ${lasts(after)} long.`
            : `I cut ${text(request.fromMs)} to ${text(request.toMs)}; the video is now ${lasts(after)} long.`,
          request.fromMs === 0
            ? `已剪掉前 ${text(request.toMs)}，视频现在长 ${lasts(after)}。`
            : `已剪掉 ${text(request.fromMs)} 到 ${text(request.toMs)}，视频现在长 ${lasts(after)}。`,
        );
      }
      case 'cutEnd': {
        if (request.ms >= end) return told(draft, 'The video is shorter than that.', '视频没有那么长。');
        const after = cutRanges(draft, [[end - request.ms, end]], newId);
        return told(
          after,
          `I trimmed the last ${text(request.ms)}; the video is now ${lasts(after)} long.`,
          `已剪掉最后 ${text(request.ms)}，视频现在长 ${lasts(after)}。`,
        );
      }
      case 'keep': {
        const toMs = request.toMs ?? end;
        if (request.fromMs >= Math.min(toMs, end))
          return told(draft, 'The video is shorter than that.', '视频没有那么长。');
        const after = cutRanges(
          draft,
          [
            [0, request.fromMs],
            [toMs, Math.max(end, draftDurationMs(draft))],
          ],
          newId,
        );
        return told(
          after,
          `I kept ${text(request.fromMs)} to ${text(Math.min(toMs, end))}; the video is now ${lasts(after)} long.`,
          `已保留 ${text(request.fromMs)} 到 ${text(Math.min(toMs, end))}，视频现在长 ${lasts(after)}。`,
        );
      }
      case 'cutPauses':
        return this.#cutPauses(bench);
      case 'speed': {
        const after = changeSpeed(draft, request.factor);
        return told(
          after,
          `The video now plays at ${request.factor}× and is ${lasts(after)} long.`,
          `视频现在以 ${request.factor} 倍速播放，长 ${lasts(after)}。`,
        );
      }
      case 'aspect': {
        const after = changeCanvas(draft, request.ratio);
        return told(
          after,
          `The canvas is now ${request.ratio} (${after.width}×${after.height}).`,
          `画面比例已改为 ${request.ratio}（${after.width}×${after.height}）。`,
        );
      }
      case 'grade': {
        const { exposure, contrast, saturation, warmth } = request;
        const change = {
          ...(exposure === undefined ? {} : { exposure }),
          ...(contrast === undefined ? {} : { contrast }),
          ...(saturation === undefined ? {} : { saturation }),
          ...(warmth === undefined ? {} : { warmth }),
        };
        const after = changeGrade(draft, request.style, change);
        const names = (segmentsOf(after, 'video')[0]?.effects ?? []).filter((name) => isGradeName(name)).join(', ');
        return told(after, `I graded the clips: ${names}.`, `已完成调色：${names}。`);
      }
      case 'transitions':
        return this.#transitions(bench, request.broll);
      case 'intro':
        return this.#intro(bench, request.text);
      case 'title': {
        const words = request.text ?? (bench.language === 'zh' ? '我的视频' : titleOf(draft));
        const durationMs = Math.min(request.durationMs ?? 3000, end);
        const startMs =
          request.at === 'start'
            ? 0
            : request.at === 'end'
              ? Math.max(0, end - durationMs)
              : Math.min(request.at.fromMs, end - 100);
        const title = textSegment(newId(), words, startMs, Math.min(durationMs, end - startMs), 'centre');
        return told(
          addText(draft, 'title', title, newId),
          `I added the title "${words}" (${text(startMs)} to ${text(startMs + title.durationMs)}).`,
          `已添加标题「${words}」（${text(startMs)} 到 ${text(startMs + title.durationMs)}）。`,
        );
      }
      case 'credits': {
        const words = request.text ?? (bench.language === 'zh' ? '演职员表' : 'Directed and edited by you');
        const durationMs = Math.min(4000, end);
        const credits = textSegment(newId(), words, end - durationMs, durationMs, 'centre');
        return told(
          addText(draft, 'title', credits, newId),
          `I added closing credits over the last ${text(durationMs)}.`,
          `已在最后 ${text(durationMs)} 添加演职员表。`,
        );
      }
      case 'progressBar': {
        const bar = {
          ...textSegment(newId(), '■■■■■■□□□□ 60%', 0, Math.min(3000, end), 'bottom'),
          title: 'Progress bar',
        };
        return told(
          addText(draft, 'overlay', bar, newId),
          'I added a progress bar to the intro.',
          '已在开头添加进度条。',
        );
      }
      case 'music':
        return this.#music(bench, request.mood, request.volume);
      case 'volume':
        return this.#volume(bench, request);
      case 'balance':
        return this.#balance(bench);
      case 'script':
        return this.#script(bench, request.captions);
      case 'captions': {
        if (request.text === undefined) return this.#script(bench, true);
        const caption = textSegment(newId(), request.text, 0, end, 'bottom');
        return told(
          addText(draft, 'captions', caption, newId),
          `I added the caption "${request.text}".`,
          `已添加字幕「${request.text}」。`,
        );
      }
      case 'remove':
        return this.#remove(bench, request.target);
      case 'addClip': {
        const item = findUpload(session, request.clip);
        if (item === undefined) return told(draft, 'I find no such clip in your media.', '素材里没有这个片段。');
        const after = placeOnTimeline(draft, item, newId);
        return told(after, `I added "${stem(item)}" to the timeline.`, `已将「${stem(item)}」添加到时间线。`);
      }
      case 'clip': {
        const step = editClip(
          { draft, earlier: session.earlier, mediaOf: (source) => mediaAt(session, source), newId },
          request.clip,
          request.edit,
        );
        return told(step.draft, ...step.words);
      }
      case 'polish':
        return this.#polish(bench);
      case 'generate':
      case 'undo':
      case 'export':
      case 'tracks':
      case 'account':
      case 'dragAdvice':
      case 'greeting':
        throw new Error(`${request.kind} is no step of an edit`);
    }
  }

  async #cutPauses(bench: Bench): Promise<Step> {
    const { draft, session, say } = bench;
    const pauses: Span[] = [];
    for (const clip of segmentsOf(draft, 'video')) {
      const media = mediaOf(session, clip);
      if (media?.hasAudio !== true || media.kind !== 'video') continue;
      const part: Span = [clip.sourceStartMs, clip.sourceStartMs + Math.round(clip.durationMs * clip.speed)];
      const silences = await findSilences(this.#maker.workshop, media.path, part);
      session.analyses.push({ url: media.url, scenes: [], silences });
      for (const [from, to] of silences) {
        // A breath stays on both sides, but not at the clip's own ends.
        const start = from <= part[0] + 20 ? part[0] : from + 80;
        const stop = to >= part[1] - 20 ? part[1] : to - 80;
        const onTimeline = (at: number) => clip.startMs + Math.round((at - clip.sourceStartMs) / clip.speed);
        if (stop > start) pauses.push([onTimeline(start), onTimeline(stop)]);
      }
    }
    const total = pauses.reduce((sum, [from, to]) => sum + to - from, 0);
    if (pauses.length === 0 || total >= videoDurationMs(draft) - 200) {
      return {
        draft,
        sentence: say('I listened to the clips and found no pauses to cut.', '我检查了声音，没有找到需要剪掉的停顿。'),
      };
    }
    const after = cutRanges(draft, pauses, session.newId);
    return {
      draft: after,
      sentence: say(
        `I cut ${pauses.length} pauses (${text(total)} in all); the video is now ${text(videoDurationMs(after))} long.`,
        `已剪掉 ${pauses.length} 处停顿（共 ${text(total)}），视频现在长 ${text(videoDurationMs(after))}。`,
      ),
    };
  }

  /** Soft edges at every cut; with B-roll, a short look at something else across each of them. */
  #transitions(bench: Bench, broll: boolean): Promise<Step> {
    const { draft, session, say } = bench;
    const clips = segmentsOf(draft, 'video');
    const cuts = clips.slice(1).map((clip) => clip.startMs);
    const end = videoDurationMs(draft);
    if (!broll) {
      const name = 'Dip to black';
      const after = mapSegments(draft, 'video', (clip) => ({
        ...clip,
        fadeInMs: 250,
        fadeOutMs: 250,
        effects: [...clip.effects.filter((effect) => effect !== name), name],
      }));
      return Promise.resolve({
        draft: after,
        sentence: say(
          `I added transitions at ${Math.max(1, cuts.length)} places.`,
          `已添加 ${Math.max(1, cuts.length)} 处转场。`,
        ),
      });
    }
    const onTimeline = new Set(clips.map((clip) => clip.source));
    const spare = session.uploads.filter((item) => item.kind !== 'audio' && !onTimeline.has(item.url));
    const places = (cuts.length > 0 ? cuts : [Math.round(end / 2)]).slice(0, 8);
    const cutaways: Segment[] = [];
    for (const [index, at] of places.entries()) {
      const before = cutaways.at(-1);
      const startMs = Math.max(before === undefined ? 0 : before.startMs + before.durationMs + 200, at - 500);
      const durationMs = Math.min(1000, end - startMs);
      const clip = clips[index % clips.length];
      const media =
        spare.length > 0 ? spare[index % spare.length] : clip === undefined ? undefined : mediaOf(session, clip);
      if (media === undefined || durationMs < 300) continue;
      const sourceMs = Math.round(media.durationSeconds * 1000);
      // Of the same clip, something that is not seen just now.
      const sourceStartMs =
        spare.length > 0
          ? 0
          : Math.max(0, Math.min(sourceMs - durationMs, (startMs + sourceMs / 2) % Math.max(1, sourceMs)));
      cutaways.push({
        ...wholeClip(media, startMs, session.newId()),
        title: `B-roll ${index + 1}: ${stem(media)}`,
        durationMs,
        sourceStartMs: Math.round(sourceStartMs),
        volume: 0,
        fadeInMs: 250,
        fadeOutMs: 250,
        effects: ['B-roll transition'],
      });
    }
    return Promise.resolve({
      draft: withSegments(draft, 'broll', cutaways, session.newId),
      sentence: say(`I added ${cutaways.length} B-roll transitions.`, `已添加 ${cutaways.length} 处空镜转场。`),
    });
  }

  async #intro(bench: Bench, words: string | undefined): Promise<Step> {
    const { draft, session, say } = bench;
    const without = removeIntro(draft, session);
    const first = segmentsOf(without, 'video')[0];
    const title = words ?? (bench.language === 'zh' ? '精彩即将开始' : titleOf(draft));
    const item = await makeIntro(this.#maker, {
      seconds: 3,
      width: draft.width,
      height: draft.height,
      fps: draft.fps,
      backdrop: first === undefined ? undefined : mediaOf(session, first),
    });
    session.generated.push({ ...item, prompt: title });
    const clip = { ...wholeClip(item, 0, session.newId()), title: introEffect, effects: [introEffect] };
    // Its words stand on the title track, where they can be seen and changed.
    const titled = textSegment(session.newId(), title, 300, 2400, 'centre');
    return {
      draft: addText(insertAtStart(without, clip, session.newId), 'title', titled, session.newId),
      sentence: say(
        `I put a cinematic intro "${title}" of 3 s before the video.`,
        `已在开头加入 3 秒的电影感片头「${title}」。`,
      ),
    };
  }

  async #music(bench: Bench, mood: string | undefined, volume: number | undefined): Promise<Step> {
    const { draft, session, say } = bench;
    const end = videoDurationMs(draft);
    // A song that the user gave comes before one that is made, unless a mood was asked for.
    const own = mood === undefined ? session.uploads.findLast((item) => item.kind === 'audio') : undefined;
    const name = own === undefined ? (mood ?? 'Lo-fi') : stem(own);
    const item = own ?? (await makeMusic(this.#maker, name, Math.ceil(end / 1000)));
    if (own === undefined) session.generated.push({ ...item, prompt: name });
    const percent = volume ?? 35;
    const segment: Segment = {
      ...wholeClip(item, 0, session.newId()),
      title: name,
      durationMs: Math.min(end, Math.round(item.durationSeconds * 1000)),
      volume: percent / 100,
      fadeOutMs: 1000,
    };
    return {
      draft: fitMusic(withSegments(draft, 'music', [segment], session.newId)),
      sentence: say(`I added background music: ${name} at ${percent}%.`, `已添加背景音乐：${name}，音量 ${percent}%。`),
    };
  }

  #volume(bench: Bench, request: EditRequest & { kind: 'volume' }): Promise<Step> {
    const { draft, say } = bench;
    const roles = request.target === 'all' ? (['video', 'music'] as const) : ([request.target] as const);
    if (request.target === 'music' && segmentsOf(draft, 'music').length === 0) {
      return Promise.resolve({ draft, sentence: say('There is no music on the timeline.', '时间线上没有音乐。') });
    }
    const round = (volume: number) => Math.round(Math.max(0, Math.min(1.5, volume)) * 100) / 100;
    const set = (volume: number): number => {
      if (request.volume === 'louder') return round(volume * 1.25);
      if (request.volume === 'quieter') return round(volume * 0.6);
      return round(request.volume / 100);
    };
    const after = roles.reduce<Draft>(
      (before, role) => mapSegments(before, role, (clip) => ({ ...clip, volume: set(clip.volume) })),
      draft,
    );
    const clip = segmentsOf(after, request.target === 'music' ? 'music' : 'video')[0];
    const percent = Math.round((clip?.volume ?? 0) * 100);
    const what = { music: ['music', '音乐'], video: ['video', '视频'], all: ['whole timeline', '全部'] }[
      request.target
    ];
    return Promise.resolve({
      draft: after,
      sentence:
        percent === 0
          ? say(`I muted the ${what[0]}.`, `已将${what[1]}静音。`)
          : say(`The volume of the ${what[0]} is now ${percent}%.`, `${what[1]}音量现在是 ${percent}%。`),
    });
  }

  /** Brings all clips to the mean volume of the quietest, and the music below them. */
  async #balance(bench: Bench): Promise<Step> {
    const { draft, session, say } = bench;
    const levels = new Map<string, number>();
    for (const clip of segmentsOf(draft, 'video')) {
      const media = mediaOf(session, clip);
      if (media?.hasAudio !== true || levels.has(media.url)) continue;
      const level = await meanVolume(this.#maker.workshop, media.path);
      if (level !== undefined) levels.set(media.url, level);
    }
    const quietest = Math.min(...levels.values());
    const after = mapSegments(draft, 'video', (clip) => {
      const level = levels.get(clip.source ?? '');
      const volume = level === undefined ? clip.volume : Math.max(0.2, 10 ** ((quietest - level) / 20));
      const name = 'Balanced audio';
      const effects = [...clip.effects.filter((effect) => effect !== name), name];
      return { ...clip, volume: Math.round(volume * 100) / 100, effects };
    });
    return {
      draft: mapSegments(after, 'music', (clip) => ({ ...clip, volume: 0.25 })),
      sentence: say('I balanced the audio of the clips.', '已平衡各片段的音量。'),
    };
  }

  async #script(bench: Bench, captions: boolean): Promise<Step> {
    const { draft, session, language, say } = bench;
    const clips = segmentsOf(draft, 'video');
    const changes: number[] = [];
    for (const clip of clips) {
      if (clip.startMs > 0) changes.push(clip.startMs);
      const media = mediaOf(session, clip);
      if (media?.kind !== 'video') continue;
      const part: Span = [clip.sourceStartMs, clip.sourceStartMs + Math.round(clip.durationMs * clip.speed)];
      const scenes = await findScenes(this.#maker.workshop, media.path, part);
      session.analyses.push({ url: media.url, scenes, silences: [] });
      changes.push(...scenes.map((at) => clip.startMs + Math.round((at - clip.sourceStartMs) / clip.speed)));
    }
    const intro = clips.find((clip) => clip.effects.includes(introEffect));
    const fromMs = intro?.durationMs ?? 0;
    const all = scriptSpans(changes, videoDurationMs(draft));
    // Nothing is said over the intro, unless there is nothing else.
    const spans = all.some(([from]) => from >= fromMs) ? all.filter(([from]) => from >= fromMs) : all;
    const titleAt = (ms: number) => {
      const clip = clips.findLast((other) => other.startMs <= ms) ?? clips[0];
      return (clip?.title ?? '').replace(/[_-]+/g, ' ');
    };
    const lines = writeScript(spans, language, titleAt);
    const segments = lines.map((line) =>
      textSegment(session.newId(), line.text, line.fromMs, line.toMs - line.fromMs, 'bottom'),
    );
    return {
      draft: captions ? withSegments(draft, 'captions', segments, session.newId) : draft,
      script: scriptTable(lines, language),
      sentence: captions
        ? say(`I added ${lines.length} captions to the timeline.`, `已在时间线上添加 ${lines.length} 条字幕。`)
        : say(
            `Here is a voiceover script for your video, with ${lines.length} lines timed to its scenes.`,
            `这是根据视频画面写的旁白脚本，共 ${lines.length} 句，按场景对好了时间。`,
          ),
    };
  }

  #remove(bench: Bench, target: (EditRequest & { kind: 'remove' })['target']): Promise<Step> {
    const { draft, session, say } = bench;
    const { newId } = session;
    const done = (after: Draft, en: string, zh: string): Promise<Step> =>
      Promise.resolve(
        after === draft
          ? { draft, sentence: say('There is nothing of that on the timeline.', '时间线上没有这样的内容。') }
          : { draft: after, sentence: say(`I removed the ${en}.`, `已移除${zh}。`) },
      );
    const without = (role: 'title' | 'music' | 'captions' | 'broll') =>
      segmentsOf(draft, role).length === 0 ? draft : withSegments(draft, role, [], newId);
    switch (target) {
      case 'title':
        return done(without('title'), 'title', '标题');
      case 'music':
        return done(without('music'), 'music', '背景音乐');
      case 'captions':
        return done(without('captions'), 'captions', '字幕');
      case 'broll':
        return done(without('broll'), 'B-roll', '空镜');
      case 'intro':
        return done(removeIntro(draft, session), 'intro', '片头');
      case 'grade':
        return done(removeGrade(draft), 'colour grade', '调色');
    }
  }

  /** «Edit my clips»: what an editor does first. */
  async #polish(bench: Bench): Promise<Step> {
    const { say } = bench;
    const cut = await this.#cutPauses(bench);
    const graded = changeGrade(cut.draft, 'Natural grade', { contrast: 6, saturation: 8 });
    const soft = await this.#transitions({ ...bench, draft: graded }, false);
    return {
      draft: soft.draft,
      sentence: say(
        `${cut.sentence} I also gave the clips a natural colour grade and soft transitions.`,
        `${cut.sentence}另外做了自然的调色，并加了柔和的转场。`,
      ),
    };
  }
}

/** What the service adds to a raw clip by itself, as far as the message did not ask for it anyway. */
function secondStage(
  generate: EditRequest & { kind: 'generate' },
  edits: readonly EditRequest[],
  language: Language,
): EditRequest[] {
  const asked = new Set(edits.map((request) => request.kind));
  const all: EditRequest[] = [
    { kind: 'music', mood: 'Lo-fi', volume: 35 },
    { kind: 'title', text: headline(generate.subject, language), at: 'start', durationMs: 3000 },
    {
      kind: 'grade',
      style: 'Cinematic grade',
      exposure: undefined,
      contrast: 8,
      saturation: 10,
      warmth: undefined,
    },
  ];
  return all.filter((request) => !asked.has(request.kind));
}

function headline(subject: string, language: Language): string {
  if (language === 'zh') return subject.slice(0, 16);
  return subject
    .split(/\s+/)
    .slice(0, 4)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ');
}

function removeIntro(draft: Draft, session: Session): Draft {
  const intro = segmentsOf(draft, 'video').find((clip) => clip.effects.includes(introEffect));
  return intro === undefined ? draft : removeClip(draft, 'video', intro, session.newId);
}

function mediaOf(session: Session, { source }: Segment): MediaItem | undefined {
  return mediaAt(session, source);
}

function mediaAt(session: Session, source: string | undefined): MediaItem | undefined {
  return source === undefined ? undefined : session.mediaAt(source);
}

function findUpload(session: Session, name: ClipName): MediaItem | undefined {
  const visible = session.uploads.filter((item) => item.kind !== 'audio');
  if ('place' in name) return visible.at(name.place > 0 ? name.place - 1 : name.place);
  const wanted = name.title.toLowerCase();
  return visible.find((item) => item.name.toLowerCase() === wanted || stem(item).toLowerCase() === wanted);
}

function textSegment(
  id: bigint,
  words: string,
  startMs: number,
  durationMs: number,
  place: 'centre' | 'bottom',
): Segment {
  return {
    id,
    title: words,
    text: words,
    startMs,
    durationMs,
    sourceStartMs: 0,
    speed: 1,
    volume: 1,
    effects: [],
    place,
  };
}

/** A headline out of the first clip's name. */
function titleOf(draft: Draft): string {
  const clip = segmentsOf(draft, 'video').find((other) => !other.effects.includes(introEffect));
  return headline((clip?.title ?? 'My video').replace(/[_-]+/g, ' '), 'en');
}

function stem(item: MediaItem): string {
  return basename(item.name, extname(item.name));
}

/** «2.5 s». */
function text(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

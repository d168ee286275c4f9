import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { TimelineFacts } from '../setup/chat-pane.ts';
import type { EditorWindow } from '../setup/editor-window.ts';
import { probeVideo } from '../setup/probe-video.ts';

/** What the person of the story writes. */
export const storyMessage = 'cut the pauses and add a title "Hello Nemo" for the first 3 seconds';

/** How far a video may be off the length that the timeline says, in s: a frame or two, and what sound is padded by. */
const tolerance = 0.15;

/** What came of the story. */
export interface StoryEnd {
  /** The exported video, in the workspace. */
  readonly file: string;
  /** What the timeline said before the export. */
  readonly timeline: TimelineFacts;
  /** Sentences of the answer's card of changes. */
  readonly changes: readonly string[];
}

/**
 * Plays the main job by mouse and keyboard: a right click on the talk uploads it, the chat cuts and titles it, a
 * clip plays above the timeline, «Export Video…» brings the MP4 into the workspace. `shot` is called with a name where there is something to see.
 * @throws Error that names the step which did not come to its end.
 */
export async function playStory(
  window: EditorWindow,
  workspace: string,
  shot: (name: string) => Promise<void>,
): Promise<StoryEnd> {
  const { page, chat } = window;

  await step('look at the clips in the Explorer', async () => {
    await window.show('Explorer');
    await window.explorerItem('talk.mp4').waitFor();
    await shot('the-clips');
  });

  await step('upload the talk by a right click', async () => {
    const menu = await window.explorerMenu('talk.mp4');
    const upload = menu.getByRole('menuitem', { name: 'Upload to Nemo' });
    await upload.hover();
    await shot('right-click');
    await window.choose(upload);
    await window.show('Nemo');
    await window.widenSideBar(560);
    await chat.attachments.filter({ hasText: 'talk.mp4' }).filter({ hasNotText: 'uploading' }).waitFor();
    await shot('uploaded');
  });

  await step('write a message', async () => {
    await chat.composer.click();
    await chat.composer.pressSequentially(storyMessage, { delay: 15 });
    await shot('message');
    await chat.button('Send').click();
  });

  const changes = await step('wait for the answer', async () => {
    await chat.answers.first().waitFor();
    await shot('answering');
    const answer = await chat.answer(0);
    await chat.timelineLine.filter({ hasText: /tracks/ }).waitFor();
    await shot('answered');
    const rows = await answer.locator('nemo-change-card').getByRole('button').allInnerTexts();
    if (!rows.some((row) => row.includes('Hello Nemo')))
      throw new Error(`The answer tells these changes: ${rows.join('; ')}`);
    return rows;
  });
  const timeline = await step('read the timeline', () => chat.timelineFacts());

  await step('look at a clip above the timeline', async () => {
    await chat.previewFirstClip();
    await shot('preview');
    await chat.closePreview();
  });

  const file = await step('export the video', async () => {
    await page.getByRole('button', { name: 'Export Video…' }).first().click();
    await window.quickInput.waitFor();
    await shot('export-to');
    const path = await window.acceptPath();
    await window.notifications.filter({ hasText: 'is ready' }).waitFor({ timeout: 180_000 });
    await shot('exported');
    return path;
  });
  await step('see the video play', async () => {
    await window.notifications.filter({ hasText: 'is ready' }).getByRole('button', { name: 'Open' }).click();
    const played = await window.video.evaluate(async (video: HTMLVideoElement) => {
      video.muted = true;
      await video.play();
      while (video.currentTime < 1)
        await new Promise((resolve) => video.addEventListener('timeupdate', resolve, { once: true }));
      video.pause();
      return { seconds: video.duration, width: video.videoWidth, height: video.videoHeight };
    });
    await shot('playing');
    if (Math.abs(played.seconds - timeline.seconds) > tolerance || played.width !== timeline.width) {
      throw new Error(`The player shows ${played.seconds} s of ${played.width}×${played.height}.`);
    }
  });

  await step('find the video in the Explorer', async () => {
    await window.show('Explorer');
    await window.explorerItem('exports').waitFor();
    await shot('in-the-workspace');
    const videos = await readdir(join(workspace, 'exports'));
    if (videos.length !== 1) throw new Error(`The export folder holds ${videos.join(', ') || 'nothing'}.`);
  });
  return { file, timeline, changes };
}

/**
 * Holds a video against what the timeline said.
 * @throws Error that says what differs.
 */
export async function checkVideo(file: string, { seconds, width, height }: TimelineFacts): Promise<void> {
  const video = await probeVideo(file);
  const found = `${video.durationSeconds.toFixed(2)} s, ${video.width}×${video.height}, ${video.codec}`;
  const right =
    Math.abs(video.durationSeconds - seconds) <= tolerance &&
    video.width === width &&
    video.height === height &&
    video.codec === 'h264';
  if (!right) throw new Error(`The timeline said ${seconds} s and ${width}×${height}, but ${file} has ${found}.`);
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The story stopped where one would ${name}: ${reason}`, { cause: error });
  }
}

import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { openBrowser } from '../setup/browser.ts';
import { EditorWindow } from '../setup/editor-window.ts';
import type { Stage } from './stage.ts';
import { checkVideo, playStory } from './story.ts';

/**
 * Plays the story in an unseen browser and leaves the video and numbered screenshots in `output`.
 * @throws Error that says which step did not come to its end, or how the video differs from the timeline.
 */
export async function playHeadless(stage: Stage, output: string): Promise<void> {
  const browser = await openBrowser({ profile: join(stage.folder, 'browser') });
  try {
    const window = await EditorWindow.open(browser, stage.server.url, stage.workspace);
    let shots = 0;
    const shot = async (name: string) => {
      shots += 1;
      await window.page.screenshot({ path: join(output, `${String(shots).padStart(2, '0')}-${name}.png`) });
      console.log(`  ${shots}. ${name.replaceAll('-', ' ')}`);
    };
    const said = await playStory(window, stage.workspace, shot).catch(async (error: unknown) => {
      await shot('stopped-here');
      throw error;
    });
    const kept = join(output, basename(said.file));
    await copyFile(said.file, kept);
    await checkVideo(kept, said.timeline);
    const { seconds, width, height } = said.timeline;
    console.log(`\n${kept} has the ${seconds} s and the ${width}×${height} px that the timeline said.`);
  } finally {
    await browser.close();
  }
}

import assert from 'node:assert/strict';

import { isGeneratingTool, toolLabel } from '../../../src/conversation/tool-label.ts';

describe('The plain name of a tool', () => {
  for (const [tool, label] of [
    ['generate_video', 'Generating video'],
    ['textToVideo', 'Generating video'],
    ['create_intro_scene', 'Generating video'],
    ['image_generation', 'Generating a picture'],
    ['generate_cover_image', 'Generating a picture'],
    ['add_background_music', 'Adding music'],
    ['AddBGM', 'Adding music'],
    ['add_title', 'Adding text'],
    ['add_captions', 'Adding captions'],
    ['write_voiceover_script', 'Writing the script'],
    ['tts_narration', 'Adding a voice-over'],
    ['detect_silence', 'Cutting the pauses'],
    ['color_grade', 'Grading the colours'],
    ['change_speed', 'Changing the speed'],
    ['change_aspect_ratio', 'Changing the picture size'],
    ['add_transitions', 'Adding transitions'],
    ['trim_clip', 'Cutting the clips'],
    ['split-segment', 'Cutting the clips'],
    ['set_volume', 'Adjusting the sound'],
    ['analyze_video', 'Looking at your clips'],
    ['search_stock_footage', 'Looking for footage'],
    ['undo', 'Undoing a change'],
    ['update_draft', 'Updating the timeline'],
    ['transfer_to_agent', 'Working on your video'],
    ['', 'Working on your video'],
    ['x9', 'Working on your video'],
    ['工具', 'Working on your video'],
    ['<script>alert(1)</script>'.repeat(1000), 'Writing the script'],
  ] as const) {
    it(`«${tool.slice(0, 40)}» is «${label}»`, () => assert.equal(toolLabel(tool), label));
  }

  it('knows which of them make a clip', () => {
    for (const tool of ['generate_video', 'generate_intro', 'textToVideo', 'i2v_model', 'createScene'])
      assert.ok(isGeneratingTool(tool), tool);
    for (const tool of ['add_title', 'trim_clip', 'analyze_video', 'create_draft', ''])
      assert.ok(!isGeneratingTool(tool), tool);
  });
});

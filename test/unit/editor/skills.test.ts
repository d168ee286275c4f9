import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { Skills, skillPlatform } from '../../../src/editor/skills.ts';

const root = join(import.meta.dirname, '..', '..', '..');

describe('Skills', () => {
  const skills = new Skills(root, 'en', {});

  it('are three, in version 1.0.0, with words and prompts of their own', () => {
    assert.deepEqual(
      skills.all.map(({ name, version }) => [name, version]),
      [
        ['ai-video-editor-generative', '1.0.0'],
        ['video-editing-with-lightroom', '1.0.0'],
        ['video-writer', '1.0.0'],
      ],
    );
    for (const { greeting, prompts, workflows, tips, tagline } of skills.all) {
      assert.ok(greeting !== '' && tagline !== '' && prompts.length >= 3 && tips.length >= 3);
      assert.deepEqual(
        workflows.map(({ name }) => name),
        ['Quick edit', 'Batch', 'Step by step'],
      );
    }
  });

  it('greet in Chinese too, with as many prompts, workflows and tips', () => {
    const chinese = new Skills(root, 'zh-cn', {});
    for (const skill of skills.all) {
      const translated = chinese.named(skill.name);
      assert.match(translated.greeting, /\p{Script=Han}/u, skill.name);
      assert.equal(translated.prompts.length, skill.prompts.length);
      assert.equal(translated.workflows.length, skill.workflows.length);
      assert.equal(translated.tips.length, skill.tips.length);
    }
  });

  it('name themselves to the service, and the place where the extension was installed', () => {
    assert.deepEqual(skills.attribution('video-writer'), {
      source: 'video-writer',
      version: '1.0.0',
      platform: skillPlatform(root, homedir(), undefined),
    });
    assert.equal(skills.attribution('no such skill').source, 'ai-video-editor-generative');
  });

  for (const [path, environment, platform] of [
    ['/home/me/.clawhub/extensions/nemo', undefined, 'clawhub'],
    ['/home/me/.cursor/skills/nemo', undefined, 'cursor'],
    ['/home/me/.cursor/extensions/nemo', '', 'cursor'],
    ['/home/me/.vscode/extensions/nemo', undefined, 'unknown'],
    ['/opt/.cursor/nemo', undefined, 'unknown'],
    ['/home/me/.cursor/extensions/nemo', 'elsewhere', 'elsewhere'],
  ] as const) {
    it(`an extension in ${path} with SKILL_SOURCE=${environment ?? '–'} is on «${platform}»`, () => {
      assert.equal(skillPlatform(path, '/home/me', environment), platform);
    });
  }
});

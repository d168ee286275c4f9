import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, sep } from 'node:path';

import { parse } from 'yaml';
import * as z from 'zod';

import type { Attribution } from '../client/client-options.ts';
import type { SkillView } from '../conversation/chat-state.ts';

const words = z.object({
  displayName: z.string(),
  tagline: z.string(),
  greeting: z.string(),
  prompts: z.array(z.string()).min(1),
  workflows: z.array(z.object({ name: z.string(), steps: z.string() })).min(1),
  tips: z.array(z.string()),
});

const frontMatter = words.extend({
  name: z.string(),
  version: z.string(),
  formats: z.array(z.string()),
  /** The same words in other languages, by the editor's name of the language. */
  translations: z.record(z.string(), words).optional(),
});

/** One way of working on the service, as its file in media/skills says. */
export interface Skill extends SkillView {
  readonly version: string;
}

/** The skills that the extension carries. */
export class Skills {
  readonly all: readonly Skill[];
  readonly #platform: string;

  /**
   * Reads the skills' files, in the words of `language` (`en`, `zh-cn`, …) where they have them.
   * @throws where a file of the extension is missing or broken.
   */
  constructor(extensionPath: string, language: string, environment: NodeJS.ProcessEnv = process.env) {
    const folder = join(extensionPath, 'media', 'skills');
    this.all = readdirSync(folder)
      .filter((file) => file.endsWith('.md'))
      .sort()
      .map((file) => readSkill(readFileSync(join(folder, file), 'utf8'), language));
    this.#platform = skillPlatform(extensionPath, homedir(), environment['SKILL_SOURCE']);
  }

  /** The skill of that name; the first one where the name says nothing. */
  named(name: string): Skill {
    const skill = this.find(name) ?? this.all[0];
    if (!skill) throw new Error('media/skills is empty.');
    return skill;
  }

  find(name: string): Skill | undefined {
    return this.all.find((skill) => skill.name === name);
  }

  /** The words of the skill of that name, for the side panel. */
  view(name: string): SkillView {
    const { displayName, tagline, greeting, prompts, workflows, tips, ...skill } = this.named(name);
    return { name: skill.name, displayName, tagline, greeting, prompts, workflows, tips };
  }

  /** What the attribution headers say while that skill is active. */
  attribution(name: string): Attribution {
    const skill = this.named(name);
    return { source: skill.name, version: skill.version, platform: this.#platform };
  }
}

function readSkill(text: string, language: string): Skill {
  const header = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1];
  const { translations, name, version, ...english } = frontMatter.parse(parse(header ?? ''));
  const { displayName, tagline, greeting, prompts, workflows, tips } =
    translations?.[language.toLowerCase()] ?? english;
  return { name, version, displayName, tagline, greeting, prompts, workflows, tips };
}

/** `X-Skill-Platform`: said by the environment, else told by the folder that the extension was installed into. */
export function skillPlatform(extensionPath: string, home: string, environment: string | undefined): string {
  if (environment?.trim()) return environment.trim();
  const [first] = relative(home, extensionPath).split(sep);
  if (first === '.clawhub') return 'clawhub';
  if (first === '.cursor') return 'cursor';
  return 'unknown';
}

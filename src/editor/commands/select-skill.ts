import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../../client/errors.ts';
import { plainText } from '../../client/plain-text.ts';
import { cancelled } from '../as-nemo-error.ts';
import { nameList } from '../name-list.ts';
import { plainWindow } from '../surfaces/plain-window.ts';
import { optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/** `nemo.selectSkill (name?)` → the skill that is active from now on. */
export async function selectSkill(
  { skills, settings }: CommandContext,
  { args, mayAsk }: CommandCall,
): Promise<{ readonly name: string; readonly displayName: string; readonly version: string }> {
  const wanted = optionalText(args[0]) ?? (mayAsk ? await askForSkill() : settings.skill);
  const skill = skills.find(wanted);
  if (!skill) {
    throw new NemoError(
      'badArgument',
      l10n.t('There is no skill “{0}”. Choose one of: {1}.', wanted, nameList(skills.all.map(({ name }) => name))),
    );
  }
  if (skill.name !== settings.skill) {
    const configuration = vscode.workspace.getConfiguration('nemo');
    // Where the workspace says which skill, the workspace's word has to change, or nothing would.
    const inWorkspace = configuration.inspect('skill')?.workspaceValue !== undefined;
    const level = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await configuration.update('skill', skill.name, level);
  }
  return { name: skill.name, displayName: skill.displayName, version: skill.version };

  async function askForSkill(): Promise<string> {
    const picked = await plainWindow.showQuickPick(
      skills.all.map(({ name, displayName, tagline }) => ({
        label: plainText(displayName),
        detail: plainText(tagline),
        description: plainText(name === settings.skill ? l10n.t('active') : ''),
        name,
      })),
      { title: plainText(l10n.t('Select a Skill')), matchOnDetail: true },
    );
    if (!picked) throw cancelled();
    return picked.name;
  }
}

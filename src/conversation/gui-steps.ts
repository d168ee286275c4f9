import * as l10n from '@vscode/l10n';

import type { NextStep } from '../client/next-step.ts';
import { withoutTrailing } from '../client/without-trailing.ts';
import type { GuiLanguage } from './gui-language.ts';
import { beginnings } from './pattern.ts';

/** «Export» */
export const exportStep = (): NextStep => ({ kind: 'export', label: l10n.t('Export') });
const tracksStep = (): NextStep => ({ kind: 'showTracks', label: l10n.t('Show Tracks') });

/** What the instruction comes to here; undefined where nothing needs doing (work is kept by itself). */
export function stepFor(told: string, language: GuiLanguage): NextStep | undefined {
  if (/\bexport|download|导出|下载/i.test(told)) return exportStep();
  if (/upload|import|your files|files here|上传|导入/i.test(told)) return { kind: 'upload', label: l10n.t('Upload…') };
  if (/\bdrag|\bdrop |拖/i.test(told)) return editStep(asMove(told, language));
  if (
    /account|billing|credits?\b|subscription|pricing|payment|\bplan\b|top up|upgrade|账户|帐户|账号|账单|余额|积分|充值|套餐|升级/i.test(
      told,
    )
  ) {
    return { kind: 'showCredits', label: l10n.t('Show Credits') };
  }
  if (/\bundo\b|撤销/i.test(told)) return editStep(language.undoWords);
  if (/\b(?:share|browser|web ?site|web app)\b|分享|浏览器|网页/i.test(told)) {
    return { kind: 'openInBrowser', label: l10n.t('Open in Browser') };
  }
  if (/preview|\bplay|timeline|tracks?\b|panel|view|watch|预览|播放|时间线|时间轴|轨道|面板|查看/i.test(told))
    return tracksStep();
  const button = buttonName(told);
  if (button !== undefined)
    return /^(?:save|close|done|cancel|back|保存|关闭|完成|取消|返回)$/i.test(button) ? undefined : editStep(button);
  return tracksStep();
}

/** The edit as a message. It is sent where it says all, and put into the composer where the user has to say more. */
function editStep(edit: string): NextStep {
  const isVague =
    /adjust|reposition|rearrange|re-?order|its new place|where you want|desired|anywhere|^move it$|想要|调整|合适|新的位置|任意|需要的/i.test(
      edit,
    );
  return isVague
    ? { kind: 'compose', label: l10n.t('Write the edit…'), argument: edit }
    : { kind: 'send', label: l10n.t('Send: {0}', edit), argument: edit };
}

/** «Drag the clip to the start and drop it there» as what it does. */
function asMove(told: string, language: GuiLanguage): string {
  if (told.includes('拖')) {
    return told
      .slice([...beginnings(told, language.manner)].at(-1))
      .replace(/拖拽|拖动|拖放|拖移|拖(?=[到至入进])|拖/, '移动')
      .replace(/(?:即可|来调整).*/s, (end) => (end.startsWith('来') ? end : ''))
      .slice(0, 200);
  }
  const drag = /\b(?:drag(?:ging)?(?:(?: and |-and-| & )drop(?:ping)?)?|drop(?:ping)?)\b/i.exec(told);
  const dragged = drag ? told.slice(drag.index + drag[0].length) : told;
  const drop = /\b(?:and|then) (?:then )?drop\b/i.exec(dragged);
  const move = withoutTrailing(dragged.slice(0, drop?.index), ', ').trim();
  return `Move ${move === '' ? 'it' : move}`.slice(0, 200);
}

/** What is written on the button. */
function buttonName(told: string): string | undefined {
  const quotedName = /["“「『【[]([^"“「『【[”」』】\]]{1,30})["”」』】\]]/u.exec(told)?.[1];
  const named =
    /(?:[Cc]lick|[Tt]ap|[Pp]ress|[Hh]it|[Pp]ush)(?:ing)?(?: on)? (?:the )?((?:[A-Z][\w-]{0,30})(?: [A-Z][\w-]{0,30}){0,2})/.exec(
      told,
    )?.[1];
  return quotedName ?? named;
}

import * as l10n from '@vscode/l10n';

import type { NextStep } from '../client/next-step.ts';
import { withoutTrailing } from '../client/without-trailing.ts';
import type { GuiLanguage } from './gui-language.ts';
import { beginnings, execAtBeginning } from './pattern.ts';
import { showTracksStep } from './turn-words.ts';

/** «Export» */
export const exportStep = (): NextStep => ({ kind: 'export', label: l10n.t('Export') });
const creditsStep = (): NextStep => ({ kind: 'showCredits', label: l10n.t('Show Credits') });

/** Buttons that only end a dialog: here there is none. */
const noButton =
  /^(?:ok|okay|yes|no|got it|save|close|done|cancel|back|next|continue|apply|accept|agree|submit|finish|enter|return|esc|escape|确定|确认|好的?|是|否|应用|提交|知道了|保存|关闭|完成|取消|返回|下一步|继续|回车键?|回车)$/i;

/** What the instruction comes to here, in the order of its words; nothing where nothing needs doing (work is kept by itself). */
export function stepsFor(clauses: readonly string[], language: GuiLanguage): readonly NextStep[] {
  const told = clauses.join(' ');
  const first = clauses[0] ?? '';
  if (execAtBeginning(first, language.manner, language.paying)) return [creditsStep()];
  const isExport = /\bexport|download|导出|下载/i.test(told);
  if (isExport && execAtBeginning(first, language.manner, language.looking)) return [showTracksStep(), exportStep()];
  if (isExport || isExportChoice(told)) return [exportStep()];
  if (isUpload(told)) return [{ kind: 'upload', label: l10n.t('Upload…') }];
  const isPlayhead = /\b(?:play ?head|scrubber)\b|播放头|游标/i.test(told);
  if (/\bdrag|\bdrop |拖/i.test(told) && !isPlayhead) return [editStep(asMove(told, language))];
  if (
    /account|billing|credits?\b|subscription|pricing|payment|\bplan\b|top up|upgrade|账户|帐户|账号|账单|余额|积分|充值|套餐|升级/i.test(
      told,
    )
  ) {
    return [creditsStep()];
  }
  if (/\bundo\b|撤销/i.test(told)) return [editStep(language.undoWords)];
  if (/\b(?:share|browser|web ?site|web app)\b|分享|浏览器|网页/i.test(told)) {
    return [{ kind: 'openInBrowser', label: l10n.t('Open in Browser') }];
  }
  if (/preview|\bplay|timeline|tracks?\b|panel|view|watch|预览|播放|时间线|时间轴|轨道|面板|查看/i.test(told))
    return [showTracksStep()];
  return buttonSteps(buttonName(told) ?? dialogButton(told), language);
}

/** The edits that instructions come to, as one message. */
export function editsStep(edits: readonly string[], language: GuiLanguage): NextStep {
  const [first = '', ...others] = edits;
  const lower = others.map((edit) => edit.charAt(0).toLowerCase() + edit.slice(1));
  return editStep([first, ...lower].join(language.then));
}

function buttonSteps(button: string | undefined, language: GuiLanguage): readonly NextStep[] {
  if (button === undefined) return [showTracksStep()];
  if (noButton.test(button)) return [];
  // What only names a panel is no edit: a message that says no more would be paid for nothing.
  return [language.edits.isDoing(button) ? editStep(button) : composeStep(button)];
}

/** `mp4`, `1080p`: where these are chosen, the video is exported. */
function isExportChoice(told: string): boolean {
  return /(?:select|choose|pick|set|选择).{0,20}(?:\bmp4\b|\bmov\b|\b1080p\b|\b720p\b|\b4k\b)/i.test(told);
}

function isUpload(told: string): boolean {
  return /upload|import|your files|files here|上传|导入|文件拖|(?:素材|文件).{0,8}(?:素材库|媒体库)/i.test(told);
}

/** «Press OK», «按回车»: a button or a key without quotation marks. */
function dialogButton(told: string): string | undefined {
  return (
    /(?:click|tap|press|hit|push)(?: on)? (?:the )?(ok|okay|yes|no|enter|return|esc|escape|next|done|continue|apply)\b/i.exec(
      told,
    )?.[1] ?? /(?:点击|单击|按下?|点按)(确定|确认|好的?|应用|完成|下一步|继续|关闭|取消|回车键?)/u.exec(told)?.[1]
  );
}

/** The edit as a message. It is sent where it says all, and put into the composer where the user has to say more. */
function editStep(edit: string): NextStep {
  const isVague =
    /adjust|reposition|rearrange|re-?order|its new place|where you want|desired|anywhere|^move it$|想要|调整|合适|新的位置|任意|需要的/i.test(
      edit,
    );
  return isVague ? composeStep(edit) : { kind: 'send', label: l10n.t('Send: {0}', edit), argument: edit };
}

const composeStep = (edit: string): NextStep => ({ kind: 'compose', label: l10n.t('Write the edit…'), argument: edit });

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

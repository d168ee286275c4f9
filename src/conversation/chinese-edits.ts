import type { EditWords, FindInClause } from './clause-edits.ts';
import { expression, pattern } from './pattern.ts';

// «点击「音量」并设置为 35%» as the edit that comes of it.

const value = pattern`(?:[+−-]?\d[\d.,:]{0,10} ?(?:%|倍速?|秒|毫秒|分钟?|帧|像素|度|px|dB|s|x|fps)?(?![\w%])|[「“"'][^「」“”"']{1,60}[」”"'])`;
const quoted = pattern`[「“"'‘【]([^「」“”"'‘’【】]{1,20})[」”"'’】]`;
const control = pattern`(?:按钮|图标|滑块|面板|菜单|选项卡?|工具|按键|键|下拉框|下拉菜单|列表)`;
const press = pattern`(?:点击|单击|双击|点按|点选|轻触|按下|按|选择|选中|打开|进入|找到|click) ?`;
const set = pattern`(?:设置?|调整?|调节|改|拖动?|拉|降低?|提高|提升|移动?)(?:为|成|到|至)`;
const it = pattern`(?:将其|把它|将它|把滑块|将滑块|将数值|把数值)?`;

const where = pattern`(?:[\p{Script=Han}]{1,8}(?:中|里|上|角|侧)的)?`;
const things = pattern`(?:片段|标题|音乐|字幕|文字|图片|镜头|配乐|转场|停顿)`;

const sticky = (source: string) => expression(source, 'iuy');
const pressAndSet = sticky(
  pattern`${press}${where}(?:${quoted}|([\p{Script=Han}]{1,8}?))${control}? ?(?:并且?|然后|再|后)${it}(?:${set}|选择|输入) ?(${value})`,
);
const setTo = sticky(
  pattern`[将把](?!其|它|播放头|游标|指针|光标)(?:${quoted}|([\p{Script=Han}]{1,8}?))(?:滑块|数值)?${set} ?(${value})`,
);
const setIt = sticky(pattern`(?:${it}${set}|选择|输入) ?(${value})`);
const pressAt = sticky(pattern`在 ?(${value}) ?(?:处|的位置|的地方|时)?${press}${quoted}`);
const thing = sticky(pattern`(?:选中|选择|点击|右键点击|点选)(.{0,8}${things})$`);
const pressOnly = sticky(pattern`${press}${where}(?:${quoted}|([\p{Script=Han}]{1,8}))${control}?`);
const playhead = sticky(pattern`[将把]?(?:播放头|游标|指针|光标)(?:移动?|拖动?|放)(?:到|至|在) ?(${value})`);
const choose = sticky(
  pattern`(?:在|从)(?:${quoted}|([\p{Script=Han}]{1,6}?))(?:下拉)?(?:菜单|列表|面板|选项)[中里上]?选择 ?(${value})`,
);
const ratio = sticky(pattern`${press} ?[「“"]?(9:16|16:9|1:1|4:5|5:4|4:3|3:4|21:9)`);
const doing =
  /^(?:分割|拆分|裁剪|修剪|剪切|删除|移除|复制|静音|旋转|翻转|镜像|倒放|定格|合并|分离|生成|重新生成|创建|添加|插入|替换|防抖|降噪|增强|识别|翻译|自动|智能|一键|检测|同步|去除|应用)/u;
const noProperty = /^(?:下拉|导出|素材|文件|编辑|轨道|项目|设置|时间线|预览)/u;

/** Reads edits in Chinese instructions. */
export const chineseEdits: EditWords = {
  edit: (find, pressed) =>
    wholeEdit(find) ?? (pressed === undefined ? undefined : setProperty(pressed, find(setIt)?.[1])),
  playhead: (find) => find(playhead)?.[1]?.trim(),
  selected: (find) => find(thing)?.[1],
  button: (find) => {
    const [, name, bareName] = find(pressOnly) ?? [];
    return name ?? bareName;
  },
  isDoing: (button) => doing.test(button),
  property: (button) => (noProperty.test(button) ? undefined : button.replace(/(?:面板|菜单|滑块|标签页?|按钮)$/u, '')),
  doneAt: (button, place) => `在 ${place}处${button}`,
  doneTo: (button, object) => `${button}${object}`,
};

function wholeEdit(find: FindInClause): string | undefined {
  const shape = find(ratio)?.[1];
  if (shape !== undefined) return `将画面比例设置为 ${shape}`;
  const [, place, button] = find(pressAt) ?? [];
  if (place !== undefined && button !== undefined && doing.test(button)) {
    return chineseEdits.doneAt(button, place.trim());
  }
  for (const wanted of [pressAndSet, setTo, choose]) {
    const [, name, bareName, amount] = find(wanted) ?? [];
    const property = name ?? bareName;
    if (property !== undefined && !noProperty.test(property)) return setProperty(property, amount);
  }
  return undefined;
}

function setProperty(property: string, wanted: string | undefined): string | undefined {
  if (wanted === undefined || doing.test(property)) return undefined;
  const amount = wanted.trim();
  const spacedName = /^[a-z]/i.test(property) ? ` ${property} ` : property;
  const isQuoted = /^[「“"']/.test(amount);
  return `将${spacedName}设置为${isQuoted ? `「${amount.slice(1, -1)}」` : ` ${amount}`}`;
}

import { intentOf, type IntentGrammar, type Wish } from './intent-grammar.ts';
import { pattern } from './pattern.ts';

/**
 * What a Chinese sentence wants, where the whole of it wants one thing: the Chinese half of the same rule as in English.
 * `sentence` is in lower case, without blanks, in simplified characters.
 *
 * @returns undefined where it is (also) about the video itself, '' where it is nothing but manners.
 */
export function chineseIntent(sentence: string): Wish | undefined | '' {
  return intentOf(sentence.replace(/video|movie/g, '视频').replace(/files?/g, '文件'), chinese);
}

/** Traditional characters of the words that the grammar knows. */
export function toSimplified(text: string): string {
  return text
    .replaceAll('影片', '视频')
    .replaceAll('匯出', '导出')
    .replaceAll('檔案', '文件')
    .replaceAll('專案', '项目')
    .replaceAll('儲存', '保存')
    .replace(
      /[導載傳積餘額狀態軌時間軸線視頻進顯點數還幾幫給請煩現開發讓將輸圖錄費帳賬戶個們嗎裡為這樣麼質畫網頁錢夠沒嗎麗檢閱條帶檔選擇]/g,
      (letter) => simplified.get(letter) ?? letter,
    );
}

const simplified = new Map(
  Array.from(
    '導导載载傳传積积餘余額额狀状態态軌轨時时間间軸轴線线視视頻频進进顯显點点數数還还幾几幫帮給给請请煩烦現现開开發发讓让將将輸输圖图錄录費费帳账賬账戶户個个們们嗎吗裡里為为這这樣样麼么質质畫画網网頁页錢钱夠够沒没檢检閱阅條条帶带檔档選选擇择'.matchAll(
      /(.)(.)/gu,
    ),
  ).map(([, traditional = '', simple = '']) => [traditional, simple]),
);

const opening = pattern`
  (?:你好|您好|嗨|好的?|好了|好吧|可以了?|行了?|ok|没问题|完美|很好|不错|太好了|太棒了|很棒|真棒|满意|谢谢你?|多谢|对|是的|嗯
  |请问|请你?|麻烦[你您]?|劳驾|帮我|帮忙|帮个忙|给我|替我|为我|我想要?|我要|我需要|想要?|要|需要|现在|立即|立刻|马上|然后|接下来|最后|那就|那么|那|就
  |直接|开始|进行|去|来|再|重新|继续|快点?|先|能不能|能否|能|可不可以|可否|可以|如何|怎么样?才能|怎么|怎样|哪里可以|哪里能|在哪里?|让我|一键|[你您我]|把|将
  |看起来不错|就这样|做得好|都?(?:剪|做|弄)[好完]了)`;

const closing = pattern`
  (?:吧|啊|呀|了|吗|呢|哦|嘛|啦|一下子?|下|谢谢你?|谢了|多谢|拜托|好吗|可以吗|行吗|好不好|可以|给我|出来|现在|请|就行|就好|即可|看看|在哪里?|在哪儿|给我看看?|怎么样)`;

const how = pattern`(?:成|为|以|用|按|做|存|mp4|mov|webm|gif|h\.?26[45]|\d{3,4}p|[24]k|全?高清|超清|蓝光|标清|最高|最好|最大|高|中等?|低|原
  |的|质量|画质|清晰度|分辨率|格式|文件|视频|无水印)`;
const where = pattern`(?:(?:到|至|在)?(?:我的)?(?:本地|电脑|工作区|桌面|文件夹|硬盘|这里|手机|下载文件夹|⟨⟩)[上里中]?)`;
const work = pattern`(?:(?:我的?|这个|这条|这段|那个|整个|完整|最终|最后|剪辑好|剪好|做好|编辑好|编辑后|当前|全部|高清|无水印|新|的){0,6}
  (?:视频文件|短视频|视频|成片|片子|文件|作品|项目|成品|结果|短片|剪辑|mp4|mov|它|全部|时间线|时间轴|草稿))`;

const exportIntent = [
  pattern`${how}{0,6}(?:导出|下载|输出|渲染)(?:按钮|功能)?(?:${work}|${how}|${where}){0,6}`,
  pattern`${work}${how}{0,6}(?:导出|下载|输出|渲染|保存|存)(?:${how}|${where}){0,6}`,
  pattern`(?:${work})?(?:发|传|发送|传送)(?:给我|我|过来|到我这里?)(?:${work})?`,
  pattern`(?:发|传|发送)(?:${work})(?:给我|过来)?`,
  pattern`(?:保存|存)(?:${work}|${how}|${where}){0,6}`,
  pattern`(?:${work})?的?下载(?:链接|地址)`,
  pattern`(?:最终|完整)的?(?:视频|成片)|成片|视频文件|mp4文件`,
];

const money = pattern`(?:积分余额|积分|账户余额|账号余额|余额|点数|额度)`;
const look = pattern`(?:查看|查询|查|看看|看一下|看|显示|检查|告诉|了解|知道)?(?:一下|下|我)?`;

const creditsIntent = [
  pattern`${look}(?:我们?的?|当前|现在|目前|账户|账号|里|的|还|剩余|剩下|可用|总){0,6}${money}(?:情况|明细|数量|数)?(?:还|现在|目前)?(?:有|剩余|剩下|剩|够|是|用完){0,6}(?:多少|几个|几|不够|不多|用|没有|没)?[了个]?`,
  pattern`${look}(?:我们?|账户|账号|里|现在|目前|的|还|总共|一共|剩余|剩下|剩|有|能用){0,6}(?:多少|几个|几|没有)?(?:可用|剩余|免费|个|的){0,6}${money}(?:可用|可以用|能用|剩余|剩)?`,
  pattern`(?:充值|购买|买|充|获取)(?:更多|一些|点)?(?:积分|点数|余额)?`,
  pattern`${look}(?:我的?)?(?:账户|账单|账号)(?:信息|情况)?`,
];

const stateIntent = [
  pattern`${look}(?:我的?|当前|现在|目前|项目|视频|剪辑|编辑|任务|导出|渲染|处于|的|是|什么|整体){0,6}(?:状态|进度|进展)(?:如何|怎么样|怎样|是什么|到哪里?了?|到哪一步|多少|情况){0,6}`,
  pattern`(?:列出|展示|打开|${look})(?:我的?|所有|全部|当前|现在|目前|有|哪些|几个|几条|多少|条|个|的|都|项目|视频|里|在){0,6}(?:轨道|时间线|时间轴)(?:列表|摘要|概要|概览|情况|内容)?[上里中]?(?:现在|目前)?[都还]?有?(?:什么|哪些|多少|几条|些什么|内容|东西|片段|素材|轨道){0,6}`,
  pattern`(?:视频|时间线|项目)(?:现在|目前)?有多长|(?:现在|目前)有什么|(?:现在|目前)?(?:做到哪里?|到哪一步|什么情况)`,
];

/** Asked with the manners left on: «好了吗» is nothing but manners, were they taken off. */
const doneYet = pattern`(?:视频|项目|它|剪辑|这个|都|导出|渲染|现在|已经){0,6}(?:做好|完成|剪好|剪完|弄好|处理好|处理完|生成好|导出完|导出好|渲染完|搞定|准备好|好)(?:了吗|了没有?|没有|了么|吗|没)`;

const media = pattern`(?:视频|文件|素材|片段|图片|照片|音乐|音频|录屏|媒体|资料)`;
const which = pattern`(?:一个|一段|一张|一首|一些|几个|几段|多个|我的|本地的?|新的?|这个|这些|更多|另一个|另外|自己的|\d{1,4}个){0,6}`;

const uploadIntent = [
  pattern`(?:从(?:本地|电脑|手机|文件夹)[里中上]?)?(?:上传|导入)(?:${which}${media}{0,2}|⟨⟩)(?:到(?:nemo|这里|时间线|项目|云端))?`,
  pattern`${which}${media}{1,2}(?:上传|导入)(?:到(?:nemo|这里|时间线|项目|云端))?`,
  pattern`(?:添加|选择|选|打开|附上)${which}文件`,
  pattern`(?:使用|用|这是)?(?:这个|我的)?${media}?[::]?⟨⟩`,
];

const chinese: IntentGrammar = {
  opening,
  closing,
  plain: [['state', doneYet]],
  intents: { export: exportIntent, credits: creditsIntent, state: stateIntent, upload: uploadIntent },
};

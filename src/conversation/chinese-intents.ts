import { intentOf, type IntentGrammar, type Wish } from './intent-grammar.ts';
import { pattern } from './pattern.ts';
import { usualChinese } from './spelling.ts';

/**
 * What a Chinese sentence wants, where the whole of it wants one thing: the Chinese half of the same rule as in English.
 * `sentence` is in lower case, without blanks.
 *
 * @returns undefined where it is (also) about the video itself, '' where it is nothing but manners.
 */
export function chineseIntent(sentence: string): Wish | undefined | '' {
  return intentOf(usualChinese(sentence), chinese);
}

const opening = pattern`
  (?:你好|您好|嗨|好的?|好了|好吧|可以了?|行了?|ok|没问题|完美|很好|不错|太好了|太棒了|很棒|真棒|满意|谢谢你?|多谢|对|是的|嗯
  |就这样吧?|辛苦了?|请问|请你?|麻烦[你您]?|劳驾|帮我|帮忙|顺便|帮个忙|给我|替我|为我|我想要?|我要|我需要|想要?|要|需要|现在|立即|立刻|马上|然后|接下来|最后|那就|那么|那|就
  |直接|开始|进行|去|来|再|重新|继续|快点?|先|能不能|能否|能|可不可以|可否|可以|如何|怎么样?才能|怎么|怎样|哪里可以|哪里能|在哪里?|让我|一键|[你您我]|把|将
  |看起来不错|就这样|做得好|都?(?:剪|做|弄)[好完]了)`;

const closing = pattern`
  (?:吧|啊|呀|了|吗|呢|呗|哈|咯|喽|来|下来|一份|一次|一遍|哦|嘛|啦|一下子?|下|谢谢你?|谢了|多谢|拜托|好吗|可以吗|行吗|好不好|可以|给我|出来|现在|请|就行|就好|即可|看看|在哪里?|在哪儿|给我看看?|怎么样)`;

const how = pattern`(?:成|为|以|用|按|做|存|mp4|mov|webm|mkv|avi|gif|wmv|flv|mp3|wav|m4a|prores|h\.?26[45]|hevc|hdr|\d{3,4}p|\d{3,4}[x×]\d{3,4}|[248]k|全?高清|超清|蓝光|标清|最高|最好|最大|高|中等?|低|原|每秒|\d{1,3}(?:帧|fps|hz)(?:每秒)?|帧率
  |的|质量|画质|清晰度|分辨率|格式|文件|视频|无水印)`;
const named = pattern`(?:⟨⟩|⟦⟧)`;
const where = pattern`(?:
  (?:到|至|在)?(?:我的)?(?:本地|电脑|工作区|桌面|文件夹|硬盘|这里|手机|(?:下载|文档|视频|影片|电影|图片|音乐|项目|导出|主)(?:文件夹|目录)|${named}(?:文件夹|目录)?)[上里中下]?的?
  |(?:并|然后)?(?:另存为|命名为|取名为?|名为|叫做|文件名[为是叫]?)${named})`;
const work = pattern`(?:(?:我的?|这个|这条|这段|那个|整个|完整|最终|最后|剪辑好|剪好|做好|编辑好|编辑后|当前|全部|高清|无水印|新|的){0,6}
  (?:视频文件|短视频|视频|成片|片子|文件|作品|项目|成品|结果|短片|剪辑|mp4|mov|它|全部|时间线|时间轴|草稿|版本|版))`;
const out = pattern`(?:导出|下载|输出|渲染)`;
/** «导出来发给我», «渲染并导出» */
const onward = pattern`(?:(?:出来|下来|来|一?下)?(?:并且?|后|然后|再|和)?(?:导出|下载|保存|发给我|给我|传给我)|(?:出来|下来|来|一?下))`;

const exportIntent = [
  pattern`${how}{0,6}${out}${onward}{0,2}(?:${work}|${how}|${where}){0,6}`,
  pattern`${work}(?:怎么|如何|怎样|怎么样)?(?:才能)?${how}{0,6}(?:${out}|保存|存)${onward}{0,2}(?:${how}|${where}){0,6}`,
  pattern`(?:${work})?(?:发|传|发送|传送)(?:给我|我|过来|到我这里?)(?:一?下)?(?:${work})?`,
  pattern`(?:发|发送)(?:${work})(?:给我|过来)?|传(?:${work})(?:给我|过来)`,
  pattern`给我${work}|${work}(?:交|拿)?给我`,
  pattern`导(?:一次|一遍|一下|一份)`,
  pattern`(?:保存|存)(?:${work}|${how}|${where}){0,6}`,
  pattern`(?:${work})?的?下载(?:链接|地址)`,
  pattern`(?:最终|完整)的?(?:视频|成片)|成片|视频文件|mp4文件`,
];

// --- where and whether to export

const exporting = pattern`(?:导出|下载|保存|输出)`;
const exportButton = pattern`${exporting}(?:按钮|按键|键|图标|选项|入口)`;
const that = pattern`(?:视频|成片|文件|作品|它)?`;

const adviceIntent = [
  pattern`(?:找不到|没找到|没看到|没看见|看不到|看不见|没有|没)?(?:那个)?${exportButton}(?:(?:是|就)?在?(?:哪里?|哪儿|什么地方))?`,
  pattern`${exporting}在(?:哪里?|哪儿|什么地方)`,
];

/** Asked with the manners left on: without them «要导出吗» would be «导出». */
const whetherToExport = pattern`(?:
  (?:在|从|去|到)?哪(?:里|儿)?(?:可以|能)?${exporting}${that}
  |(?:现在|我们?){0,3}(?:应?该|需要|要|得)(?:现在|先|不先){0,2}${exporting}${that}了?吗
  |(?:现在|我们?){0,3}(?:要不要|需不需要|该不该|应不应该|是不是(?:该|可以|要|能)|是否(?:该|需要|可以|要))(?:现在|先){0,2}${exporting}${that}(?:了|吗){0,2}
  |(?:现在)?(?:可以|能)${exporting}${that}了吗
  |(?:什么时候|何时)(?:可以|能|该)?${exporting}${that}(?:合适|最好)?
  |(?:现在)?${exporting}${that}(?:合适|好)吗)(?:啊|呀|呢|比较好)?`;

const money = pattern`(?:积分余额|积分|账户余额|账号余额|余额|点数|额度)`;
const look = pattern`(?:查看|查询|查|看看|看一下|看|显示|检查|告诉|了解|知道)?(?:一下|下|我)?`;

const creditsIntent = [
  pattern`${look}(?:我们?的?|当前|现在|目前|账户|账号|里|的|还|剩余|剩下|可用|总){0,6}${money}(?:情况|明细|数量|数)?(?:还|现在|目前)?(?:有|剩余|剩下|剩|够|是|用完){0,6}(?:多少|几个|几|不够|不多|用|没有|没)?[了个]?`,
  pattern`${look}(?:我们?|账户|账号|里|现在|目前|的|还|总共|一共|剩余|剩下|剩|有|能用){0,6}(?:多少|几个|几|没有)?(?:可用|剩余|免费|个|的){0,6}${money}(?:可用|可以用|能用|剩余|剩)?`,
  pattern`(?:我的?|剩余|账户){0,2}${money}(?:查询|查看|查一下)`,
  pattern`(?:我|刚才|刚刚|今天|一共|总共|这次|已经){0,3}(?:用|花|消耗|扣|使用)(?:掉|了|去){0,2}(?:多少|几)个?${money}`,
  pattern`(?:我的?)?${money}(?:都)?用完了?(?:没有?|吗)?`,
  pattern`${money}(?:怎么|如何|在哪里?|去哪里?|哪里)(?:购买|买|充值|充|获取|获得)`,
  pattern`(?:充值|购买|买|充|获取)(?:更多|一些|点)?(?:积分|点数|余额)?`,
  pattern`${look}(?:我的?)?(?:账户|账单|账号)(?:信息|情况)?`,
];

const stateIntent = [
  pattern`${look}(?:我的?|当前|现在|目前|项目|视频|剪辑|编辑|任务|导出|渲染|处于|的|是|什么|整体){0,6}(?:状态|进度|进展)(?:如何|怎么样|怎样|是什么|到哪里?了?|到哪一步|多少|情况){0,6}`,
  pattern`(?:列出|展示|打开|${look})(?:我的?|所有|全部|当前|现在|目前|有|哪些|几个|几条|多少|条|个|的|都|项目|视频|里|在){0,6}(?:轨道|时间线|时间轴)(?:列表|摘要|概要|概览|情况|内容)?[上里中]?(?:现在|目前)?[都还]?有?(?:什么|哪些|多少|几条|些什么|内容|东西|片段|素材|轨道){0,6}`,
  pattern`(?:视频|时间线|项目|成片|片子|现在|目前|总|一共|的){0,4}(?:有?多长|时长)(?:是)?(?:多少|几秒|多久)?`,
  pattern`(?:现在|目前|时间线[上里]|项目里)?(?:都|还)?有(?:哪些|什么|几个|多少个?)(?:片段|素材|内容|轨道)|(?:现在|目前)有什么`,
  pattern`(?:现在|目前|已经)?(?:做|剪|处理|进行|导出|渲染)?到(?:哪里?|哪儿|哪一步|什么程度)|(?:现在|目前)?什么情况`,
  pattern`有(?:没有)?(?:什么|新的?)?(?:进展|更新|消息)(?:吗|没有)?`,
];

/** Asked with the manners left on: «好了吗» is nothing but manners, were they taken off. */
const doneYet = pattern`(?:视频|项目|它|剪辑|这个|都|导出|渲染|现在|已经){0,6}(?:做好|做完|弄完|完成|剪好|剪完|弄好|处理好|处理完|生成好|导出完|导出好|渲染完|搞定|准备好|好)(?:了吗|了没有?|没有|了么|吗|没)`;

const media = pattern`(?:短?视频|文件|素材|片段|图片|照片|音乐|音频|录屏|媒体|资料|歌曲|歌|配乐|录音|配音|logo)`;
const which = pattern`(?:[一两二三四五六七八九十几多\d]{1,3}(?:个|段|张|首|条|份)|一些|我的|本地的?|新的?|这个|这些|更多|另一个|另外|自己的){0,6}`;
const mediaList = pattern`${which}${media}{1,2}(?:(?:和|跟|与|及|以及|还有|加)${which}${media}{1,2}){0,3}`;

const uploadIntent = [
  pattern`(?:从?(?:本地|电脑|手机|文件夹)[里中上]?|从?哪里)?(?:上传|导入)(?:一?下)?(?:${mediaList}|${which}|(?:${which}${media}?)?⟨⟩(?:(?:和|与|跟|及|以及|还有)?⟨⟩){0,9})(?:到(?:nemo|这里|时间线|项目|云端))?`,
  pattern`⟨⟩(?:(?:和|与|跟|及|以及|还有)?⟨⟩){0,9}(?:都|也)?(?:上传|导入)(?:到(?:nemo|这里|时间线|项目|云端))?`,
  pattern`${which}${media}{1,2}(?:上传|导入)(?:到(?:nemo|这里|时间线|项目|云端))?`,
  pattern`(?:添加|选择|选|打开|附上)${which}文件|(?:添加|选择)${which}素材`,
  pattern`传(?:一?个|一段|一下|几个|点)?(?:视频|文件|素材|图片|照片|音乐)`,
  pattern`(?:这里|这边|手上)?有${mediaList}(?:要|想|需要|想要)(?:上传|传|导入)(?:一?下)?`,
  pattern`(?:使用|用|这是)?(?:这个|我的)?${media}?(?:链接|地址)?(?:在这里?)?[::]?⟨⟩(?:(?:和|与|跟|及|以及|还有)⟨⟩){0,9}`,
];

const chinese: IntentGrammar = {
  opening,
  closing,
  plain: [
    ['state', doneYet],
    ['advice', whetherToExport],
  ],
  intents: {
    advice: adviceIntent,
    export: exportIntent,
    credits: creditsIntent,
    state: stateIntent,
    upload: uploadIntent,
  },
};

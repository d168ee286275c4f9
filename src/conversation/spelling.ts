/** Words as people type them, and as the grammars know them: contractions without their apostrophe, and slips of the hand. */
const englishSpellings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "i'm": ['im'],
    "i'd": ['id'],
    "i've": ['ive'],
    "what's": ['whats', 'wats'],
    "where's": ['wheres'],
    "how's": ['hows'],
    "that's": ['thats'],
    "it's": ['its'],
    "can't": ['cant', 'cannot'],
    "don't": ['dont'],
    "let's": ['lets'],
    "we're": ['were'],
    you: ['u'],
    'give me': ['gimme', 'giveme'],
    please: ['pls', 'plz', 'pleas', 'plese', 'plase'],
    export: ['exprot', 'exoprt', 'expotr', 'exort', 'exprt', 'eport', 'exporrt', 'expor'],
    download: ['donwload', 'downlaod', 'dowload', 'downlod', 'dwnload', 'downoad', 'donload'],
    video: ['vidoe', 'viedo', 'vedio', 'vid', 'vido', 'vdeo'],
    credits: ['credtis', 'creidts', 'credist', 'cerdits'],
    balance: ['blance', 'balence', 'ballance', 'balanse'],
    upload: ['uplaod', 'uplod', 'upoad', 'uplload', 'upload'],
    timeline: ['timline', 'timelien', 'tiemline'],
    status: ['staus', 'statsu', 'satus', 'stauts'],
    tracks: ['tarcks', 'trakcs'],
  }).flatMap(([usual, slips]) => slips.map((slip) => [slip, usual] as const)),
);

/** An English sentence in the spelling that the grammar knows. In lower case. */
export function usualEnglish(sentence: string): string {
  return sentence.replace(/[a-z']{1,30}/g, (word) => englishSpellings.get(word) ?? word);
}

/** English words that stand in Chinese sentences, in Chinese. */
const translations: ReadonlyMap<string, string> = new Map(
  Object.entries({
    导出: ['export', 'exports'],
    下载: ['download'],
    渲染: ['render'],
    保存: ['save'],
    上传: ['upload'],
    视频: ['video', 'videos', 'movie', 'vlog', 'clip', 'clips'],
    文件: ['file', 'files'],
    积分: ['credit', 'credits'],
    余额: ['balance'],
    轨道: ['track', 'tracks'],
    时间线: ['timeline'],
    状态: ['status'],
    按钮: ['button'],
    请: ['please', 'pls', 'plz'],
    谢谢: ['thanks', 'thx'],
  }).flatMap(([chinese, words]) => words.map((word) => [word, chinese] as const)),
);

/** A Chinese sentence as the grammar knows it: simplified, without English words and slips. In lower case, without blanks. */
export function usualChinese(sentence: string): string {
  return toSimplified(sentence)
    .replace(/[a-z]{1,30}/g, (word) => translations.get(word) ?? word)
    .replaceAll('倒出视频', '导出视频')
    .replaceAll('到出视频', '导出视频')
    .replaceAll('下栽', '下载')
    .replaceAll('下在视频', '下载视频')
    .replaceAll('帐', '账');
}

/** Words that are others, and as long, in Taiwan and Hong Kong, before their letters are simplified. */
const regionalWords: readonly (readonly [string, string])[] = [
  ['影片', '视频'],
  ['匯出', '导出'],
  ['匯入', '导入'],
  ['檔案', '文件'],
  ['專案', '项目'],
  ['儲存', '保存'],
  ['儲值', '充值'],
  ['連結', '链接'],
  ['拖曳', '拖拽'],
  ['設定', '设置'],
  ['檢視', '查看'],
  ['視窗', '窗口'],
  ['選單', '菜单'],
  ['音訊', '音频'],
  ['滑桿', '滑块'],
  ['圖示', '图标'],
  ['開啟', '打开'],
];

const simplified: ReadonlyMap<string, string> = new Map(
  Array.from(
    (
      '来來并並导導载載传傳积積余餘额額状狀态態轨軌时時间間轴軸线線视視频頻进進显顯点點数數还還几幾帮幫给給请請烦煩现現开開发發让讓将將输輸图圖录錄费費账帳账賬户戶个個们們吗嗎里裡为為这這样樣' +
      '么麼质質画畫网網页頁钱錢够夠没沒检檢阅閱条條带帶档檔选選择擇谢謝连連结結钮鈕询詢问問刚剛买買该該总總长長后後辑輯链鏈张張电電脑腦储儲项項务務处處机機码碼错錯乐樂声聲听聽击擊单單双雙' +
      '预預览覽调調动動标標题題应應设設对對话話栏欄库庫创創删刪复復制製转轉换換无無确確认認关關闭閉于於'
    ).matchAll(/(.)(.)/gu),
  ).map(([, simple = '', traditional = '']) => [traditional, simple]),
);

/** Traditional characters, and the words that go with them, as simplified ones. */
export function toSimplified(text: string): string {
  const words = regionalWords.reduce((whole, [regional, usual]) => whole.replaceAll(regional, usual), text);
  return words.replace(/\p{Script=Han}/gu, (letter) => simplified.get(letter) ?? letter);
}

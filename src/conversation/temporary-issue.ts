/** Where a sentence says that something went wrong for a moment: at its beginning, or glued to the one before. */
export function temporaryIssueAt(sentence: string): number | undefined {
  const found =
    /(?:^|(?<=\S))(?:(?:I'm sorry|Sorry|Apologies|I apologi[sz]e),? {0,2}(?:but {1,2})?)?I(?:'ve| have)? (?:just )?encountered an? (?:temporary|brief) (?:issue|problem|error)|^(?:抱歉，?)?我?(?:遇到|碰到|出现)了?一?个?(?:临时|暂时)性?的?(?:问题|故障|错误)/i.exec(
      sentence.replaceAll('’', "'"),
    );
  return found?.index;
}

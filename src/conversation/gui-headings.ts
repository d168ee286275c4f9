/** «To export your video:», «How to export»: the headings of instructions. */
export const headings = [
  /^(?:(?:here's |this is )?how (?:to|you can)|to) (?:export|download|preview|save)\b[^.!?]*:$/i,
  /^how to (?:export|download|preview)(?: \w{1,30}){0,4}$/i,
  /^(?:如何|怎样|怎么)?(?:导出|下载|预览)(?:视频)?(?:的?步骤|方法)?[:：]$/u,
];

/** «Here's how:»: goes with the instructions that follow, and stays where none do. */
export const leadIn =
  /^(?:to [^.!?:]{1,60}|(?:and )?here(?:'s|’s| is) (?:how|what (?:to|you (?:can|need to|have to)) do)[^.!?:]{0,60}|(?:(?:just|simply|please) )?(?:follow|do|use|try) (?:these|the following|this)[^.!?:]{0,40}|(?:the )?steps(?: (?:to|for) [^.!?:]{1,40})?|how to [^.!?:]{1,60}|instructions|请?(?:按照?|根据|参照)?(?:以下|下面|下列)的?(?:步骤|方法|操作|流程).{0,8}|(?:操作|具体)?(?:步骤|方法)(?:如下)?|[您你]可以这样(?:做|操作))[:：]$/iu;

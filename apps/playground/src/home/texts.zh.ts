import type { HomeTexts } from "./texts.en.ts";

export const zh: HomeTexts = {
  name: "首页",
  title: "看得见内部的深度学习",
  why: "网络就在你的浏览器里学习：看它怎么学，点开它的任何一个数，再用 TypeScript 写一个自己的。",

  first: "训练一个网络",
  labs: "实验",
  labsWhy: "这里会动的，都是这一页此刻算出来的。",
  rest: "暂停",
  goOn: "继续",

  commands: "三条命令",
  commandsWhy: "在 Unfold 的克隆里运行。需要 git 和 Node 20.19 或更新的版本，其余的会装在它自己的文件夹里。",
  starts: "在你的机器上打开这些页面",
  demo: "用六万个手写数字训练 LeNet-5，不到一分钟",
  test: "运行每个包的全部测试",

  code: "自己写十行",
  codeWhy: "在 Node 里训练一个认数字的网络。开头几行写着怎么运行。",
};

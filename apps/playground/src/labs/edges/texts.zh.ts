import type { Texts } from "./texts.en.ts";

export const zh: Texts = {
  name: "边缘",
  title: "九个数，找出边缘",
  why: "3 × 3 的卷积核在图上一格一格滑过，边缘就显出来了。指一指结果，看每个数是怎么来的。",

  view: "显示什么",
  plane: "单通道",
  volume: "三通道一起算",

  picture: "图像",
  samplePictures: "示例图像",
  samples: { boats: "船", flower: "花", step: "6 × 6" },
  ownPhoto: "用自己的照片",
  camera: "摄像头",
  stopCamera: "关闭摄像头",
  dropHow: "拖进来、粘贴也可以。",
  ownStays: "图像只留在这台设备上；链接里会换成示例图像。",
  rate: (rate) => `每秒 ${rate} 帧`,
  pictureLabel: (size) => `灰度图像，${size} 像素`,

  kernel: "卷积核",
  named: "有名字的核",
  families: { prewitt: "Prewitt", sobel: "Sobel", scharr: "Scharr", roberts: "Roberts", laplacian: "拉普拉斯" },
  forms: {
    vertical: "竖直",
    horizontal: "水平",
    rising: "右上斜",
    falling: "右下斜",
    fourNeighbours: "四邻域",
    eightNeighbours: "八邻域",
  },
  editorHow: "直接输入，或上下拖动数字。",
  weight: (row, column) => `第 ${row} 行第 ${column} 列的权重`,
  mode: "核怎么放",
  correlation: "互相关",
  convolution: "卷积",
  laid: "放到图上时",
  laidAsItIs: "原样",
  laidTurned: "转了 180°",

  result: "结果",
  padding: "填充",
  valid: "valid（不填充）",
  same: "same（补零）",
  sizes: (from, to) => `${from} → ${to}`,
  resultLabel: (size) => `卷积核作用于图像的结果，${size}。用鼠标、手指或方向键指向其中一点。`,
  legend: "数值",

  where: (row, column) => `第 ${row} 行第 ${column} 列的数是这样来的`,
  patch: "窗口里的像素",
  weights: "权重",
  products: "乘积",
  sum: "总和",
  added: "带斜线的格子在图像之外，same 在那里补零。",

  examples: "示例图像",
  exampleNames: { step: "左明右暗", square: "蓝底黄块", flag: "横条" },
  channels: { red: "红", green: "绿", blue: "蓝" },
  colourHow: "点一个像素，换下一种颜色。",
  pixel: (row, column, colour) => `第 ${row} 行第 ${column} 列：${colour}`,
  colours: ["黑", "蓝", "绿", "青", "红", "品红", "黄", "白"],
  play: "播放",
  pause: "暂停",
  back: "后退",
  step: "前进",
  restart: "从头开始",
  stepOf: (step, steps) => `第 ${step} 个数，共 ${steps} 个`,
  filterName: (form) => (form === "vertical" ? "竖直滤波器" : "水平滤波器"),
  planes: "三个通道",
  twentySeven: (filter) => `${filter}：27 个乘积`,
  outputs: "得到两张图",
  volumeWhy: "一个滤波器在每个通道上各有一个核。27 个乘积加成一个数，每个滤波器填满自己的一张图。",

  notPicture: (name) => `这个浏览器读不出图像：${name}。原来的图像还在。`,
  tooLarge: (name, megapixels) => `${name} 有 ${megapixels} 百万像素，浏览器装不下。请另存一份小一些的再打开。`,
  cameraReasons: {
    insecure: "浏览器只把摄像头交给 https 或本机的页面。照片在哪里都能用。",
    refused: "没有得到摄像头的许可。可以在浏览器的页面设置里允许，也可以打开一张照片。",
    none: "没有找到摄像头。可以打开一张照片。",
    busy: "摄像头启动不了，可能别的程序正在用。可以打开一张照片。",
  },
  openPhoto: "打开照片",
  fromClipboard: "粘贴的内容",
  failed: (reason) => `实验没法继续：${reason}`,
  reload: "重新加载",

  moreHead: "算的是什么",
  moreCorrelation:
    "互相关把核 k 原样放在图像 x 上：y[i, j] = Σ k[u, v] · x[i + u, j + v]，u 取三行，v 取三列。神经网络里说的“卷积”就是它。",
  moreConvolution:
    "数学上的卷积先把核转 180°：y[i, j] = Σ k[u, v] · x[i − u, j − v]。这样先后用两个核等于用一个核：(x ∗ a) ∗ b = x ∗ (a ∗ b)。",
  morePadding:
    "不填充（valid）时窗口必须完全落在图里，n × m 变成 (n − 2) × (m − 2)。same 在四周补一圈零，大小不变；代价是图像的边框看起来也像一条边缘。",
  moreVolume:
    "有通道 c 时多一层求和：y[f, i, j] = Σ k[f, c, u, v] · x[c, i + u, j + v]。所以 6 × 6 × 3 的图像经过两个 3 × 3 × 3 的滤波器，得到 4 × 4 × 2。",
  moreGrey: "照片先缩小到长边 256 像素，再变成灰度：0.2126 R + 0.7152 G + 0.0722 B（Rec. ITU-R BT.709），四舍五入。",
  moreKernels:
    "Roberts 1963（2 × 2，这里放在 3 × 3 的一角，其余补零）；Sobel 与 Feldman 1968；Prewitt 1970，也是吴恩达课程的第一个滤波器；Rosenfeld 与 Kak 1976（拉普拉斯）；Scharr 2000。从左到右或从上到下由亮变暗处为正。",
  moreData:
    "照片：Felice Beato《长崎河上的船》，约 1865 年；Karl Blossfeldt《Allium ostrowskianum》，1928 年。数字图像由 Getty 开放内容计划提供，CC0。",
};

import { heading } from "./heading.ts";
import type { CameraReason } from "./camera.ts";
import type { Family, Form } from "./kernels.ts";
import type { Standing } from "./learning.ts";
import type { Measure } from "./operation.ts";
import type { Layout } from "./sliding.ts";
import type { Sample } from "./samples.ts";
import type { CHANNELS, Example, FilterExample } from "./volume.ts";

const samples: Record<Sample, string> = { boats: "Boats", flower: "Flower", step: "6 × 6" };
const families: Record<Family, string> = {
  plain: "Basic",
  blur: "Blur",
  prewitt: "Prewitt",
  sobel: "Sobel",
  scharr: "Scharr",
  roberts: "Roberts",
  laplacian: "Laplacian",
};
const forms: Record<Form | Exclude<Measure, "kernel">, string> = {
  identity: "identity",
  sharpen: "sharpen",
  box: "box",
  gaussian: "Gaussian",
  strength: "strength",
  direction: "direction",
  vertical: "vertical",
  horizontal: "horizontal",
  rising: "rising",
  falling: "falling",
  fourNeighbours: "4 neighbours",
  eightNeighbours: "8 neighbours",
};
const channels: Record<(typeof CHANNELS)[number], string> = { red: "Red", green: "Green", blue: "Blue" };
const examples: Record<Example, string> = { step: "Light and dark", square: "Yellow on blue", flag: "Stripes" };
const filterExamples: Record<FilterExample, string> = { every: "Edges in every channel", red: "Edges in red alone" };
const camera: Record<CameraReason, string> = {
  insecure: "Browsers lend the camera only to pages from https or from this machine. A photo works from anywhere.",
  refused: "The camera was refused. You can allow it in the browser's settings for this page, or open a photo instead.",
  none: "No camera was found. Open a photo instead.",
  busy: "The camera could not be started; perhaps another program is using it. Open a photo instead.",
};

const sizes: Record<keyof Layout, string> = {
  n: "picture",
  f: "filter",
  p: "padding",
  s: "stride",
  d: "dilation",
};

const standings: Record<Standing, string> = {
  begun: "Nothing is learned yet: these are chance numbers.",
  near: "On its way.",
  found: "Found: every number is right to two digits after the point.",
  alike:
    "The edges are the same, made by other numbers: this picture cannot tell those kernels apart. A picture with more in it can.",
  diverged: "It has diverged: each step overshot more than the one before. The rate is too large.",
  "given up": "2,000 steps, and not there yet: what is left moves too slowly. Momentum or a larger rate helps.",
};

export const en = {
  ...heading.en,

  view: "What is shown",
  plane: "One channel",
  volume: "Three channels at once",
  sliding: "Padding and stride",
  learning: "Learn the kernel",

  picture: "Picture",
  samplePictures: "Sample pictures",
  samples,
  ownPhoto: "Use your own photo",
  camera: "Camera",
  stopCamera: "Stop the camera",
  dropHow: "Or drop or paste one.",
  ownStays: "Your picture stays on this machine. A link shows the sample instead.",
  rate: (rate: string) => `${rate} pictures/s`,
  pictureLabel: (size: string) => `The picture in greys, ${size} pixels`,

  kernel: "Kernel",
  named: "Kernels with a name",
  families,
  forms,
  gradient: "Gradient",
  across: "a: brighter on the left",
  down: "b: brighter above",
  gradientHow: "Sobel's two kernels see the same window. Together they say how steep it is there, and which way.",
  editorHow: "Type a number, or drag it up and down. Or choose one and paint with it.",
  paintWith: "Paint with",
  noBrush: "nothing",
  weight: (row: number, column: number) => `Weight in row ${row}, column ${column}`,
  mode: "How the kernel is laid",
  correlation: "Correlation",
  convolution: "Convolution",
  laid: "Laid on the picture",
  laidAsItIs: "as it is",
  laidTurned: "turned by 180°",

  result: "Result",
  padding: "Padding",
  valid: "valid",
  same: "same",
  sizes: (from: string, to: string) => `${from} → ${to}`,
  resultLabel: (size: string) => `What the kernel makes of the picture, ${size}. Point at it, or use the arrow keys.`,
  legend: "value",
  cut: "Shown as a picture: what is darker than black or brighter than white is cut off.",
  compass: (share: string) =>
    `The colour says where it gets brighter. Where it is less steep than ${share} of the steepest, there is none.`,
  tooSmall: (kernel: string, picture: string) => `A kernel of ${kernel} does not fit into a picture of ${picture}.`,
  addZeros: "Put zeros around it",

  point: "Point at the result to see where a number comes from. A click keeps it.",
  where: (row: number, column: number) => `Where the number in row ${row}, column ${column} comes from`,
  patch: "Under the window",
  weights: "Weights",
  products: "Products",
  sum: "Sum",
  added: "Striped squares lie outside the picture, where “same” adds zeros.",

  examples: "Example pictures",
  exampleNames: examples,
  channels,
  colourHow: "Press a pixel for its next colour.",
  pixel: (row: number, column: number, colour: string) => `Row ${row}, column ${column}: ${colour}`,
  colours: ["black", "blue", "green", "cyan", "red", "magenta", "yellow", "white"],
  play: "Play",
  pause: "Pause",
  back: "Back",
  step: "Step",
  restart: "From the start",
  stepOf: (step: number, steps: number) => `number ${step} of ${steps}`,
  filterName: (form: Form): string => (form === "vertical" ? "Vertical filter" : "Horizontal filter"),
  ownFilter: (number: number) => `Filter ${number}`,
  filters: "Two filters of 3 × 3 × 3",
  filterChannel: (filter: string, channel: string) => `${filter}, ${channel}`,
  filterExamples: "Example filters",
  filterExampleNames: filterExamples,
  parts: "What each channel adds. Press one to see its products.",
  filtersHow: "Every number can be written: type it, drag it up and down, or paint.",
  planes: "Three channels",
  twentySeven: (filter: string) => `${filter}: 27 products`,
  outputs: "Two planes come out",
  volumeWhy:
    "A filter has a kernel for each channel. All 27 products go into one number, and each filter fills a plane of its own.",

  slidingPicture: (size: string) =>
    `The picture, ${size}: bright on the left, dark on the right. Point at it, or use the arrow keys, to move the window.`,
  slidingOutput: (size: string) => `What comes out, ${size}. Point at it, or use the arrow keys, to move the window.`,
  slidingHint: "Move the window to see where a number comes from.",
  slide: "Slide",
  windowOf: (window: number, windows: number) => `window ${window} of ${windows}`,
  sizesHead: "Sizes",
  sizeNames: sizes,
  reach: (sum: string) => `f spans ${sum}`,
  steppedOver: (lines: number) =>
    lines === 1
      ? "The stride steps over the last row and column: no window comes there."
      : `The stride steps over the last ${lines} rows and columns: no window comes there.`,
  noWindow: (reach: number, room: number) =>
    `Not one window fits: the filter spans ${reach} pixels, and with its padding the picture has ${room}.`,
  padBy: (rings: number) => `Take a padding of ${rings}`,
  usesHead: "How often a pixel is used",
  usesLabel: "In how many windows each pixel of the picture is",
  usesLegend: "windows",
  reasons: (size: string, f: number, s: number) =>
    `Two reasons for padding, with ${size}, f = ${f}, s = ${s}: without it pictures shrink layer by layer, and what is at their border is hardly looked at.`,
  chosenNow: "as chosen",
  sizeLeft: "comes out",
  layersLeft: "layers until nothing fits",
  cornerUses: "a corner is used",
  mostUses: "the most used",
  times: (times: number) => `${times} ×`,
  nothing: "nothing",
  anyNumber: "no limit",
  noMiddle: "A filter of even size has no middle: no padding keeps the size. That is one reason why filters are odd.",

  learningWhy: "A kernel is found from a picture and its edges alone: each step moves its numbers downhill.",
  target: "To be found",
  found: "Found so far",
  targetEdges: "Edges of the picture, made by the target",
  foundEdges: "Edges of the picture, made by what was found",
  learn: "Learn",
  goOn: "Go on",
  reset: "Reset",
  otherSeed: "Begin elsewhere",
  stepsDone: (steps: string) => `${steps} steps`,
  replaying: "Doing the link's steps again",
  farthest: (distance: string) => `The farthest number is ${distance} off.`,
  standings,
  slower: (rate: string) => `Start again with a rate of ${rate}`,
  lossCurve: "Loss, and how far the farthest number is off, step by step",
  loss: "loss",
  distance: "farthest number off by",
  noCurve: "Press “Learn”: the curves begin with the first steps.",
  learningRate: "Learning rate",
  rateWhy: "How far each step goes. Too far, and every step overshoots more than the one before.",
  momentum: "Momentum",
  momentumWhy: "How much of the last step goes on in the next. Without it the last bit takes very long.",
  chooseTarget: "Which kernel is to be found",
  weightHint: "Press a number that was found to see where its next step comes from.",
  weightWhere: (row: number, column: number) => `Where the next step of row ${row}, column ${column} comes from`,
  under: "Pixels under it",
  off: "Twice the error",
  underLabel: "The picture where this weight is laid on it, in standard deviations from the mean",
  offLabel: "Twice how far the edges are off those to be found",
  productsLabel: "What each place adds to the slope",
  slope: "Mean of all products: ∂loss/∂k",
  nextVelocity: "Then v becomes",
  nextWeight: "and k",
  learnedIn: (bias: string) =>
    `This filter was learned in Digits: its numbers are here with three digits, and without what follows there, its bias of ${bias} and ReLU.`,

  notPicture: (name: string) => `${name} is no picture that this browser can read. What was here stays.`,
  tooLarge: (name: string, megapixels: string) =>
    `${name} has ${megapixels} megapixels, more than this browser can hold. Save a smaller copy and open that.`,
  cameraReasons: camera,
  openPhoto: "Open a photo",
  fromClipboard: "What you pasted",
  failed: (reason: string) => `The lab cannot go on: ${reason}`,
  reload: "Load again",

  moreHead: "What is computed",
  moreCorrelation:
    "Correlation lays the kernel k on the picture x as it is: y[i, j] = Σ k[u, v] · x[i + u, j + v], over three rows u and three columns v. This is what networks call convolution.",
  moreConvolution:
    "Convolution, as mathematics has it, turns the kernel by 180° first: y[i, j] = Σ k[u, v] · x[i − u, j − v]. Then two kernels in a row are one kernel: (x ∗ a) ∗ b = x ∗ (a ∗ b).",
  morePadding:
    "Without padding (“valid”) a picture of n × m becomes (n − 2) × (m − 2): the window must fit. “Same” puts a ring of zeros around it, so the size stays; the border then looks like an edge.",
  moreSliding:
    "An n × n picture with p rings of zeros around it has room for ⌊(n + 2p − f)/s⌋ + 1 windows of f × f in a row, s pixels apart; the brackets round down. With dilation d the weights lie d pixels apart, and f counts as d(f − 1) + 1. How often a pixel is used is computed as a gradient: of the sum of all outputs by the pixel, with weights of 1.",
  moreLearning:
    "The loss is the mean square of what the found kernel's edges are off the target's, with the picture in standard deviations from its mean. Each step is v ← m·v + ∂loss/∂k, k ← k − rate·v, with the derivative computed by this library's autograd; the rate counts for nine weights. It ends when every number is right to two digits after the point.",
  moreGradient:
    "The gradient of a picture has two parts: a, from left to right, and b, from top to bottom, by Sobel's kernels laid as they are. Its strength is √(a² + b²). It points to where it gets brighter: atan2(b, −a), 0° to the right and 90° upwards.",
  moreVolume:
    "With channels c there is a third sum: y[f, i, j] = Σ k[f, c, u, v] · x[c, i + u, j + v]. So 6 × 6 × 3 and two filters of 3 × 3 × 3 make 4 × 4 × 2.",
  moreGrey:
    "Photos are made smaller, 256 pixels on the longer side, and grey: 0.2126 R + 0.7152 G + 0.0722 B (Rec. ITU-R BT.709), rounded.",
  moreKernels:
    "Roberts 1963 (2 × 2, here in the corner of a 3 × 3 of zeros); Sobel & Feldman 1968; Prewitt 1970, which is also the first filter of Ng's course; Rosenfeld & Kak 1976 for the Laplacian; Scharr 2000. Positive where bright turns dark, from left to right or top to bottom.",
  moreData:
    "Photographs: Felice Beato, “Boats in River, Nagasaki”, about 1865, and Karl Blossfeldt, “Allium ostrowskianum”, 1928. Digital images courtesy of the Getty's Open Content Program, CC0.",
};

/** The texts of this lab. */
export type Texts = typeof en;

import { heading } from "./heading.ts";

export const en = {
  ...heading.en,

  start: "Start",
  goOn: "Train on",
  backToEnd: "Back to the end",
  pause: "Pause",
  step: "One step",
  reset: "Reset",
  undo: "Undo",
  loading: (share: string) => `Fetching 13,000 digits: ${share}`,
  preparing: "Building the network",
  replaying: "Training again what the link describes",
  longLink: (steps: string, time: string) =>
    `This link describes ${steps} steps, for which this machine needs about ${time}. You can stop it and look at what is there.`,
  stopHere: "Stop here",
  stepOf: (step: string, goal: string) => `step ${step} of ${goal}`,
  rate: (rate: string) => `${rate} pictures/s`,
  left: (time: string) => `${time} left`,

  lr: "Learning rate",
  batch: "Batch",
  dropout: "Dropout",
  filters: "Filters",
  kernel: "Kernel",
  seed: "Seed",
  newSeed: "Another",
  settings: "Settings",
  pointSetting: "Point at a setting to see what it does.",
  whys: {
    lr: "How far each step goes. Too small, and it learns slowly; too large, and it never settles.",
    batch: "How many digits it looks at before each step. More make a step surer, and slower.",
    dropout: "How much of the last layer is left out at random while it learns, so that it relies on no single part.",
    filters: "How many patterns the first layer looks for. The second layer has twice as many maps.",
    kernel: "How large a patch of the picture a filter sees at once.",
    seed: "Where all random numbers begin: the same seed gives the same curve again, another one another.",
  },

  input: "Input",
  draw: "Draw a digit",
  drawHow: "Draw with mouse, pen or finger. With the keyboard: arrow keys move, space draws, Delete clears.",
  clear: "Clear",
  samples: "Or take one that it has never seen",
  sample: (label: string) => `Take this ${label}`,
  seen: "What the network sees",
  saliency: "What spoke for the answer",
  saliencyWhy: (digit: string) => `Orange: more ink here would speak for ${digit}. Blue: against it.`,
  saliencyNone: "Once there is a digit, what speaks for it and against it stands here.",
  nothingDrawn: "Nothing is drawn yet",

  network: "Network",
  layer1: (filters: string, kernel: string) => `First layer: ${filters} filters of ${kernel}, and what each finds`,
  layer2: (maps: number) => `Second layer: ${maps} maps, made of all of the above`,
  filter: (i: number) => `Filter ${i}`,
  map: (i: number) => `Map of filter ${i}`,
  deepMap: (i: number) => `Map ${i} of the second layer`,
  point: "Point at a square or press a bar to see where its number comes from. A click keeps it.",
  reading: (map: string, row: number, column: number, value: string) =>
    `${map}, row ${row}, column ${column}: ${value}`,
  logit: (digit: string, value: string) => `Score of ${digit}, before softmax: ${value}`,
  products: {
    patch: "Under the filter",
    kernel: "Filter",
    products: "Products",
    sum: "Sum",
    bias: "Bias",
    parts: "What each map adds. Press one to see its products; press a square to go on to it.",
  },

  useInEdges: "Use this learned filter in Edges",

  output: "Output",
  answer: (digit: string, share: string) => `It reads ${digit}, with ${share}.`,
  probabilities: "Probability of each digit",

  curves: "Loss and accuracy",
  noCurves: "Press start, and the curves grow here.",
  loss: "loss on what it learns from, over about ten steps",
  accuracy: "accuracy on 1,000 unseen digits",
  lossNow: "Loss",
  lossOfBatch: "this batch alone",
  accuracyNow: "Accuracy",
  steps: "steps",
  timeMachine: "Time machine",
  timeMachineWhy: "Go back to see it as it was. Change a setting there and a second run branches off.",
  beginning: "The beginning",
  atStep: (step: string) => `at step ${step}`,
  readsOf: (share: string, count: number) => `reads ${share} of ${count} unseen digits`,
  runs: "Runs",
  runFrom: (changes: string) => `then ${changes}`,
  afterStep: (step: string, settings: string) => `from step ${step}: ${settings}`,
  remove: (name: string) => `Remove run ${name}`,
  chooseRun: (name: string) => `Show run ${name}`,

  confusion: "What it takes for what",
  confusionWhy: "Rows: what it was. Columns: what it read. Press a cell to see those digits.",
  cellNone: (was: string, read: string) => `It read no ${was} as ${read} at this step.`,
  cellMore: (count: string) => `and ${count} more`,
  takeRead: (was: string, read: string) => `Take this ${was}, read as ${read}`,
  confusionCell: (was: string, read: string, count: number, of: number) =>
    `${count} of ${of} times, a ${was} was read as ${read}`,

  challenges: "Can you …",
  tryIt: "Begin here",
  solved: "Solved.",
  tasks: {
    fail: "make it fail? Find a digit that it reads wrong.",
    fast: "reach 98% in 200 steps?",
    border: "draw a 4 that it reads, then add ink until it reads 9?",
    dot: "explain why it is so sure of a single dot?",
  },
  lessons: {
    fail: "It reads nearly all, and nothing in its answer says which it does not.",
    fast: "Larger batches make steps surer, so that they can be longer; but each of them reads more digits.",
    border: "There is no gap between 4 and 9: it has drawn a border, and you have crossed it.",
    dot: "Its shares are of ten digits, and add up to 100% whatever is drawn: “no digit” is not among them. So a probability says which digit it would be, and not whether it is one. And the dot was scaled to the size of a digit before it was read.",
  },

  diverged: (step: string) => `After step ${step} the loss was no number any more: the learning rate is too large.`,
  collapsed:
    "It now has one answer for everything: steps that were too large have switched its parts off, and they do not come back by themselves.",
  backTo: (step: string) => `Back to step ${step}`,
  beginAgain: (lr: string) => `Start over with learning rate ${lr}`,
  failed: (reason: string) => `The lab cannot run: ${reason}`,
  reload: "Load again",
  missing: (what: string) => `It runs, but could be faster. Missing: ${what}`,

  moreHead: "What is computed",
  moreNetwork:
    "Convolution (same padding) – ReLU – 2 × 2 maximum, twice; then dropout and one linear layer to ten logits. Softmax makes probabilities of them: p = exp(z) / Σ exp(z).",
  moreLoss:
    "The loss is cross-entropy, −log p of the right digit, averaged over the batch. Adam (Kingma & Ba 2015) takes the steps.",
  moreSaliency:
    "What spoke for an answer is the gradient of its logit by every pixel, ∂z/∂x (Simonyan, Vedaldi & Zisserman 2014), with its sign.",
  moreDrawing:
    "A drawing is prepared as MNIST's digits were: scaled into 20 × 20, then its centre of mass put in the middle of 28 × 28.",
  moreSame:
    "The same settings and seed give the same curve, bit for bit, on any number of threads. So a link is an experiment.",
  moreData:
    "Digits: MNIST (LeCun, Cortes & Burges 1998), the first 12,000 of the training and 1,000 of the test pictures.",
};

/** The texts of this lab. */
export type Texts = typeof en;

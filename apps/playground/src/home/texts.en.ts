export const en = {
  name: "Home",
  title: "Deep learning you can take apart",
  why: "Networks learn here, in your browser: watch one learn, open any of its numbers, and write your own in TypeScript.",

  first: "Train a network",
  labs: "Labs",
  labsWhy: "What moves here is computed now, by this page.",
  rest: "Pause",
  goOn: "Go on",

  commands: "Three commands",
  commandsWhy: "In a clone of Unfold. You need git and Node 20.19 or newer; the rest is set up inside its folder.",
  starts: "opens these pages on your machine",
  demo: "trains LeNet-5 on 60,000 digits, in less than a minute",
  test: "runs every test of every package",

  code: "Ten lines of your own",
  codeWhy: "A network that learns to read digits, in Node. Its first lines say how to run it.",
};

/** The texts of the first page. */
export type HomeTexts = typeof en;

import type { Random } from "@unfoldjs/op-cases";
import { chance, oneOf } from "../random.ts";
import type { Varied } from "./sizes.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;

/** The shapes of everything that a recurrent net of so many gates may have to do with. */
function shapesOf(random: Random, gates: number, saved: number, isProjected: boolean): Shapes {
  // Lengths are drawn up to 3, whatever the time.
  const time = oneOf(random, [3, 3, 4, 7, 20]);
  const batch = oneOf(random, [0, 1, 1, 2, 3, 4, 5, 9, 13]);
  const features = oneOf(random, [0, 1, 2, 3, 5, 8]);
  const hidden = oneOf(random, [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 33]);
  const state = isProjected ? oneOf(random, [1, 2, 3, 5, 8]) : hidden;
  const rows = gates * hidden;
  return {
    x: [time, batch, features],
    step: [batch, features],
    weightIh: [rows, features],
    weightHh: [rows, state],
    weightHr: [state, hidden],
    bias: [rows],
    h: [batch, state],
    c: [batch, hidden],
    lengths: [batch],
    output: [time, batch, state],
    gates: [time, batch, saved * hidden],
    cells: [time, batch, hidden],
  };
}

/** Inputs of each case in their order, by what they are. */
const INPUTS: Readonly<Record<string, string>> = {
  rnn: "x weightIh weightHh bias bias h",
  "rnn with lengths": "x weightIh weightHh lengths",
  rnnCell: "step h weightIh weightHh bias bias",
  rnnGradient: "output h output weightHh lengths",
  gru: "x weightIh weightHh bias bias h",
  "gru with lengths": "x weightIh weightHh h lengths",
  gruCell: "step h weightIh weightHh bias bias",
  gruGradient: "output h output weightHh gates h lengths",
  lstm: "x weightIh weightHh bias bias h c",
  "lstm with lengths": "x weightIh weightHh h c lengths",
  "lstm projected": "x weightIh weightHh weightHr lengths",
  lstmCell: "step h c weightIh weightHh bias bias",
  "lstmCell projected": "step h weightIh weightHh weightHr",
  lstmGradient: "output h c output weightHh gates cells c lengths",
  "lstmGradient projected": "output output weightHh weightHr gates cells",
};

/** Gates, what is kept of a unit, and what the calls are told beside the direction. */
const FAMILIES = {
  rnn: { gates: 1, saved: 1, told: () => ({ nonlinearity: "tanh" }) },
  gru: { gates: 3, saved: 4, told: (random: Random) => ({ resetAfter: chance(random, 0.5) }) },
  lstm: { gates: 4, saved: 4, told: () => ({}) },
} as const;

function familyOf(name: string): (typeof FAMILIES)[keyof typeof FAMILIES] {
  return name.startsWith("rnn") ? FAMILIES.rnn : name.startsWith("gru") ? FAMILIES.gru : FAMILIES.lstm;
}

/** Rows of recurrent nets, whose sizes hang together by the number of gates. */
export const recurrentRows: Readonly<Record<string, (random: Random) => Varied>> = Object.fromEntries(
  Object.entries(INPUTS).map(([name, inputs]) => [
    name,
    (random: Random): Varied => {
      const { gates, saved, told } = familyOf(name);
      const shapes = shapesOf(random, gates, saved, name.endsWith("projected"));
      return {
        shapes: inputs.split(" ").map((input) => shapes[input] ?? []),
        attributes: { ...told(random), reverse: chance(random, 0.5) },
      };
    },
  ]),
);

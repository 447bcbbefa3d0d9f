import type { Bar } from "../bar.ts";
import { defineCase, type Case, type Suite } from "../case.ts";
import type { RecurrenceProblem } from "../layer-problems.ts";
import { randomArray, uniform } from "../random.ts";
import * as reference from "../reference/recurrence.ts";

const SIZES = { time: 50, batch: 32, features: 128, hidden: 256 };
const GATES = { lstm: 4, gru: 3 };

type Kind = RecurrenceProblem["kind"];

export const recurrence: Suite = {
  name: "recurrence",
  title: "recurrent layers of 128 features and 256 units over 32 sequences of 50 steps, a batch in one call",
  cases: [
    forward("lstm", [{ ratio: 1.4 }]),
    both("lstm", [{ ratio: 4.2 }, { share: 0.75, of: "arithmetic" }]),
    // For each multiply-add a GRU is to take no longer than an LSTM by more than a tenth.
    forward("gru", [{ ratio: 1.4 }, asFastAs(forwardName("lstm"))]),
    both("gru", [{ ratio: 4.2 }, { share: 0.75, of: "arithmetic" }, asFastAs(bothName("lstm"))]),
  ],
};

function forward(kind: Kind, bars: readonly Bar[]): Case {
  return defineCase({
    name: forwardName(kind),
    work: "recurrence",
    problem: () => problem(kind),
    expected: reference.recurrence,
    tolerance: 1e-5,
    unit: "ms",
    flops: flops(kind),
    bars,
  });
}

function both(kind: Kind, bars: readonly Bar[]): Case {
  const { time, batch, hidden } = SIZES;
  return defineCase({
    name: bothName(kind),
    work: "recurrenceGradient",
    problem: () => ({ ...problem(kind), upstream: randomArray(uniform(2), time * batch * hidden) }),
    expected: reference.recurrenceGradient,
    // A weight's gradient is a sum over all steps of all sequences.
    tolerance: 1e-4,
    unit: "ms",
    // Each product once forward, and twice backward: for what is multiplied, and for the weight.
    flops: 3 * flops(kind),
    bars,
  });
}

function forwardName(kind: Kind): string {
  return `${kind} 128 → 256, forward`;
}

function bothName(kind: Kind): string {
  return `${kind} 128 → 256, forward + backward`;
}

function asFastAs(name: string): Bar {
  return { share: 1 / 1.1, ofCase: { suite: "recurrence", case: name } };
}

/** Of the products alone: what the gates take beside them is not counted. */
function flops(kind: Kind): number {
  const { time, batch, features, hidden } = SIZES;
  return 2 * time * batch * GATES[kind] * hidden * (features + hidden);
}

function problem(kind: Kind): RecurrenceProblem {
  const { time, batch, features, hidden } = SIZES;
  const next = uniform(GATES[kind]);
  const rows = GATES[kind] * hidden;
  const limit = 1 / Math.sqrt(hidden); // as PyTorch's layers start
  return {
    kind,
    ...SIZES,
    x: randomArray(next, time * batch * features),
    weightIh: randomArray(next, rows * features, limit),
    weightHh: randomArray(next, rows * hidden, limit),
    biasIh: randomArray(next, rows, limit),
    biasHh: randomArray(next, rows, limit),
  };
}

import { ShapeError, sliceGradient, type sliceGradientOps, type Span, ValueError } from "@unfoldjs/tensor-core";
import { real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { build, read } from "../../reference/exact.ts";

interface Cut {
  readonly spans: readonly Span[];
  readonly shape: readonly number[];
}

export const sliceGradientCases: CasesOf<typeof sliceGradientOps> = {
  sliceGradient: opCase({
    draws: [real],
    call: ([dy], { spans, shape }: Cut) => sliceGradient(dy, spans, shape),
    reference: ([dy], { spans, shape }) =>
      build(shape, (index) => {
        const own = [...index];
        for (const { axis, start, stop, step } of spans) {
          const position = index[axis] ?? 0;
          if (position < start || position >= stop || (position - start) % step !== 0) return 0;
          own[axis] = (position - start) / step;
        }
        return read(dy, own);
      }),
    gradient: "second",
    rows: [
      { inputs: [[2, 4]], attributes: { shape: [5, 4], spans: [{ axis: 0, start: 1, stop: 3, step: 1 }] } },
      { inputs: [[5, 3]], attributes: { shape: [5, 7], spans: [{ axis: 1, start: 0, stop: 7, step: 3 }] } },
    ],
    empty: [
      { inputs: [[0, 4]], attributes: { shape: [5, 4], spans: [{ axis: 0, start: 2, stop: 2, step: 1 }] } },
      { inputs: [[2, 0]], attributes: { shape: [5, 0], spans: [{ axis: 0, start: 1, stop: 3, step: 1 }] } },
      { inputs: [[0]], attributes: { shape: [0], spans: [{ axis: 0, start: 0, stop: 0, step: 1 }] } },
    ],
    errors: [
      {
        inputs: [[3, 4]],
        attributes: { shape: [5, 4], spans: [{ axis: 0, start: 1, stop: 3, step: 1 }] },
        throws: ShapeError,
        message: /cut \[2, 4\]/,
      },
      {
        inputs: [[5, 4]],
        attributes: { shape: [5, 4], spans: [{ axis: 2, start: 1, stop: 3, step: 1 }] },
        throws: ShapeError,
        message: /axis must be in/,
      },
      {
        inputs: [[2, 4]],
        attributes: { shape: [5, 4], spans: [{ axis: 0, start: 4, stop: 6, step: 1 }] },
        throws: ValueError,
        message: /from 0 to 5/,
      },
      {
        inputs: [[2, 4]],
        attributes: { shape: [5, 4], spans: [{ axis: 0, start: 1, stop: 3, step: 0 }] },
        throws: ValueError,
        message: /step must be at least 1/,
      },
    ],
  }),
};

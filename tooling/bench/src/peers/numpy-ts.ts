import { processOf } from "../cold-start/process.ts";
import type { Peer } from "../work.ts";
import { shapesOf } from "./matmul-shapes.ts";
import { versionOf } from "./version.ts";

/** numpy-ts: NumPy's functions over WebAssembly SIMD kernels. No gradients. */
export const numpyTs: Peer = {
  name: "numpy-ts",
  version: versionOf("numpy-ts"),
  canShare: false,
  async load() {
    const np = await import("numpy-ts");
    const array = (values: Float32Array, shape: readonly number[]): ReturnType<typeof np.array> =>
      np.array(values, "float32").reshape(...shape);
    return {
      matmul(problem) {
        const { leftTransposed, rightTransposed } = problem;
        const shapes = shapesOf(problem);
        const [a, b] = [array(problem.left, shapes.left), array(problem.right, shapes.right)];
        // A transposed array is a view, made once: it owns no memory.
        const [left, right] = [leftTransposed ? a.transpose() : a, rightTransposed ? b.transpose() : b];
        return {
          run: () => np.matmul(left, right).dispose(),
          outputs: () => ({ product: np.matmul(left, right).data as Float32Array }),
          dispose: () => new Set([left, right, a, b]).forEach((each) => each.dispose()),
        };
      },

      elementwise({ function: name, rows, columns, ...values }) {
        // NumPy has no softmax.
        if (name === "softmax") return undefined;
        const x = array(values.x, [rows, columns]);
        const y = array(values.y, [rows, columns]);
        const dispose = (): void => [x, y].forEach((each) => each.dispose());
        if (name === "sum") {
          // A number, not an array: there is nothing to free.
          const total = (): number => Number(np.sum(x));
          return { run: () => void total(), outputs: () => ({ result: [total()] }), dispose };
        }
        const functions = {
          relu: () => np.maximum(x, 0),
          add: () => np.add(x, y),
          exp: () => np.exp(x),
          tanh: () => np.tanh(x),
        };
        const call = functions[name];
        return {
          run: () => call().dispose(),
          outputs: () => ({ result: call().data as Float32Array }),
          dispose,
        };
      },

      add({ left, right }) {
        const a = array(left, [left.length]);
        const b = array(right, [right.length]);
        return {
          run: () => np.add(a, b).dispose(),
          outputs: () => ({ sum: np.add(a, b).data as Float32Array }),
          dispose() {
            a.dispose();
            b.dispose();
          },
        };
      },

      coldStart: (problem) => processOf("numpy-ts", problem),
    };
  },
};

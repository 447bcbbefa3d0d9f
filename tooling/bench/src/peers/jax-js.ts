import type { numpy } from "@jax-js/jax";
import { processOf } from "../cold-start/process.ts";
import type { Peer } from "../work.ts";
import { networkStepInWorker } from "./in-worker.ts";
import { shapesOf } from "./matmul-shapes.ts";
import { versionOf } from "./version.ts";

type Triple = [numpy.Array, numpy.Array, numpy.Array];

/** jax-js on its WebAssembly device, one thread (its threads need the browser's workers). `jit` wherever it is faster. */
export const jaxJs: Peer = {
  name: "jax-js",
  version: versionOf("@jax-js/jax"),
  canShare: false,
  async load() {
    const {
      blockUntilReady,
      defaultDevice,
      init,
      jit,
      lax,
      nn,
      numpy: np,
      tree,
      valueAndGrad,
    } = await import("@jax-js/jax");
    await init("wasm");
    defaultDevice("wasm");
    const array = (values: Float32Array, shape: readonly number[]): numpy.Array => np.array(values).reshape([...shape]);
    const convolveBy = (x: numpy.Array, weight: numpy.Array, padding: number, groups: number): numpy.Array => {
      const border: [number, number] = [padding, padding];
      return lax.convGeneralDilated(x, weight, [1, 1], [border, border], { featureGroupCount: groups });
    };
    const attend = (q: numpy.Array, k: numpy.Array, v: numpy.Array, size: number): numpy.Array => {
      const scores = np.matmul(q, k.transpose([0, 2, 1])).mul(1 / Math.sqrt(size));
      return np.matmul(nn.softmax(scores, -1), v);
    };
    const finish = async (results: numpy.Array[]): Promise<void> => {
      await blockUntilReady(results);
      tree.dispose(results);
    };

    return {
      matmul(problem) {
        const { leftTransposed, rightTransposed } = problem;
        const shapes = shapesOf(problem);
        const a = array(problem.left, shapes.left);
        const b = array(problem.right, shapes.right);
        const product = jit((x: numpy.Array, y: numpy.Array) =>
          np.matmul(leftTransposed ? x.transpose() : x, rightTransposed ? y.transpose() : y),
        );
        return {
          run: () => finish([product(a.ref, b.ref)]),
          outputs: () => ({ product: product(a.ref, b.ref).dataSync() }),
          dispose() {
            tree.dispose([a, b]);
            product.dispose();
          },
        };
      },

      matmulGradient({ rows, inner, columns, left, right, weight }) {
        const a = array(left, [rows, inner]);
        const b = array(right, [inner, columns]);
        const w = array(weight, [rows, columns]);
        const loss = (x: numpy.Array, y: numpy.Array, z: numpy.Array): numpy.Array => np.matmul(x, y).mul(z).sum();
        const both = valueAndGrad(loss, { argnums: [0, 1] });
        const compiled = jit((x: numpy.Array, y: numpy.Array, z: numpy.Array) => {
          const [value, [dx, dy]] = both(x, y, z);
          return [value, dx, dy] as [numpy.Array, numpy.Array, numpy.Array];
        });
        return {
          run: () => finish(compiled(a.ref, b.ref, w.ref)),
          outputs() {
            const [value, da, db] = compiled(a.ref, b.ref, w.ref);
            return { loss: value.dataSync(), left: da.dataSync(), right: db.dataSync() };
          },
          dispose() {
            tree.dispose([a, b, w]);
            compiled.dispose();
          },
        };
      },

      attention({ batch, heads, length, size, ...values }) {
        const [q, k, v] = [values.query, values.key, values.value].map((each) =>
          array(each, [batch * heads, length, size]),
        ) as Triple;
        const compiled = jit((x: numpy.Array, y: numpy.Array, z: numpy.Array) => attend(x, y, z, size));
        return {
          run: () => finish([compiled(q.ref, k.ref, v.ref)]),
          outputs: () => ({ output: compiled(q.ref, k.ref, v.ref).dataSync() }),
          dispose() {
            tree.dispose([q, k, v]);
            compiled.dispose();
          },
        };
      },

      attentionGradient({ batch, heads, length, size, ...values }) {
        const shape = [batch * heads, length, size];
        const [q, k, v] = [values.query, values.key, values.value].map((each) => array(each, shape)) as Triple;
        const dy = array(values.upstream, shape);
        const loss = (x: numpy.Array, y: numpy.Array, z: numpy.Array, w: numpy.Array): numpy.Array =>
          attend(x, y, z, size).mul(w).sum();
        const all = valueAndGrad(loss, { argnums: [0, 1, 2] });
        const compiled = jit((x: numpy.Array, y: numpy.Array, z: numpy.Array, w: numpy.Array) => {
          const [value, [dx, dz, dv]] = all(x, y, z, w);
          return [value, dx, dz, dv] as [numpy.Array, ...Triple];
        });
        return {
          run: () => finish(compiled(q.ref, k.ref, v.ref, dy.ref)),
          outputs() {
            const [value, dq, dk, dv] = compiled(q.ref, k.ref, v.ref, dy.ref);
            value.dispose();
            return { query: dq.dataSync(), key: dk.dataSync(), value: dv.dataSync() };
          },
          dispose() {
            tree.dispose([q, k, v, dy]);
            compiled.dispose();
          },
        };
      },

      async recurrence(problem) {
        const { recurrence } = await import("./jax-js-recurrence.ts");
        return recurrence(problem);
      },

      async recurrenceGradient(problem) {
        const { recurrenceGradient } = await import("./jax-js-recurrence.ts");
        return recurrenceGradient(problem);
      },

      async normGradient(problem) {
        const { normGradient } = await import("./jax-js-norms.ts");
        return normGradient(problem);
      },

      convolution({ batch, channels, size, filters, kernel, padding, groups, images, weight }) {
        const x = array(images, [batch, channels, size, size]);
        const w = array(weight, [filters, channels / groups, kernel, kernel]);
        const convolve = jit((a: numpy.Array, b: numpy.Array) => convolveBy(a, b, padding, groups));
        return {
          run: () => finish([convolve(x.ref, w.ref)]),
          outputs: () => ({ maps: convolve(x.ref, w.ref).dataSync() }),
          dispose() {
            tree.dispose([x, w]);
            convolve.dispose();
          },
        };
      },

      convolutionGradient({ batch, channels, size, filters, kernel, padding, groups, images, weight, upstream }) {
        const x = array(images, [batch, channels, size, size]);
        const w = array(weight, [filters, channels / groups, kernel, kernel]);
        const rows = size + 2 * padding - kernel + 1;
        const dy = array(upstream, [batch, filters, rows, rows]);
        const loss = (a: numpy.Array, b: numpy.Array, c: numpy.Array): numpy.Array =>
          convolveBy(a, b, padding, groups).mul(c).sum();
        const both = valueAndGrad(loss, { argnums: [0, 1] });
        const compiled = jit((a: numpy.Array, b: numpy.Array, c: numpy.Array) => {
          const [value, [da, db]] = both(a, b, c);
          return [value, da, db] as [numpy.Array, numpy.Array, numpy.Array];
        });
        return {
          run: () => finish(compiled(x.ref, w.ref, dy.ref)),
          outputs() {
            const [value, dx, dw] = compiled(x.ref, w.ref, dy.ref);
            value.dispose();
            return { images: dx.dataSync(), weight: dw.dataSync() };
          },
          dispose() {
            tree.dispose([x, w, dy]);
            compiled.dispose();
          },
        };
      },

      elementwise({ function: name, rows, columns, ...values }) {
        const x = array(values.x, [rows, columns]);
        const y = array(values.y, [rows, columns]);
        const functions = {
          relu: (a: numpy.Array) => nn.relu(a),
          add: (a: numpy.Array, b: numpy.Array) => np.add(a, b),
          exp: (a: numpy.Array) => np.exp(a),
          tanh: (a: numpy.Array) => np.tanh(a),
          softmax: (a: numpy.Array) => nn.softmax(a, -1),
          sum: (a: numpy.Array) => np.sum(a),
        };
        const compiled = jit(functions[name]);
        const call = (): numpy.Array => (name === "add" ? compiled(x.ref, y.ref) : compiled(x.ref));
        return {
          run: () => finish([call()]),
          outputs: () => ({ result: call().dataSync() }),
          dispose() {
            tree.dispose([x, y]);
            compiled.dispose();
          },
        };
      },

      async lenetStep(problem) {
        const { lenetStep } = await import("./jax-js-lenet.ts");
        return lenetStep(problem);
      },

      networkStep: (problem) => networkStepInWorker("jax-js", problem),

      async languageModelStep(problem) {
        const { languageModelStep } = await import("./jax-js-language-model.ts");
        return languageModelStep(problem);
      },

      async gptStep(problem) {
        const { gptStep } = await import("./jax-js-gpt.ts");
        return gptStep(problem);
      },

      add({ left, right }) {
        const a = array(left, [left.length]);
        const b = array(right, [right.length]);
        return {
          run: () => finish([np.add(a.ref, b.ref)]),
          outputs: () => ({ sum: np.add(a.ref, b.ref).dataSync() }),
          dispose: () => tree.dispose([a, b]),
        };
      },

      coldStart: (problem) => processOf("jax-js", problem),
    };
  },
};

import manifest from "../../../../packages/tensor-core/package.json" with { type: "json" };
import type { Tensor } from "@unfoldjs/tensor-core";
import type { Peer } from "../work.ts";
import { shapesOf } from "./matmul-shapes.ts";

/** This repository's packages, as built for publication, through their public functions. */
export const unfold: Peer = {
  name: "unfold",
  version: manifest.version,
  canShare: true,
  async load(threads) {
    const { startThreads } = await import("./unfold-threads.ts");
    await startThreads(threads);
    const core = await import("@unfoldjs/tensor-core");
    const { add, conv2d, exp, fromArray, matmul, relu, scaledDotProductAttention, scope, softmax, sum, tanh } = core;

    return {
      matmul(problem) {
        const { leftTransposed = false, rightTransposed = false } = problem;
        const shapes = shapesOf(problem);
        const a: Tensor = fromArray(problem.left, shapes.left);
        const b: Tensor = fromArray(problem.right, shapes.right);
        // Views are made where a program would make them: at every product.
        const multiply = (): Tensor => matmul(leftTransposed ? a.transpose() : a, rightTransposed ? b.transpose() : b);
        const run =
          leftTransposed || rightTransposed ? () => scope(() => void multiply()) : () => matmul(a, b).dispose();
        return {
          run,
          outputs: () => scope(() => ({ product: multiply().data() })),
          dispose() {
            a.dispose();
            b.dispose();
          },
        };
      },

      async matmulGradient({ rows, inner, columns, left, right, weight }) {
        const { valueAndGrad } = await import("@unfoldjs/autograd");
        const factors = [fromArray(left, [rows, inner]), fromArray(right, [inner, columns])] as const;
        const w = fromArray(weight, [rows, columns]);
        const differentiate = valueAndGrad(([a, b]: typeof factors) => a.matmul(b).mul(w).sum());
        return {
          run: () => scope(() => void differentiate(factors)),
          outputs: () =>
            scope(() => {
              const { value, gradient } = differentiate(factors);
              return { loss: value.data(), left: gradient[0].data(), right: gradient[1].data() };
            }),
          dispose: () => [...factors, w].forEach((each) => each.dispose()),
        };
      },

      attention({ batch, heads, length, size, ...values }) {
        const shape = [batch, heads, length, size];
        const [q, k, v] = [
          fromArray(values.query, shape),
          fromArray(values.key, shape),
          fromArray(values.value, shape),
        ];
        return {
          run: () => scaledDotProductAttention(q, k, v).dispose(),
          outputs: () => scope(() => ({ output: scaledDotProductAttention(q, k, v).data() })),
          dispose: () => [q, k, v].forEach((each) => each.dispose()),
        };
      },

      async attentionGradient({ batch, heads, length, size, ...values }) {
        const { valueAndGrad } = await import("@unfoldjs/autograd");
        const shape = [batch, heads, length, size];
        const inputs = {
          query: fromArray(values.query, shape),
          key: fromArray(values.key, shape),
          value: fromArray(values.value, shape),
        };
        const upstream = fromArray(values.upstream, shape);
        const differentiate = valueAndGrad(({ query, key, value }: typeof inputs) =>
          scaledDotProductAttention(query, key, value).mul(upstream).sum(),
        );
        return {
          run: () => scope(() => void differentiate(inputs)),
          outputs: () =>
            scope(() => {
              const { query, key, value } = differentiate(inputs).gradient;
              return { query: query.data(), key: key.data(), value: value.data() };
            }),
          dispose: () => [...Object.values(inputs), upstream].forEach((each) => each.dispose()),
        };
      },

      async recurrence(problem) {
        const { recurrence } = await import("./unfold-recurrence.ts");
        return recurrence(problem);
      },

      async recurrenceGradient(problem) {
        const { recurrenceGradient } = await import("./unfold-recurrence.ts");
        return recurrenceGradient(problem);
      },

      async normGradient(problem) {
        const { normGradient } = await import("./unfold-norms.ts");
        return normGradient(problem);
      },

      convolution(problem) {
        const { batch, channels, size, filters, kernel, padding, groups } = problem;
        const images = fromArray(problem.images, [batch, channels, size, size]);
        const weight = fromArray(problem.weight, [filters, channels / groups, kernel, kernel]);
        const options = { padding, groups };
        return {
          run: () => conv2d(images, weight, undefined, options).dispose(),
          outputs: () => scope(() => ({ maps: conv2d(images, weight, undefined, options).data() })),
          dispose() {
            images.dispose();
            weight.dispose();
          },
        };
      },

      async convolutionGradient(problem) {
        const { valueAndGrad } = await import("@unfoldjs/autograd");
        const { batch, channels, size, filters, kernel, padding, groups } = problem;
        const factors = [
          fromArray(problem.images, [batch, channels, size, size]),
          fromArray(problem.weight, [filters, channels / groups, kernel, kernel]),
        ] as const;
        const rows = size + 2 * padding - kernel + 1;
        const upstream = fromArray(problem.upstream, [batch, filters, rows, rows]);
        const differentiate = valueAndGrad(([x, w]: typeof factors) =>
          conv2d(x, w, undefined, { padding, groups }).mul(upstream).sum(),
        );
        return {
          run: () => scope(() => void differentiate(factors)),
          outputs: () =>
            scope(() => {
              const [images, weight] = differentiate(factors).gradient;
              return { images: images.data(), weight: weight.data() };
            }),
          dispose: () => [...factors, upstream].forEach((each) => each.dispose()),
        };
      },

      elementwise({ function: name, rows, columns, ...values }) {
        const x = fromArray(values.x, [rows, columns]);
        const y = fromArray(values.y, [rows, columns]);
        const functions = {
          relu: () => relu(x),
          add: () => add(x, y),
          exp: () => exp(x),
          tanh: () => tanh(x),
          softmax: () => softmax(x, -1),
          sum: () => sum(x),
        };
        const call: () => Tensor = functions[name];
        return {
          run: () => call().dispose(),
          outputs: () => scope(() => ({ result: call().data() })),
          dispose() {
            x.dispose();
            y.dispose();
          },
        };
      },

      async network(problem) {
        const { network } = await import("./unfold-network.ts");
        return network(problem);
      },

      async networkStep(problem) {
        const { networkStep } = await import("./unfold-network.ts");
        return networkStep(problem);
      },

      async lenetStep(problem) {
        const { lenetStep } = await import("./unfold-training.ts");
        return lenetStep(problem);
      },

      async mlpStep(problem) {
        const { mlpStep } = await import("./unfold-training.ts");
        return mlpStep(problem);
      },

      async characterGruStep(problem) {
        const { characterGruStep } = await import("./unfold-training.ts");
        return characterGruStep(problem);
      },

      async languageModelStep(problem) {
        const { languageModelStep } = await import("./unfold-sequences.ts");
        return languageModelStep(problem);
      },

      async sentenceVectors(problem) {
        const { sentenceVectors } = await import("./unfold-sequences.ts");
        return sentenceVectors(problem);
      },

      async attentionDecodeStep(problem) {
        const { attentionDecodeStep } = await import("./unfold-sequences.ts");
        return attentionDecodeStep(problem);
      },

      async gptStep(problem) {
        const { gptStep } = await import("./unfold-gpt.ts");
        return gptStep(problem);
      },

      add({ left, right, memory }) {
        const a = fromArray(left);
        const b = fromArray(right);
        return {
          run: memory === "dispose" ? () => add(a, b).dispose() : () => scope(() => void add(a, b)),
          outputs: () => scope(() => ({ sum: add(a, b).data() })),
          dispose() {
            a.dispose();
            b.dispose();
          },
        };
      },

      async beam(problem) {
        return (await import("./unfold-decoding.ts")).beamContender(problem);
      },

      async nearestWords(problem) {
        return (await import("./unfold-embeddings.ts")).nearestWordsContender(problem);
      },

      async sample(problem) {
        return (await import("./unfold-decoding.ts")).sampleContender(problem);
      },

      async coldStart(problem) {
        // Here, since a page that measures this library too has no processes.
        const { processOf } = await import("../cold-start/process.ts");
        return processOf("unfold", problem);
      },
    };
  },
};

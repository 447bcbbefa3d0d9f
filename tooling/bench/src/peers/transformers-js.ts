import { drawsOf } from "../reference/decoding.ts";
import type { Peer } from "../work.ts";
import { versionOf } from "./version.ts";

/** What the bench uses of the build for browsers, which the package's entry for Node hides. */
interface Transformers {
  readonly PretrainedConfig: new (fields: object) => object;
  readonly PreTrainedModel: new (
    config: object,
    sessions: object,
    configs: object,
  ) => { generate(options: object): Promise<{ tolist(): readonly (readonly bigint[])[] }> };
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) => object;
}

/** Tokens of each row that are looked at where draws are compared with what is expected. */
const DRAWS = 500;

/**
 * transformers.js on onnxruntime-web, as in a page: `generate` with a model that has its logits ready. It samples by temperature and
 * top-k; other filters and beams are in its settings, and not in what it does.
 */
export const transformersJs: Peer = {
  name: "transformers.js",
  version: versionOf("@huggingface/transformers"),
  canShare: false,
  async load(threads) {
    const ort = await import("onnxruntime-web");
    // The runtime that it is to use, by the name under which it looks for one.
    Object.assign(globalThis, { [Symbol.for("onnxruntime")]: ort });
    const entry = new URL("../../node_modules/@huggingface/transformers/dist/transformers.web.js", import.meta.url);
    const { PretrainedConfig, PreTrainedModel, Tensor }: Transformers = await import(entry.href);
    Object.assign(ort.env.wasm, { wasmPaths: undefined }); // which it has point to a server
    ort.env.wasm.numThreads = threads;
    return {
      sample(problem) {
        const { batch, vocabulary, rows, k, temperature } = problem;
        class Ready extends PreTrainedModel {
          readonly main_input_name = "input_ids";
          readonly can_generate = true;
          async forward(): Promise<object> {
            return { logits: new Tensor("float32", rows, [batch, 1, vocabulary]) };
          }
          prepare_inputs_for_generation(_: unknown, inputs: object): object {
            return inputs;
          }
          _update_model_kwargs_for_generation({ model_inputs: inputs }: { readonly model_inputs: object }): object {
            return inputs;
          }
          _validate_model_class(): void {}
        }
        const model = new Ready(new PretrainedConfig({}), {}, {});
        const inputs = new Tensor("int64", new BigInt64Array(batch).fill(1n), [batch, 1]);
        const draw = (steps: number): ReturnType<typeof model.generate> =>
          model.generate({ inputs, max_new_tokens: steps, do_sample: true, top_k: k, temperature });
        return {
          run: async () => void (await draw(problem.steps)),
          async outputs() {
            const drawn = (await draw(DRAWS)).tolist().map((tokens) => tokens.slice(1).map(Number));
            return { ...drawsOf(problem, drawn) };
          },
          dispose() {},
        };
      },
    };
  },
};

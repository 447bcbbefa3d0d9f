import type moduleSystem from "node:module";
import {
  assertFunction,
  assertList,
  assertOneOf,
  assertRecord,
  assertString,
  checkOptions,
  FormatError,
  NotFoundError,
  type OptionChecks,
  truthValue,
} from "@unfoldjs/tensor-core";
import { GlobalPool } from "../graph/edges.ts";
import type { LayerGraph } from "../graph/layer-graph.ts";
import { isRecord } from "./field.ts";
import { modelOf } from "./load-tfjs.ts";

/** Networks with weights that were learned on photographs, and on from there. */
export type PretrainedName = "inceptionV3" | "mobileNetV2";

/** A model as `nsfwjs` exports it, `MobileNetV2Model` of "nsfwjs/models/mobilenet_v2" say: for pages, where none can be looked for. */
export interface NsfwjsModel {
  /** Gives what model.json holds, as `default`. */
  modelJson(): Promise<unknown>;
  /** Each gives a shard in base64, as `default`. */
  readonly weightBundles: readonly (() => Promise<unknown>)[];
}

export interface PretrainedOptions {
  /** The layer whose result the features are, by its name in the file. Default: the last before the head. */
  readonly until?: string;
  /** Whether the features are the means of its maps, (batch, features), or the maps themselves. Default true. */
  readonly pool?: boolean;
  /** The model, where the package is not to be looked for. */
  readonly from?: NsfwjsModel;
}

/** A network without its head, and what it takes. */
export interface Pretrained {
  /** (batch, 3, size, size), red, green and blue from 0 to 1, to (batch, features); in use (`eval()`). */
  readonly model: LayerGraph;
  /** Channels of what comes out. */
  readonly features: number;
  /** Height and width of the pictures that it learned from. Others do, if the last maps are 1 × 1 at least. */
  readonly size: number;
}

/** Where the parts of a model come from. */
interface Parts {
  /** What model.json holds. */
  json(): Promise<unknown>;
  /** A shard in base64, by its name in the manifest. */
  shard(file: string): Promise<unknown>;
}

interface Known {
  readonly entry: string;
  readonly until: string;
  readonly size: number;
  readonly features: number;
}

const KNOWN: Readonly<Record<PretrainedName, Known>> = {
  inceptionV3: { entry: "nsfwjs/models/inception_v3", until: "mixed10", size: 299, features: 2048 },
  mobileNetV2: { entry: "nsfwjs/models/mobilenet_v2", until: "out_relu", size: 224, features: 1280 },
};

const OPTIONS: OptionChecks<PretrainedOptions> = {
  until: assertString,
  pool: truthValue,
  from: (op, name, value) => assertRecord(op, name, value, "a model of nsfwjs"),
};

/**
 * Features of a network that has learned: InceptionV3 (Szegedy et al. 2016) and MobileNetV2 (Sandler et al. 2018) as the npm
 * package `nsfwjs` 4 has them, Keras' networks for ImageNet whose convolutions and norms its authors kept (`trainable: false`) under
 * a head of their own, which is left out here. The program that calls this installs the package (25 MB to download, 42 MB in
 * place); tfjs, which it asks for, is not run. 8-bit weights, in the heap as f32: 88 MB and 10 MB.
 *
 * Pictures are divided by 255, as nsfwjs does, and not normalised otherwise.
 *
 * @throws NotFoundError that says what to install, FormatError on a damaged package, ValueError
 * @example const { model, features } = await pretrained("mobileNetV2");
 * @example const { model } = await pretrained("inceptionV3", { until: "mixed7", pool: false }); // (batch, 768, 17, 17)
 */
export async function pretrained(name: PretrainedName, options: PretrainedOptions = {}): Promise<Pretrained> {
  assertOneOf("pretrained", "name", name, Object.keys(KNOWN));
  checkOptions("pretrained", options, OPTIONS);
  const { entry, until: last, size, features } = KNOWN[name];
  const { until = last, pool = true, from } = options;
  const { json, shard } = from === undefined ? installed(entry) : given(from);
  const read = async (file: string): Promise<Uint8Array> => bytesOf(file, await shard(file));
  const trunk = await modelOf("pretrained", await json(), read, { until });
  const model = pool ? trunk.append("features", new GlobalPool("mean")).eval() : trunk;
  return { model, features: until === last ? features : channelsOf(trunk, until, size), size };
}

/** Of a layer that no number above says anything about: by zeros of the size that all layers take. */
function channelsOf(trunk: LayerGraph, until: string, size: number): number {
  return trunk.summary([1, 3, size, size]).rows.find(({ path }) => path === until)?.outputShape?.[1] ?? 0;
}

/** @throws FormatError unless it is a text in base64 */
function bytesOf(file: string, text: unknown): Uint8Array {
  const rule = "a shard must be a text in base64";
  if (typeof text !== "string") throw new FormatError("pretrained", { file }, rule);
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new FormatError("pretrained", { file }, rule, "install the package again", { cause });
  }
}

function fromBase64(text: string): Uint8Array {
  const { fromBase64: own } = Uint8Array as { fromBase64?: (text: string) => Uint8Array }; // newer than what this is compiled for
  if (own !== undefined) return own.call(Uint8Array, text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** Of a model that a program imported. `group1-shard2of6` is the second of its bundles. */
function given(model: NsfwjsModel): Parts {
  const { modelJson, weightBundles } = model;
  assertFunction("pretrained", "from.modelJson", modelJson);
  assertList("pretrained", "from.weightBundles", weightBundles, "an array of functions");
  Array.from(weightBundles, (bundle: unknown, at) => assertFunction("pretrained", `from.weightBundles[${at}]`, bundle));
  return {
    json: async () => defaultOf(await modelJson()),
    shard: async (file) => {
      const at = /-shard(\d+)of\d+$/.exec(file)?.[1];
      const bundle = weightBundles[Number(at) - 1];
      if (bundle !== undefined) return defaultOf(await bundle());
      throw new FormatError(
        "pretrained",
        { file, weightBundles: weightBundles.length },
        "the model has no such bundle",
      );
    },
  };
}

/** What a module exports as `default`; of one that is CommonJS and was not wrapped, itself. */
function defaultOf(module: unknown): unknown {
  return isRecord(module) && Object.hasOwn(module, "default") ? module["default"] : module;
}

/**
 * Of the installed package: as seen from the working folder, from the running program, and from here. Its files are taken as they
 * are: what it exports for `require` would make a property of each character of a shard.
 */
function installed(entry: string): Parts {
  const { process: host }: { process?: Partial<Host> } = globalThis;
  const system = host?.getBuiltinModule?.("node:module");
  if (system === undefined || host?.cwd === undefined) {
    throw new NotFoundError(
      "pretrained",
      { runtime: "no file system" },
      "no package can be looked for here",
      `give the model: import { … } from "${entry}", and { from: … }`,
    );
  }
  const program = host.argv?.[1];
  for (const base of [`${host.cwd()}/package.json`, ...(program === undefined ? [] : [program]), import.meta.url]) {
    const require = system.createRequire(base);
    const resolved = resolvedBy(require, entry);
    if (resolved === undefined) continue;
    // dist/cjs/models/mobilenet_v2.js stands for dist/models/mobilenet_v2/
    const folder = resolved.replace(/[\\/](cjs|esm)([\\/]models[\\/]\w+)\.js$/, "$2/");
    return {
      json: async () => taken(require, folder, "model"),
      shard: async (file) => taken(require, folder, file),
    };
  }
  throw new NotFoundError(
    "pretrained",
    { package: "nsfwjs" },
    "the weights are in an npm package that is not installed",
    "npm install nsfwjs@4 (25 MB, 42 MB in place; it asks for @tensorflow/tfjs, which is not used here)",
  );
}

interface Host {
  cwd(): string;
  readonly argv: readonly string[];
  getBuiltinModule(id: "node:module"): typeof moduleSystem;
}

function resolvedBy(require: NodeJS.Require, entry: string): string | undefined {
  try {
    return require.resolve(entry);
  } catch {
    return undefined;
  }
}

/** What a file of the package exports; it is not kept, since shards are long texts. */
function taken(require: NodeJS.Require, folder: string, file: string): unknown {
  const path = `${folder}${file}.min.js`;
  try {
    const found: unknown = require(path);
    delete require.cache[require.resolve(path)];
    return found;
  } catch (cause) {
    throw new FormatError(
      "pretrained",
      { path, problem: String(cause).split("\n")[0] },
      "the package has no such file, or it cannot be read",
      "install nsfwjs@4; of others it is not known where they have their models",
      { cause },
    );
  }
}

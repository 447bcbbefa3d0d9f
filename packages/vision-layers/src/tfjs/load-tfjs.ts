import {
  assertString,
  checkOptions,
  FormatError,
  Generator,
  inCall,
  nearest,
  type OptionChecks,
  ValueError,
} from "@unfoldjs/tensor-core";
import { type AnyModule, withGenerator } from "@unfoldjs/nn";
import { type GraphNode, LayerGraph } from "../graph/layer-graph.ts";
import { Field } from "./field.ts";
import { type ReadFile, readerOf, type TfjsSource } from "./file-source.ts";
import { layerReaders } from "./layer-readers.ts";
import { readWeights, type StoredWeight } from "./manifest.ts";
import { type Built, Reading } from "./read-context.ts";
import { type LayerCall, readTopology, type Topology } from "./topology.ts";

export interface LoadTfjsOptions {
  /** The layer that the model ends with, by its name: what comes after it is not built, nor are its weights unpacked. */
  readonly until?: string;
}

const LOAD_OPTIONS: OptionChecks<LoadTfjsOptions> = { until: assertString };

/**
 * Reads a model of tfjs-layers: `model.json` and its shards, as `model.save()` of tfjs and the converter of Keras models write them,
 * Sequential or a graph, models within it too, with weights in f32, i32, bool, f16 or quantised to 8 or 16 bits. Nothing of
 * tfjs is run, and nothing is left out without a word: a layer, an activation or an option that cannot be read is named.
 *
 * Pictures go in as (batch, channels, height, width), and what has such axes comes out so, where the file's model has channels
 * last; weights are turned. Features of `Flatten` keep the file's order. The model is in use (`eval()`), its parameters can be
 * learned, whatever `trainable` the file gives them, and its layers have the file's names.
 *
 * @param source the folder, the path of model.json, its address, or a function that gives a file's bytes by its name
 * @throws FormatError on what cannot be read, and on shards that do not fit; NotFoundError, FileError, ValueError
 * @example const model = await loadTfjs("models/mobilenet", { until: "conv_pw_13_relu" });
 */
export async function loadTfjs(source: TfjsSource, options: LoadTfjsOptions = {}): Promise<LayerGraph> {
  checkOptions("loadTfjs", options, LOAD_OPTIONS);
  const { read, model } = readerOf("loadTfjs", source);
  return modelOf("loadTfjs", parsed("loadTfjs", model, await read(model)), read, options);
}

function parsed(op: string, file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError(op, { file, bytes: bytes.length }, "the file is no JSON", "it is to be tfjs' model.json", {
      cause,
    });
  }
}

/** @param json what model.json holds @param read gives a shard by its path in the manifest */
export async function modelOf(
  op: string,
  json: unknown,
  read: ReadFile,
  options: LoadTfjsOptions,
): Promise<LayerGraph> {
  const root = new Field(op, json, "model");
  const topology = readTopology(op, root.at("modelTopology"));
  const part = options.until === undefined ? topology : partUntil(op, topology, options.until);
  assertReadable(op, part);
  const manifest = root.optional("weightsManifest");
  const weights = manifest === undefined ? new Map<string, StoredWeight>() : await readWeights(op, manifest, read);
  return inCall(op, () => build(op, part, weights, part === topology));
}

/** The calls that lead to a layer. */
function partUntil(op: string, topology: Topology, until: string): Topology {
  const names = topology.calls.map(({ name }) => name);
  const [last, ...more] = names.includes(until) ? [until] : names.filter((name) => name.endsWith(`/${until}`));
  if (last === undefined || more.length > 0) {
    const near = nearest(until, names);
    const fix = more.length > 0 ? `say which: ${[last, ...more].join(", ")}` : near && `did you mean ${near}?`;
    throw new ValueError(op, { until }, "until must be the name of one layer", fix);
  }
  const needed = new Set([last]);
  for (const { name, inputs } of topology.calls.toReversed())
    if (needed.has(name)) for (const each of inputs) needed.add(each);
  return {
    calls: topology.calls.filter(({ name }) => needed.has(name)),
    inputs: topology.inputs.filter(({ name }) => needed.has(name)),
    outputs: [last],
  };
}

/** Before anything is fetched. @throws FormatError that names all classes that cannot be read */
function assertReadable(op: string, { calls }: Topology): void {
  const unknown = new Map<string, string[]>();
  for (const { layer } of calls) {
    if (Object.hasOwn(layerReaders, layer.className)) continue;
    unknown.set(layer.className, [...(unknown.get(layer.className) ?? []), layer.path]);
  }
  if (unknown.size === 0) return;
  const words = Array.from(unknown, ([name, paths]) => `${name} (${[...new Set(paths)].slice(0, 3).join(", ")})`);
  throw new FormatError(
    op,
    { classes: words.join(", ") },
    "the model has layers of classes that cannot be read",
    `read a part without them: { until: name }. There are ${Object.keys(layerReaders).toSorted().join(", ")}`,
  );
}

function build(
  op: string,
  topology: Topology,
  weights: ReadonlyMap<string, StoredWeight>,
  isWhole: boolean,
): LayerGraph {
  const channelsLast = hasChannelsLast(op, topology.calls);
  const ranks = new Map(topology.inputs.map(({ name, shape }) => [name, shape.length]));
  const used = new Set<string>();
  const built = new Map<string, Built>();
  const made: AnyModule[] = [];
  try {
    const nodes = withGenerator(new Generator(0), () =>
      topology.calls.map(({ name, layer, inputs }): GraphNode => {
        const rank = ranks.get(inputs[0] ?? "") ?? 0;
        let found = built.get(layer.path);
        if (found === undefined) {
          const reader = layerReaders[layer.className] as (typeof layerReaders)[string];
          found = reader(new Reading(op, layer, rank, channelsLast, weights, used, made));
          built.set(layer.path, found);
        }
        ranks.set(name, found.rank);
        return { name, layer: found.layer, inputs };
      }),
    );
    if (isWhole) assertAllUsed(op, weights, used);
    const ends = { inputs: topology.inputs.map(({ name }) => name), outputs: topology.outputs };
    return new LayerGraph(nodes, ends).eval();
  } catch (error) {
    for (const layer of made) layer.dispose();
    throw error;
  }
}

/** Layers whose `data_format` says where the model's channels are; Flatten's only says how it counts. */
function hasChannelsLast(op: string, calls: readonly LayerCall[]): boolean {
  const said = calls.flatMap(({ layer: { className, config, path } }) => {
    const format = className === "Flatten" ? undefined : config.optional("data_format");
    return format === undefined
      ? []
      : [{ path, last: format.word("channels_last", "channels_first") === "channels_last" }];
  });
  const [last, first] = [said.find((each) => each.last), said.find((each) => !each.last)];
  if (last !== undefined && first !== undefined) {
    throw new FormatError(
      op,
      { last: last.path, first: first.path },
      "some layers have their channels last and some first",
      "all layers of a model must have them in one place",
    );
  }
  return first === undefined;
}

function assertAllUsed(op: string, weights: ReadonlyMap<string, StoredWeight>, used: ReadonlySet<string>): void {
  const left = [...weights.keys()].filter((name) => !used.has(name));
  if (left.length === 0) return;
  throw new FormatError(
    op,
    { weights: `${left.slice(0, 5).join(", ")}${left.length > 5 ? `, and ${left.length - 5} more` : ""}` },
    "the files have weights that no layer takes",
    "do topology and weights belong together?",
  );
}

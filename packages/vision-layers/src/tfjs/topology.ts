import { FormatError } from "@unfoldjs/tensor-core";
import type { Field } from "./field.ts";

/** A layer as the file describes it; one that is called in several places is one. */
export interface LayerSpec {
  /** Its name, after those of the models that it is within: `sequential_1/conv1`. */
  readonly path: string;
  readonly className: string;
  readonly config: Field;
}

/** A call of a layer: the name of its result, and those of its inputs. */
export interface LayerCall {
  readonly name: string;
  readonly layer: LayerSpec;
  readonly inputs: readonly string[];
}

/** What goes in. */
export interface GraphInput {
  readonly name: string;
  /** With the batch; undefined where it is left open. */
  readonly shape: readonly (number | undefined)[];
}

/** The calls of a model in an order in which they can be made, those of models within it too. */
export interface Topology {
  readonly calls: readonly LayerCall[];
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
}

const SEQUENTIAL = "Sequential";
const FUNCTIONAL: ReadonlySet<string> = new Set(["Model", "Functional"]);

/** @param root `modelTopology` of model.json, as tfjs and Keras write it @throws FormatError on what is none */
export function readTopology(op: string, root: Field): Topology {
  const model = root.optional("model_config") ?? root;
  if (model.optional("class_name") === undefined && model.optional("node") !== undefined) {
    throw new FormatError(
      op,
      { format: "graph-model" },
      "this is a graph of TensorFlow's operations, not a model of layers",
      "convert the Keras model with tensorflowjs_converter --output_format=tfjs_layers_model",
    );
  }
  const expansion = new Expansion(op);
  const outputs = expansion.model(model, "", "", undefined);
  return { calls: expansion.calls, inputs: expansion.inputs, outputs };
}

/** A layer as an entry of a model's list. */
interface Entry {
  readonly name: string;
  readonly className: string;
  readonly field: Field;
}

class Expansion {
  readonly calls: LayerCall[] = [];
  readonly inputs: GraphInput[] = [];
  readonly #op: string;

  constructor(op: string) {
    this.#op = op;
  }

  /**
   * @param prefix of the names of what is in it @param suffix of the results of further calls of the model
   * @param given what goes in; undefined for the whole model, whose inputs are its own
   */
  model(model: Field, prefix: string, suffix: string, given: readonly string[] | undefined): string[] {
    const className = model.at("class_name").text();
    if (className === SEQUENTIAL) return [this.#sequential(model.at("config"), prefix, suffix, given)];
    if (FUNCTIONAL.has(className)) return this.#functional(model.at("config"), prefix, suffix, given);
    throw model.at("class_name").refused("a model is Sequential, Model or Functional");
  }

  #sequential(config: Field, prefix: string, suffix: string, given: readonly string[] | undefined): string {
    const list = Array.isArray(config.value) ? config.list() : config.at("layers").list();
    const entries = list.map((field) => entryOf(field));
    const [first] = entries;
    if (first === undefined) throw config.refused("a model has a layer at least");
    let current =
      given?.[0] ?? this.#ownInput(first, first.className === "InputLayer" ? first.name : `${first.name}_input`);
    for (const entry of entries) {
      if (entry.className === "InputLayer") continue;
      [current = current] = this.#call(entry, prefix, suffix, [current]);
    }
    return current;
  }

  #functional(config: Field, prefix: string, suffix: string, given: readonly string[] | undefined): string[] {
    const values = new Map<string, string>();
    const entries = config
      .at("layers")
      .list()
      .map((field) => entryOf(field));
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    for (const [at, [name]] of tensorsIn(config.at("input_layers")).entries()) {
      const entry = byName.get(name);
      if (entry === undefined) throw config.at("input_layers").refused(`there is no layer ${name}`);
      values.set(keyOf([name, 0, 0]), given?.[at] ?? this.#ownInput(entry, entry.name));
    }
    let open = entries.flatMap((entry) =>
      entry.className === "InputLayer"
        ? []
        : nodesOf(entry.field.at("inbound_nodes")).map((from, node) => ({ entry, node, from })),
    );
    while (open.length > 0) {
      const waiting: typeof open = [];
      for (const each of open) {
        const { entry, node, from } = each;
        const inputs = from.map((tensor) => values.get(keyOf(tensor)));
        if (!inputs.every((input) => input !== undefined)) {
          waiting.push(each);
          continue;
        }
        const results = this.#call(entry, prefix, node === 0 ? suffix : `${suffix}:${node}`, inputs);
        for (const [at, result] of results.entries()) values.set(keyOf([entry.name, node, at]), result);
      }
      if (waiting.length === open.length) throw this.#stuck(waiting[0], values);
      open = waiting;
    }
    return tensorsIn(config.at("output_layers")).map((tensor) => {
      const value = values.get(keyOf(tensor));
      if (value !== undefined) return value;
      throw config.at("output_layers").refused(`there is no layer ${tensor[0]} that gives it`);
    });
  }

  #stuck(
    call: { readonly entry: Entry; readonly from: readonly HistoryKey[] } | undefined,
    values: ReadonlyMap<string, string>,
  ): FormatError {
    const missing = call?.from.find((tensor) => !values.has(keyOf(tensor)));
    return new FormatError(
      this.#op,
      { layer: call?.entry.name ?? "", takes: missing?.[0] ?? "" },
      "a layer takes what no layer before it gives",
    );
  }

  #call(entry: Entry, prefix: string, suffix: string, inputs: readonly string[]): string[] {
    const path = `${prefix}${entry.name}`;
    if (entry.className === SEQUENTIAL || FUNCTIONAL.has(entry.className)) {
      return this.model(entry.field, `${path}/`, suffix, inputs);
    }
    const name = `${path}${suffix}`;
    this.calls.push({ name, layer: { path, className: entry.className, config: entry.field.at("config") }, inputs });
    return [name];
  }

  /** What a model takes, by what its first layer says: of a model within, by what that one's first layer says. */
  #ownInput(entry: Entry, name: string): string {
    const shape = inputShapeOf(entry.field);
    if (shape === undefined) {
      throw entry.field.refused(
        "the first layer does not say what shape it takes",
        "save the model after it was built",
      );
    }
    this.inputs.push({ name, shape });
    return name;
  }
}

function entryOf(field: Field): Entry {
  const className = field.at("class_name").text();
  const config = field.at("config");
  const name = Array.isArray(config.value)
    ? field.optional("name")
    : (field.optional("name") ?? config.optional("name"));
  return { name: name?.text() ?? className, className, field };
}

function inputShapeOf(field: Field): readonly (number | undefined)[] | undefined {
  const config = field.at("config");
  const inner = Array.isArray(config.value) ? config : config.optional("layers");
  const shape = Array.isArray(config.value)
    ? undefined
    : (config.optional("batch_input_shape") ?? config.optional("batch_shape"));
  if (shape !== undefined) return shape.list().map((size) => (size.value === null ? undefined : size.count()));
  const [first] = inner?.list() ?? [];
  return first === undefined ? undefined : inputShapeOf(first);
}

/** A layer, which of its calls, and which of that call's results. */
type HistoryKey = readonly [layer: string, node: number, tensor: number];

function keyOf([layer, node, tensor]: HistoryKey): string {
  return `${layer} ${node} ${tensor}`;
}

/** The calls of a layer: for each what goes in. Keras 2 and tfjs write lists of lists, Keras 3 the call's arguments. */
function nodesOf(nodes: Field): HistoryKey[][] {
  return nodes.list().map((node) => (Array.isArray(node.value) ? tensorsIn(node) : historiesIn(node.at("args"))));
}

/** `["conv1", 0, 0]` alone, or a list of such. */
function tensorsIn(field: Field): HistoryKey[] {
  const list = field.list();
  return typeof list[0]?.value === "string" ? [historyOf(field)] : list.map(historyOf);
}

function historyOf(field: Field): HistoryKey {
  const [layer, node, tensor, given] = field.list();
  if (layer === undefined || node === undefined || tensor === undefined) throw field.wrong("[layer, node, tensor]");
  const others = given === undefined ? [] : Object.entries(given.record()).filter(([, value]) => value !== null);
  if (others.length > 0) throw field.refused("calls with arguments beside tensors are not read");
  return [layer.text(), node.count(), tensor.count()];
}

/** Keras 3: tensors anywhere in the arguments. */
function historiesIn(field: Field): HistoryKey[] {
  if (Array.isArray(field.value)) return field.list().flatMap(historiesIn);
  if (field.optional("class_name")?.value !== "__keras_tensor__") throw field.wrong("a tensor of another layer");
  return [historyOf(field.at("config").at("keras_history"))];
}

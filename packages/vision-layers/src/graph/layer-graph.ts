import { type AnyModule, type Argument, isModule, Module, type NamedMember } from "@unfoldjs/nn";
import {
  assertList,
  assertRecord,
  assertString,
  assertTensor,
  checkOptions,
  inCall,
  nearest,
  scope,
  ShapeError,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";

/** A layer of a graph: it makes one tensor of one or several. */
export type GraphLayer = Module & { forward(...inputs: Tensor[]): Tensor };

/** A layer, under its name, and the names of what goes into it: inputs of the graph, and layers before it. */
export interface GraphNode {
  readonly name: string;
  readonly layer: GraphLayer;
  readonly inputs: readonly string[];
}

/** What goes in, and which layers' results come out. */
export interface GraphEnds {
  /** Names for the arguments of `forward`, in their order. Default `["input"]`. */
  readonly inputs?: readonly string[];
  /** Default: the last layer. */
  readonly outputs?: readonly string[];
}

/**
 * Layers by name, each with the names of those that it takes its inputs from: a model as Keras' functional API describes it,
 * with its names. What any layer gives can be had (`intermediates`), and a model that ends there (`until`), as of torchvision's
 * `create_feature_extractor`.
 *
 * A result is dropped as soon as the last layer has used it, unless a gradient needs it. A layer may stand in several
 * places, under a name for each; a state dict has it under the first.
 *
 * @example
 * const graph = new LayerGraph([
 *   { name: "conv", layer: new Conv2d(3, 8, 3), inputs: ["input"] },
 *   { name: "pool", layer: new MaxPool2d(2), inputs: ["conv"] },
 * ]);
 */
export class LayerGraph extends Module {
  static override readonly name: string = "LayerGraph";
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Its layers in the order in which they run, each with what goes into it. In a field, so that `replaceModule` finds them. */
  readonly nodes: readonly GraphNode[];
  readonly #byName: ReadonlyMap<string, GraphNode>;

  /**
   * @param nodes each after those that it takes its inputs from
   * @throws ValueError if a name is there twice, or one that a layer takes is not there before it
   */
  constructor(nodes: readonly GraphNode[], ends: GraphEnds = {}) {
    super();
    const names = (op: string, name: string, value: unknown): void => assertNames(op, name, value);
    checkOptions("LayerGraph", ends, { inputs: names, outputs: names });
    assertNodes(nodes);
    const { inputs = ["input"], outputs = nodes.slice(-1).map(({ name }) => name) } = ends;
    const known = new Set<string>();
    for (const name of inputs) addName(known, name);
    for (const { name, inputs: from } of nodes) {
      for (const each of from) assertKnown("inputs", each, known, `what ${name} takes must stand before it`);
      addName(known, name);
    }
    for (const name of outputs) assertKnown("outputs", name, known, "outputs are layers of the graph");
    this.inputs = [...inputs];
    this.outputs = [...outputs];
    this.nodes = nodes.map(({ name, layer, inputs: from }) => ({ name, layer, inputs: [...from] }));
    this.#byName = new Map(this.nodes.map((node) => [node.name, node]));
  }

  /**
   * @param inputs one tensor for each of the graph's inputs
   * @returns what the output's layer gives
   * @throws ShapeError on another number of tensors; ValueError if the graph has several outputs, which `intermediates` gives
   */
  override forward(...inputs: Tensor[]): Tensor {
    const [output, ...others] = this.outputs;
    if (output === undefined || others.length > 0) {
      throw new ValueError(
        "LayerGraph",
        { outputs: this.outputs.join(", ") },
        "forward gives one tensor, and this graph has several outputs",
        "use graph.intermediates(graph.outputs, x), or graph.until(name) for one of them",
      );
    }
    return this.#run("LayerGraph", inputs, [output])[0] as Tensor;
  }

  /**
   * What several layers give, of one run that goes no further than it must. Names as in `layerNames`.
   * @returns the tensors by name
   * @throws ValueError on a name that there is not, ShapeError on another number of tensors
   * @example const { mixed2, mixed7 } = model.intermediates(["mixed2", "mixed7"], pictures);
   */
  intermediates<const Name extends string>(
    names: readonly Name[],
    ...inputs: readonly Tensor[]
  ): { readonly [Each in Name]: Tensor } {
    const op = "LayerGraph.intermediates";
    assertNames(op, "names", names);
    const whole = names.map((name) => this.#found(op, name));
    return scope(() => {
      const results = this.#run(op, inputs, whole);
      return Object.fromEntries(names.map((name, at) => [name, results[at]])) as { readonly [Each in Name]: Tensor };
    });
  }

  /** Names of the layers, in the order in which they run. */
  get layerNames(): readonly string[] {
    return this.nodes.map(({ name }) => name);
  }

  /**
   * A layer by its name, or by the end of its name after a "/" if that fits one alone.
   * @throws ValueError on a name that there is not
   */
  at(name: string): GraphLayer {
    return this.#node("LayerGraph.at", name).layer;
  }

  /**
   * The part of this graph that ends with a layer: features instead of a head. It has the same layers and not copies of
   * them: what one of both learns, and disposes of, is the other's too.
   * @throws ValueError on a name that there is not
   * @example const features = model.until("mixed7");
   */
  until(name: string): LayerGraph {
    const { name: last } = this.#node("LayerGraph.until", name);
    const needed = this.#neededFor([last]);
    const nodes = this.nodes.filter((node) => needed.has(node.name));
    const part = new LayerGraph(nodes, { inputs: this.inputs.filter((input) => needed.has(input)), outputs: [last] });
    part.training = this.training;
    return part;
  }

  /**
   * The part of this graph behind a layer, which takes what that gives: what `until` leaves. Layers are the same and not copies. So
   * the lower part can run once for each example (`FeatureCache`) while this one learns.
   * @throws ValueError on a name that there is not, if nothing comes after it, or something behind it takes what came before it too
   * @example const [frozen, learning] = [model.until("block_15_add"), model.after("block_15_add")];
   */
  after(name: string): LayerGraph {
    const op = "LayerGraph.after";
    const { name: cut } = this.#node(op, name);
    const [before, needed] = [this.#neededFor([cut]), this.#neededFor(this.outputs)];
    const nodes = this.nodes.filter((node) => needed.has(node.name) && !before.has(node.name));
    if (nodes.length === 0) throw new ValueError(op, { name: cut }, "no layer comes after this one");
    const own = new Set([cut, ...nodes.map((node) => node.name)]);
    for (const node of nodes) {
      const other = node.inputs.find((each) => !own.has(each));
      if (other === undefined) continue;
      const rule = `${node.name}, which is behind it, takes ${other} too`;
      throw new ValueError(op, { name: cut }, rule, "cut where a single layer leads on");
    }
    const part = inCall(op, () => new LayerGraph(nodes, { inputs: [cut], outputs: this.outputs }));
    part.training = this.training;
    return part;
  }

  /**
   * This graph with a layer more, which takes its output: a head instead of none. Layers are the same and not copies.
   * @throws ValueError if there is such a name already, or the graph has several outputs
   * @example const classifier = model.until("mixed7").append("pool", new AdaptiveAvgPool2d(1));
   */
  append(name: string, layer: GraphLayer): LayerGraph {
    const op = "LayerGraph.append";
    assertString(op, "name", name);
    if (!isModule(layer)) throw wrongArgument(op, "layer", layer, "a layer: a Module");
    const [output, ...others] = this.outputs;
    if (output === undefined || others.length > 0) {
      throw new ValueError(op, { outputs: this.outputs.join(", ") }, "the graph must have one output", "until(name)");
    }
    return inCall(op, () => {
      const longer = new LayerGraph([...this.nodes, { name, layer, inputs: [output] }], {
        inputs: this.inputs,
        outputs: [name],
      });
      longer.training = this.training;
      return longer;
    });
  }

  override members(): Iterable<NamedMember> {
    return this.nodes.map(({ name, layer }): NamedMember => [name, layer as AnyModule, name]);
  }

  override config(): readonly Argument[] {
    const nodes = this.nodes.map(({ name, layer, inputs }) => ({ name, layer: layer as AnyModule, inputs }));
    return [nodes, { inputs: this.inputs, outputs: this.outputs }];
  }

  #run(op: string, inputs: readonly Tensor[], wanted: readonly string[]): Tensor[] {
    inputs.forEach((input, at) => assertTensor(op, this.inputs[at] ?? `inputs[${at}]`, input));
    if (inputs.length !== this.inputs.length) {
      throw new ShapeError(
        op,
        { inputs: this.inputs.join(", "), came: inputs.length },
        "there must be a tensor for each input of the graph",
      );
    }
    const needed = this.#neededFor(wanted);
    const nodes = this.nodes.filter(({ name }) => needed.has(name));
    const values = new Values(nodes, wanted);
    this.inputs.forEach((name, at) => values.lend(name, inputs[at] as Tensor));
    for (const { name, layer, inputs: from } of nodes) {
      const result: unknown = layer.forward(...from.map((each) => values.get(each)));
      assertTensor(op, `what ${name} gives`, result);
      values.put(name, result as Tensor);
      for (const each of from) values.used(each);
    }
    return wanted.map((name) => values.get(name));
  }

  /** The names of all that leads to `wanted`. */
  #neededFor(wanted: readonly string[]): ReadonlySet<string> {
    const needed = new Set(wanted);
    for (const { name, inputs } of this.nodes.toReversed()) {
      if (needed.has(name)) for (const each of inputs) needed.add(each);
    }
    return needed;
  }

  #found(op: string, name: string): string {
    return this.inputs.includes(name) ? name : this.#node(op, name, "names").name;
  }

  #node(op: string, name: string, place = "name"): GraphNode {
    assertString(op, place, name);
    const exact = this.#byName.get(name);
    if (exact !== undefined) return exact;
    const [ending, ...more] = this.nodes.filter((node) => node.name.endsWith(`/${name}`));
    if (ending !== undefined && more.length === 0) return ending;
    if (ending !== undefined) {
      const all = [ending, ...more].map((node) => node.name);
      throw new ValueError(op, { [place]: name }, "the names of several layers end so", `say which: ${all.join(", ")}`);
    }
    throw unknownName(op, place, name, [...this.#byName.keys()], "there is no layer of this name");
  }
}

/** The tensors of a run, each as long as there is use for it. */
class Values {
  readonly #tensors = new Map<string, Tensor>();
  /** How often each name will still be used. */
  readonly #uses = new Map<string, number>();
  /** How many names stand for a tensor: a layer may give back what it was given. */
  readonly #names = new Map<Tensor, number>();

  constructor(nodes: readonly GraphNode[], wanted: readonly string[]) {
    for (const name of [...nodes.flatMap(({ inputs }) => inputs), ...wanted]) {
      this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
    }
  }

  /** A tensor of the caller's, which is not given back here. */
  lend(name: string, tensor: Tensor): void {
    this.put(name, tensor);
    this.#names.set(tensor, Infinity);
  }

  put(name: string, tensor: Tensor): void {
    this.#tensors.set(name, tensor);
    this.#names.set(tensor, (this.#names.get(tensor) ?? 0) + 1);
  }

  get(name: string): Tensor {
    return this.#tensors.get(name) as Tensor;
  }

  used(name: string): void {
    const left = (this.#uses.get(name) ?? 0) - 1;
    this.#uses.set(name, left);
    if (left > 0) return;
    const tensor = this.get(name);
    const names = (this.#names.get(tensor) ?? 0) - 1;
    this.#names.set(tensor, names);
    // Not what a hook keeps.
    if (names === 0 && tensor.endsWithScope) tensor.dispose();
  }
}

function assertNodes(nodes: readonly GraphNode[]): void {
  assertList("LayerGraph", "nodes", nodes, "an array of { name, layer, inputs }");
  if (nodes.length === 0) throw new ValueError("LayerGraph", { nodes: 0 }, "a graph has a layer at least");
  Array.from(nodes, (node: unknown, at) => {
    const place = `nodes[${at}]`;
    assertRecord("LayerGraph", place, node, "{ name, layer, inputs }");
    const { name, layer, inputs } = node as { readonly [Field in keyof GraphNode]: unknown };
    assertString("LayerGraph", `${place}.name`, name);
    if (name === "") throw new ValueError("LayerGraph", { [place]: name }, "a layer's name is not empty");
    if (!isModule(layer)) throw wrongArgument("LayerGraph", `${place}.layer`, layer, "a layer: a Module");
    assertNames("LayerGraph", `${place}.inputs`, inputs);
  });
}

function assertNames(op: string, name: string, value: unknown): void {
  assertList(op, name, value, "an array of names");
  Array.from(value, (each, at) => assertString(op, `${name}[${at}]`, each));
}

function addName(known: Set<string>, name: string): void {
  if (known.has(name)) {
    throw new ValueError(
      "LayerGraph",
      { name },
      "each input and layer has a name of its own",
      "a layer that is used twice stands in two nodes, with a name for each",
    );
  }
  known.add(name);
}

function assertKnown(place: string, name: string, known: ReadonlySet<string>, rule: string): void {
  if (!known.has(name)) throw unknownName("LayerGraph", place, name, [...known], rule);
}

function unknownName(op: string, place: string, name: string, known: readonly string[], rule: string): ValueError {
  const near = nearest(name, known);
  return new ValueError(op, { [place]: name }, rule, near === undefined ? undefined : `did you mean ${near}?`);
}

import type { AnyModule, Buffer, Layer, Parameter } from "@unfoldjs/nn";
import { FormatError, nearest, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { GraphLayer } from "../graph/layer-graph.ts";
import type { StoredWeight } from "./manifest.ts";
import type { LayerSpec } from "./topology.ts";

/** What a layer of the file became. */
export interface Built {
  readonly layer: GraphLayer;
  /** Axes of what it gives, the batch's too. */
  readonly rank: number;
}

/** A layer that is being read: its weights, and what goes in. */
export class Reading {
  readonly op: string;
  readonly spec: LayerSpec;
  /** Axes of what goes in, the batch's too: of the first input. */
  readonly rank: number;
  /** Whether the file's model has its channels on the last axis. */
  readonly channelsLast: boolean;
  readonly #weights: ReadonlyMap<string, StoredWeight>;
  readonly #used: Set<string>;
  readonly #made: AnyModule[];

  constructor(
    op: string,
    spec: LayerSpec,
    rank: number,
    channelsLast: boolean,
    weights: ReadonlyMap<string, StoredWeight>,
    used: Set<string>,
    made: AnyModule[],
  ) {
    this.op = op;
    this.spec = spec;
    this.rank = rank;
    this.channelsLast = channelsLast;
    this.#weights = weights;
    this.#used = used;
    this.#made = made;
  }

  /** A layer that was just made: whoever fails afterwards gives its memory back. */
  own<Made extends AnyModule>(layer: Made): Made {
    this.#made.push(layer);
    return layer;
  }

  /** Where an axis of the file's tensors is in ours; those of a rank below 3 have the same. */
  axis(axis: number, rank: number = this.rank): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) throw this.refused(`there is no axis ${axis} in ${rank}`);
    if (!this.channelsLast || rank < 3 || positive === 0) return positive;
    return positive === rank - 1 ? 1 : positive + 1;
  }

  /** A weight that the layer must have, by the last part of its name. @throws FormatError if there is none */
  weight(name: string): StoredWeight {
    const { path } = this.spec;
    const parts = path.split("/");
    const candidates = parts.map((_, at) => `${parts.slice(parts.length - 1 - at).join("/")}/${name}`);
    const found = candidates.map((each) => this.#weights.get(each)).find((each) => each !== undefined);
    if (found !== undefined) return this.#use(found);
    // Converters put the name of a model, or of a scope, before it.
    const [ending, ...more] = [...this.#weights.values()].filter((each) => each.name.endsWith(`/${candidates[0]}`));
    if (ending !== undefined && more.length === 0) return this.#use(ending);
    const near = nearest(candidates[0] ?? "", [...this.#weights.keys()]);
    throw new FormatError(
      this.op,
      { layer: path, class: this.spec.className, weight: candidates[0] ?? name },
      ending === undefined ? "the files have no such weight" : "several weights could be it",
      near === undefined ? undefined : `there is ${near}`,
    );
  }

  /** A weight with as many axes as it must have. */
  shaped(name: string, axes: number): { readonly stored: StoredWeight; readonly shape: Shape } {
    const stored = this.weight(name);
    if (stored.shape.length !== axes) throw this.misShaped(stored, `must have ${axes} axes`);
    return { stored, shape: stored.shape };
  }

  /** @throws FormatError unless a kernel's last axis is as long as the layer's description says */
  assertLast(stored: StoredWeight, field: "units" | "filters"): void {
    const wanted = this.spec.config.optional(field)?.count();
    if (wanted !== undefined && wanted !== stored.shape.at(-1)) {
      throw this.misShaped(stored, `does not end with ${field} ${wanted}`);
    }
  }

  misShaped(stored: StoredWeight, rule: string): FormatError {
    return new FormatError(
      this.op,
      { layer: this.spec.path, weight: stored.name, shape: stored.shape },
      `${stored.name} ${rule}`,
      "do topology and weights belong together?",
    );
  }

  /** Fills a parameter or a statistic. @param laid how the weight lies in ours */
  fill(target: Parameter | Buffer, stored: StoredWeight, laid: (weight: Tensor) => Tensor = (weight) => weight): void {
    scope(() => {
      const values = laid(stored.tensor());
      if (!isSameShape(values.shape, target.shape)) {
        throw this.misShaped(stored, `does not fit a layer that wants [${target.shape.join(", ")}]`);
      }
      target.assign(values);
    });
  }

  /** An error that names the layer. */
  refused(rule: string, fix?: string): FormatError {
    return new FormatError(this.op, { layer: this.spec.path, class: this.spec.className }, rule, fix);
  }

  #use(stored: StoredWeight): StoredWeight {
    this.#used.add(stored.name);
    return stored;
  }
}

/** Makes a layer of the file's description. */
export type LayerReader = (reading: Reading) => Built;

/** A layer that gives as many axes as it takes. */
export function sameRank({ rank }: Reading, layer: Layer | GraphLayer): Built {
  return { layer: layer, rank };
}

function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

import { Identity, type Layer, LeakyReLU, LogSoftmax, Softmax } from "@unfoldjs/nn";
import { nearest, permute, type Tensor } from "@unfoldjs/tensor-core";
import { Activated } from "../graph/activated.ts";
import { ACTIVATION_NAMES, ELU, isActivationName, KerasActivation, KerasReLU, PReLU } from "../graph/activations.ts";
import { channelsOfExample } from "../graph/channels-last.ts";
import type { Field } from "./field.ts";
import { type LayerReader, type Reading, sameRank } from "./read-context.ts";

/** Names that tfjs has for what Keras calls otherwise. */
const ALIASES: Readonly<Record<string, string>> = {
  hardSigmoid: "hard_sigmoid",
  logSoftmax: "log_softmax",
  silu: "swish",
};

/** The layer that a name of an activation stands for; undefined for "linear". */
function activationOf(reading: Reading, field: Field | undefined, rank: number): Layer | undefined {
  if (field === undefined) return undefined;
  if (typeof field.value !== "string") return layerAsActivation(reading, field);
  const name = ALIASES[field.text()] ?? field.text();
  if (name === "linear") return undefined;
  if (!isActivationName(name)) {
    const near = nearest(name, ACTIVATION_NAMES);
    throw reading.refused(
      `its activation ${JSON.stringify(name)} is none that can be read`,
      `${near === undefined ? "" : `is ${near} meant? `}there are ${ACTIVATION_NAMES.join(", ")}`,
    );
  }
  // Keras' softmax is over the last axis, ours over axis 1, where its last axis lies here.
  if (!reading.channelsLast && rank > 2 && name === "softmax") return new Softmax(-1);
  if (!reading.channelsLast && rank > 2 && name === "log_softmax") return new LogSoftmax(-1);
  return new KerasActivation(name);
}

/** Keras may write a layer where an activation stands: `{ class_name: "ReLU", config: { max_value: 6 } }`. */
function layerAsActivation(reading: Reading, field: Field): Layer {
  const className = field.at("class_name").text();
  const reader = ACTIVATIONS[className];
  if (reader === undefined || className === "PReLU" || className === "Activation") {
    throw reading.refused(`its activation is a layer of the class ${className}, which is none`);
  }
  return reader(reading, field.at("config"));
}

/** A layer with the activation that the file gives it. @param rank axes of what the layer gives */
export function withActivation(reading: Reading, layer: Layer, rank: number = reading.rank): Layer {
  const activation = activationOf(reading, reading.spec.config.optional("activation"), rank);
  return activation === undefined ? layer : new Activated(layer, activation);
}

function prelu(reading: Reading): Layer {
  const stored = reading.weight("alpha");
  const rank = stored.shape.length;
  const layOut = (alpha: Tensor): Tensor =>
    reading.channelsLast && rank > 1 ? permute(alpha, channelsOfExample(rank)) : alpha;
  const shape =
    reading.channelsLast && rank > 1 ? channelsOfExample(rank).map((axis) => stored.shape[axis] ?? 1) : stored.shape;
  const layer = reading.own(new PReLU(shape));
  reading.fill(layer.weight, stored, layOut);
  return layer;
}

const ACTIVATIONS: Readonly<Record<string, (reading: Reading, config: Field) => Layer>> = {
  Activation: (reading, config) => activationOf(reading, config.at("activation"), reading.rank) ?? new Identity(),
  ELU: (_, config) => new ELU(config.optional("alpha")?.number() ?? 1),
  LeakyReLU: (_, config) =>
    new LeakyReLU((config.optional("alpha") ?? config.optional("negative_slope"))?.number() ?? 0.3),
  PReLU: (reading) => prelu(reading),
  ReLU: (_, config) => {
    const maxValue = config.optional("max_value")?.number();
    return new KerasReLU({
      ...(maxValue === undefined ? {} : { maxValue }),
      negativeSlope: config.optional("negative_slope")?.number() ?? 0,
      threshold: config.optional("threshold")?.number() ?? 0,
    });
  },
  Softmax: (reading, config) => {
    const axis = config.optional("axis");
    if (axis !== undefined && typeof axis.value !== "number") throw axis.wrong("one axis");
    return new Softmax(reading.axis(axis?.number() ?? -1));
  },
};

/** Layers that are an activation. */
export const activationReaders: Readonly<Record<string, LayerReader>> = /* @__PURE__ */ Object.fromEntries(
  /* @__PURE__ */ Object.entries(ACTIVATIONS).map(([name, read]): [string, LayerReader] => [
    name,
    (reading) => sameRank(reading, read(reading, reading.spec.config)),
  ]),
);

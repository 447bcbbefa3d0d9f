import {
  type Argument,
  defaultGenerator,
  Dropout,
  GELU,
  LayerNorm,
  Linear,
  Module,
  normal,
  parameter,
  type Parameter,
  Sequential,
  xavierUniform,
} from "@unfoldjs/nn";
import {
  assertWhole,
  checkOptions,
  concat,
  type Generator,
  inCall,
  linear,
  type OptionChecks,
  scaledDotProductAttention,
  scope,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { patchesOf } from "../blocks/patch-embed.ts";
import { assertChannels, assertProbability } from "../layers/arguments.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { DropPath } from "../layers/dropout2d.ts";
import { through } from "../layers/through.ts";
import {
  assertLeastPictures,
  CLASSIFIER_CHECKS,
  type ClassifierOptions,
  configWith,
  drawingOptions,
  redraw,
  type StagePaths,
} from "./classifier.ts";
import { joined } from "../layers/checks.ts";

/** Sizes are those of ViT-S/16 unless said (Touvron et al. 2021); ViT-B/16 has 12 heads, 768 and 3072. */
export interface VisionTransformerOptions extends ClassifierOptions {
  /** Height and width of the pictures. Default 224. */
  readonly imageSize?: number;
  /** Height and width of a patch. Default 16. */
  readonly patchSize?: number;
  /** Default 12. */
  readonly numLayers?: number;
  /** Default 6. */
  readonly numHeads?: number;
  /** Features of each patch. Default 384. */
  readonly hiddenDim?: number;
  /** Features within each block. Default 1536. */
  readonly mlpDim?: number;
  /** The probability of a zero among what positions are weighed by, while learning. Default 0. */
  readonly attentionDropout?: number;
  /** The probability with which, while learning, half a block is left out for an example; it grows to that. Default 0. */
  readonly dropPath?: number;
}

const CHECKS: OptionChecks<VisionTransformerOptions> = /* @__PURE__ */ joined(CLASSIFIER_CHECKS, {
  imageSize: (op: string, name: string, value: unknown) => {
    assertWhole(op, name, value, 1);
    inCall(op, () => sizeOf([value, value, 3]));
  },
  patchSize: assertChannels,
  numLayers: assertChannels,
  numHeads: assertChannels,
  hiddenDim: assertChannels,
  mlpDim: assertChannels,
  attentionDropout: assertProbability,
  dropPath: assertProbability,
});

interface Sizes {
  readonly numLayers: number;
  readonly numHeads: number;
  readonly hiddenDim: number;
  readonly mlpDim: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly dropPath: number;
  /** Of the first values. */
  readonly generator: Generator;
  /** Of what is drawn while it learns. */
  readonly drawing: { readonly generator?: Generator };
}

/** Self-attention with the keys of PyTorch's MultiheadAttention. */
class SelfAttention extends Module {
  static override readonly name: string = "SelfAttention";
  readonly inProjWeight: Parameter;
  readonly inProjBias: Parameter;
  readonly outProj: Linear;
  readonly #heads: number;
  readonly #dropout: number;
  readonly #drawing: Sizes["drawing"];

  constructor({ hiddenDim, numHeads, attentionDropout, generator, drawing }: Sizes) {
    super();
    this.inProjWeight = parameter(() => xavierUniform<Shape>([3 * hiddenDim, hiddenDim], { generator }));
    this.inProjBias = parameter(() => zeros<Shape>([3 * hiddenDim]));
    this.outProj = new Linear(hiddenDim, hiddenDim, { generator });
    scope(() => void this.outProj.bias?.assign(zeros([hiddenDim])));
    this.#heads = numHeads;
    this.#dropout = attentionDropout;
    this.#drawing = drawing;
  }

  override forward(x: Tensor): Tensor {
    const [batch = 0, time = 0, features = 0] = x.shape;
    const heads = this.#heads;
    const all: Tensor = linear(x, this.inProjWeight, this.inProjBias);
    const apart = all.reshape([batch, time, 3, heads, features / heads]).permute(2, 0, 3, 1, 4); // (3, batch, head, time, size)
    const [query, key, value] = [0, 1, 2].map((at): Tensor => apart.at(at));
    const { generator = defaultGenerator() } = this.#drawing;
    const dropout = this.training && this.#dropout > 0 ? { dropoutP: this.#dropout, generator } : {};
    const mixed = scaledDotProductAttention(query as Tensor, key as Tensor, value as Tensor, dropout);
    return this.outProj.forward(mixed.permute(0, 2, 1, 3).reshape([batch, time, features]));
  }
}

/** x + attention(norm(x)), and of that y + mlp(norm(y)) (Dosovitskiy et al. 2021, eqs. 2 and 3). */
class EncoderBlock extends Module {
  static override readonly name: string = "EncoderBlock";
  readonly ln_1: LayerNorm;
  readonly self_attention: SelfAttention;
  readonly dropout: Dropout;
  readonly ln_2: LayerNorm;
  readonly mlp: Sequential;
  readonly dropPath: DropPath;

  constructor(sizes: Sizes, dropPath: number) {
    super();
    const { hiddenDim, mlpDim, dropout, generator, drawing } = sizes;
    this.ln_1 = new LayerNorm(hiddenDim, { epsilon: 1e-6 });
    this.self_attention = new SelfAttention(sizes);
    this.dropout = new Dropout(dropout, drawing);
    this.ln_2 = new LayerNorm(hiddenDim, { epsilon: 1e-6 });
    this.mlp = new Sequential(
      new Linear(hiddenDim, mlpDim, { generator }),
      new GELU(),
      new Dropout(dropout, drawing),
      new Linear(mlpDim, hiddenDim, { generator }),
      new Dropout(dropout, drawing),
    );
    redraw(this.mlp, "zero", ({ weight: { shape } }) => xavierUniform<Shape>(shape, { generator }));
    this.dropPath = new DropPath(dropPath, drawing);
  }

  override forward(x: Tensor): Tensor {
    const seen = x.add<Shape, Shape>(through(x, this.ln_1, this.self_attention, this.dropout, this.dropPath));
    return seen.add<Shape, Shape>(through(seen, this.ln_2, this.mlp, this.dropPath));
  }
}

class Encoder extends Module {
  static override readonly name: string = "Encoder";
  readonly posEmbedding: Parameter;
  readonly dropout: Dropout;
  readonly layers: Readonly<Record<string, EncoderBlock>>;
  readonly ln: LayerNorm;

  constructor(positions: number, sizes: Sizes) {
    super();
    const { hiddenDim, numLayers, generator, dropPath } = sizes;
    this.posEmbedding = parameter(() => normal<Shape>([1, positions, hiddenDim], { deviation: 0.02, generator })); // as BERT
    this.dropout = new Dropout(sizes.dropout, sizes.drawing);
    this.layers = Object.fromEntries(
      Array.from({ length: numLayers }, (_, at) => [
        `encoder_layer_${at}`,
        new EncoderBlock(sizes, (dropPath * at) / Math.max(1, numLayers - 1)),
      ]),
    );
    this.ln = new LayerNorm(hiddenDim, { epsilon: 1e-6 });
  }

  override forward(x: Tensor): Tensor {
    return through(x.add<Shape, Shape>(this.posEmbedding), this.dropout, ...Object.values(this.layers), this.ln);
  }
}

/**
 * A vision transformer (Dosovitskiy et al. 2021), with torchvision's layers and keys: patches become vectors, a class token
 * stands before them, all attend to all; the logits are made of the class token. Small pictures want small sizes.
 *
 * Weights start as torchvision's, and so the last layer as zeros: the first logits are 0.
 *
 * @example new VisionTransformer({ imageSize: 32, patchSize: 4, numLayers: 4, numHeads: 3, hiddenDim: 96, mlpDim: 192, classes: 10 })
 */
export class VisionTransformer extends Module {
  static override readonly name: string = "VisionTransformer";
  readonly classToken: Parameter;
  readonly convProj: Conv2d;
  readonly encoder: Encoder;
  readonly heads: { readonly head: Linear };
  readonly #imageSize: number;
  readonly #options: VisionTransformerOptions;

  /** @throws ValueError unless patches fill the pictures, heads divide the features, and options make sense */
  constructor(options: VisionTransformerOptions = {}) {
    super();
    checkOptions("VisionTransformer", options, CHECKS);
    const { imageSize = 224, patchSize = 16, hiddenDim = 384, classes = 1000, inChannels = 3 } = options;
    const { numLayers = 12, numHeads = 6, mlpDim = 1536, dropout = 0, attentionDropout = 0, dropPath = 0 } = options;
    const { generator = defaultGenerator() } = options;
    if (imageSize % patchSize !== 0) {
      throw new ValueError("VisionTransformer", { imageSize, patchSize }, "patchSize must divide imageSize");
    }
    if (hiddenDim % numHeads !== 0) {
      throw new ValueError("VisionTransformer", { hiddenDim, numHeads }, "numHeads must divide hiddenDim");
    }
    const positions = (imageSize / patchSize) ** 2 + 1;
    inCall("VisionTransformer", () => sizeOf([hiddenDim, Math.max(4 * hiddenDim, mlpDim, classes, positions)]));
    inCall("VisionTransformer", () => sizeOf([hiddenDim, inChannels, patchSize, patchSize]));
    this.#imageSize = imageSize;
    this.#options = options;
    this.classToken = parameter(() => zeros<Shape>([1, 1, hiddenDim]));
    this.convProj = new Conv2d(inChannels, hiddenDim, patchSize, { stride: patchSize, generator });
    redraw(this, "zero", ({ weight: { shape } }) =>
      normal(shape, { deviation: 1 / patchSize / Math.sqrt(inChannels), generator }),
    );
    const drawing = drawingOptions(options);
    const sizes = { numLayers, numHeads, hiddenDim, mlpDim, dropout, attentionDropout, dropPath, generator, drawing };
    this.encoder = new Encoder(positions, sizes);
    const head = new Linear(hiddenDim, classes, { generator });
    scope(() => {
      head.weight.assign(zeros([classes, hiddenDim]));
      head.bias?.assign(zeros([classes]));
    });
    this.heads = { head };
  }

  /** @param x (batch, inChannels, imageSize, imageSize) @returns logits (batch, classes) @throws ShapeError */
  override forward(x: Tensor): Tensor {
    const size = this.#imageSize;
    assertLeastPictures("VisionTransformer", x, this.#options.inChannels ?? 3, 1);
    if (x.shape[2] !== size || x.shape[3] !== size) {
      throw new ShapeError(
        "VisionTransformer",
        { x: x.shape },
        `pictures must be ${size} × ${size}`,
        "resize them first",
      );
    }
    return inCall("VisionTransformer", () => {
      const patches = through(x, this.convProj, patchesOf); // (batch, patches, hiddenDim)
      const token = this.classToken.expand<Shape, Shape>([x.shape[0] ?? 0, 1, patches.shape[2] ?? 0]);
      const encoded = this.encoder.forward(concat([token, patches], 1));
      return this.heads.head.forward(encoded.slice(1, 0, 1).squeeze(1)); // the class token's
    });
  }

  /** What makes patches into a sequence, the encoder's blocks, and the head with the norm before it. */
  stagePaths(): StagePaths {
    const blocks = Object.keys(this.encoder.layers).map((name) => [name, [`encoder.layers.${name}`]]);
    return {
      embedding: ["classToken", "convProj", "encoder.posEmbedding", "encoder.dropout"],
      ...Object.fromEntries(blocks),
      head: ["encoder.ln", "heads.head"],
    };
  }

  override config(): readonly Argument[] | undefined {
    return configWith(this.#options, this.heads.head);
  }
}

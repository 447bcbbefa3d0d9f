import { ones, relu, ShapeError, type Tensor, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Buffer } from "./buffer.ts";
import { Module } from "./module.ts";
import { Parameter } from "./parameter.ts";

class Block extends Module {
  readonly inner = new Linear(3, 3);
  override forward(x: Tensor): Tensor {
    return relu(this.inner.forward(x));
  }
}

class Net extends Module {
  readonly scaleIh = new Parameter(ones([3]));
  readonly runningMean = new Buffer(zeros([3]));
  readonly cache = new Buffer(zeros([2]), { persistent: false });
  readonly blocks = [new Block(), new Block()];
  readonly head: Linear;
  readonly ignored = { weight: 3 };

  constructor(classes = 2) {
    super();
    this.head = new Linear(3, classes);
  }

  override forward(x: Tensor): Tensor {
    return this.head.forward(this.blocks.reduce((y, block) => block.forward(y), x.mul(this.scaleIh)));
  }
}

describe("a module's members", () => {
  test("are found among its fields, own ones before those of children", () => {
    expect(new Net().namedParameters().map(([path]) => path)).toEqual([
      "scaleIh",
      "blocks.0.inner.weight",
      "blocks.0.inner.bias",
      "blocks.1.inner.weight",
      "blocks.1.inner.bias",
      "head.weight",
      "head.bias",
    ]);
    expect(new Net().namedBuffers().map(([path]) => path)).toEqual(["runningMean", "cache"]);
    expect(new Net().namedModules().map(([path]) => path)).toEqual([
      "",
      "blocks.0",
      "blocks.0.inner",
      "blocks.1",
      "blocks.1.inner",
      "head",
    ]);
    expect(new Net().parameterCount).toBe(3 + 2 * 12 + 8);
  });

  test("come once where they are used twice, and twice in the state dict", () => {
    const net = new (class extends Module {
      readonly a = new Linear(2, 2);
      readonly b = this.a;
      override forward(x: Tensor): Tensor {
        return this.b.forward(this.a.forward(x));
      }
    })();
    expect(net.namedParameters().map(([path]) => path)).toEqual(["a.weight", "a.bias"]);
    expect(Object.keys(net.stateDict())).toEqual(["a.weight", "a.bias", "b.weight", "b.bias"]);
  });

  test("must not contain the module itself", () => {
    class Loop extends Module {
      self: Module | undefined;
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const loop = new Loop();
    loop.self = loop;
    expect(() => loop.parameters()).toThrow(/contains itself/);
  });
});

describe("train and eval", () => {
  test("reach every module", () => {
    const net = new Net().eval();
    expect(net.namedModules().every(([, module]) => !module.training)).toBe(true);
    expect(net.train().blocks[1]?.inner.training).toBe(true);
  });
});

describe("freeze", () => {
  const frozen = (net: Net): string[] => net.namedParameters().flatMap(([path, { frozen: is }]) => (is ? [path] : []));

  test("takes all, the first children, or those chosen by name", () => {
    expect(frozen(new Net().freeze())).toHaveLength(7);
    expect(frozen(new Net().freeze(1))).toEqual(["blocks.0.inner.weight", "blocks.0.inner.bias"]);
    expect(frozen(new Net().freeze((path) => path.endsWith("bias")))).toHaveLength(3);
    expect(frozen(new Net().freeze().unfreeze((path) => path.startsWith("head")))).toHaveLength(5);
  });

  test("takes those that patterns of paths name", () => {
    expect(frozen(new Net().freeze("blocks"))).toHaveLength(4);
    expect(frozen(new Net().freeze(["**.bias", "scaleIh"]))).toEqual([
      "scaleIh",
      "blocks.0.inner.bias",
      "blocks.1.inner.bias",
      "head.bias",
    ]);
    expect(frozen(new Net().freeze().unfreeze("blocks.1.*.weight"))).not.toContain("blocks.1.inner.weight");
  });

  test("finds a parameter by each of its names", () => {
    const net = new Net(3);
    Object.assign(net.blocks[1] as Block, { inner: net.head });
    expect(frozen(net.freeze("head"))).toEqual(["blocks.1.inner.weight", "blocks.1.inner.bias"]);
  });

  test("refuses more children than there are, and patterns of nothing", () => {
    expect(() => new Net().freeze(4)).toThrow(/from 0 to 3/);
    expect(() => new Net().freeze("block.0.inner.weight")).toThrow(
      /names nothing[^]*did you mean blocks\.0\.inner\.weight/,
    );
    expect(() => new Net().unfreeze(["head", "tail"])).toThrow(/which +tail/);
    expect(() => new Net().freeze([])).toThrow(/patterns of paths/);
  });
});

describe("the state dict", () => {
  test("has PyTorch's names, without buffers that are not saved", () => {
    expect(Object.keys(new Net().stateDict())).toEqual([
      "scale_ih",
      "running_mean",
      "blocks.0.inner.weight",
      "blocks.0.inner.bias",
      "blocks.1.inner.weight",
      "blocks.1.inner.bias",
      "head.weight",
      "head.bias",
    ]);
  });

  test("refuses two tensors of one name, of which one would be lost", () => {
    class Twice extends Block {
      readonly inProj = new Parameter(ones([2]));
      readonly in_proj = new Parameter(zeros([2]));
    }
    expect(() => new Twice().stateDict()).toThrow(/key +in_proj/);
    class Shared extends Block {
      readonly inProj = new Parameter(ones([2]));
      readonly in_proj = this.inProj;
    }
    expect(Object.keys(new Shared().stateDict())).toContain("in_proj");
  });

  test("is copied from one model to another", () => {
    const [from, to] = [new Net(), new Net()];
    to.loadStateDict(from.stateDict());
    expect(to.head.weight.toArray()).toEqual(from.head.weight.toArray());
    from.head.weight.assign(from.head.weight.add(1));
    expect(to.head.weight.toArray()).not.toEqual(from.head.weight.toArray());
  });

  test("is refused as a whole if a name or a shape is wrong, and all faults are named", () => {
    const net = new Net();
    const before = net.head.bias?.toArray();
    const { "head.weight": _, ...rest } = new Net(5).stateDict();
    const wrong = { ...rest, extra: zeros([1]) };
    expect(() => net.loadStateDict(wrong)).toThrow(ValueError);
    expect(() => net.loadStateDict(wrong)).toThrow(/missing +head\.weight/);
    expect(() => net.loadStateDict(wrong)).toThrow(/unexpected +extra/);
    expect(() => net.loadStateDict(wrong)).toThrow(/head\.bias is f32 \[5\], wanted f32 \[2\]/);
    expect(() => net.loadStateDict(wrong, { strict: false })).toThrow(/head\.bias/);
    expect(net.head.bias?.toArray()).toEqual(before);
  });

  test("is told apart by what is wrong: a whole number in a float's place is not a wrong model", () => {
    const layer = new Linear(1, 2, { bias: false });
    const dict = { weight: tensor([[3], [4]], "i32") };
    const message = (load: () => unknown): string => {
      try {
        return String(load()) + "passed";
      } catch (error) {
        return String(error);
      }
    };
    const dtype = message(() => layer.loadStateDict(dict));
    expect(dtype).toMatch(/weight is i32 \[2, 1\], wanted f32 \[2, 1\]/);
    expect(dtype).toMatch(/\{ \.\.\.dict, "weight": tensor\.to\("f32"\) \}/);
    expect(dtype).not.toMatch(/strict|options/);
    layer.loadStateDict({ ...dict, weight: dict.weight.to("f32") });
    expect(layer.weight.toArray()).toEqual([[3], [4]]);
    const shape = message(() => layer.loadStateDict({ weight: tensor([[1, 2]]) }));
    expect(shape).toMatch(/sizes and options it was saved with/);
    expect(shape).not.toMatch(/strict|to\(/);
  });

  test("needs one name of a tensor that the module has under several, and refuses two that differ", () => {
    class Tied extends Module {
      readonly embed = new Linear(2, 2, { bias: false });
      readonly head = new Linear(2, 2);
      constructor() {
        super();
        Object.assign(this.head, { weight: this.embed.weight });
      }
      override forward(x: Tensor): Tensor {
        return this.head.forward(x);
      }
    }
    const [tied, weight, bias] = [
      new Tied(),
      tensor([
        [1, 2],
        [3, 4],
      ]) as Tensor,
      tensor([5, 6]) as Tensor,
    ];
    expect(tied.loadStateDict({ "embed.weight": weight, "head.bias": bias })).toEqual({ missing: [], unexpected: [] });
    expect(tied.head.weight.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    tied.loadStateDict({ "head.weight": weight, "embed.weight": weight.add(0), "head.bias": bias });
    const differing = { "head.weight": weight, "embed.weight": weight.add(1), "head.bias": bias.add(1) };
    expect(() => tied.loadStateDict(differing)).toThrow(/two that differ[\s\S]*embed\.weight, head\.weight/);
    expect(tied.head.bias?.toArray()).toEqual([5, 6]);
    expect(() => tied.loadStateDict({ "head.bias": bias })).toThrow(/missing +embed\.weight, head\.weight/);
  });

  test("may have other names if not strict, and they are reported", () => {
    const net = new Net();
    const report = net.loadStateDict({ scale_ih: tensor([4, 5, 6]), extra: zeros([1]) }, { strict: false });
    expect(net.scaleIh.toArray()).toEqual([4, 5, 6]);
    expect(report.unexpected).toEqual(["extra"]);
    expect(report.missing).toHaveLength(7);
  });
});

describe("toString", () => {
  test("shows layers with their arguments, indented", () => {
    expect(String(new Net())).toBe(
      [
        "Net(",
        "  (blocks.0): Block(",
        "    (inner): Linear(3, 3)",
        "  )",
        "  (blocks.1): Block(",
        "    (inner): Linear(3, 3)",
        "  )",
        "  (head): Linear(3, 2)",
        ")",
      ].join("\n"),
    );
    expect(String(new Linear(2, 1, { bias: false }))).toBe("Linear(2, 1, { bias: false })");
  });
});

describe("summary", () => {
  test("counts what was really run", () => {
    const net = new Net();
    net.head.freeze();
    const summary = net.summary([7, 3]);
    expect(
      summary.rows.map(({ path, outputShape, parameters, multiplyAdds }) => [
        path,
        outputShape,
        parameters,
        multiplyAdds,
      ]),
    ).toEqual([
      ["", [7, 2], 3, 0],
      ["blocks.0", [7, 3], 0, 0],
      ["blocks.0.inner", [7, 3], 12, 7 * 3 * 3],
      ["blocks.1", [7, 3], 0, 0],
      ["blocks.1.inner", [7, 3], 12, 7 * 3 * 3],
      ["head", [7, 2], 8, 7 * 3 * 2],
    ]);
    expect(summary).toMatchObject({ parameters: 35, trainable: 27, multiplyAdds: 168 });
    expect(String(summary)).toMatch(/total +35 +168\nfrozen parameters: 8$/);
  });

  test("leaves the model as it was, also after an error", () => {
    const net = new Net();
    net.blocks[0]?.eval();
    expect(() => net.summary([7, 4])).toThrow(ShapeError);
    expect(net.namedModules().map(([, { training }]) => training)).toEqual([true, false, false, true, true, true]);
  });
});

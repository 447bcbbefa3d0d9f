import { backward, decodeModel, encodeModel, Sequential, SGD, Linear, type Layer } from "@unfoldjs/nn";
import { FileError, FormatError, memory, NotFoundError, scope, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { channelsToEnd, channelsToFront } from "../graph/channels-last.ts";
import type { LayerGraph } from "../graph/layer-graph.ts";
import { foldBatchNorm, layers } from "../index.ts";
import { drawn } from "../testing/drawn.ts";
import { graphLayers, loadTfjs } from "./index.ts";
import fixtures from "./tfjs-fixtures.json" with { type: "json" };

type Row = (typeof fixtures.models)[number];
type Files = Readonly<Record<string, Uint8Array>>;

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const from =
  (files: Files) =>
  async (name: string): Promise<Uint8Array> => {
    const found = files[name];
    if (found === undefined) throw new NotFoundError("test", { name }, "no such file");
    return found;
  };

/** In ±√(3 / fan-in), variances around 1: as tooling/oracle/tfjs/fixtures.mjs draws them. */
function drawnWeight({ name, shape }: { name: string; shape: number[] }): Float32Array {
  const values = scope(() => drawn(name, shape).data());
  if (name.endsWith("moving_variance")) return values.map((value) => 1 + value / 2);
  const size = shape.reduce((product, each) => product * each, 1);
  const scale = Math.fround(Math.sqrt(3 / Math.max(1, size / (shape.at(-1) ?? 1))));
  return values.map((value) => value * scale);
}

/** A row's files, with its weights in one shard. */
function filesOf(row: Pick<Row, "modelTopology" | "weights">, change: (model: ModelJson) => void = () => {}): Files {
  const bytes = row.weights.flatMap((weight) => [...new Uint8Array(drawnWeight(weight).buffer)]);
  const weights = row.weights.map((weight) => ({ ...weight, dtype: "float32" }));
  const model: ModelJson = structuredClone({
    modelTopology: row.modelTopology as ModelJson["modelTopology"],
    weightsManifest: [{ paths: ["group1-shard1of1.bin"], weights }],
  });
  change(model);
  return { "model.json": text(model), "group1-shard1of1.bin": Uint8Array.from(bytes) };
}

interface LayerJson {
  class_name: string;
  config: Record<string, unknown>;
  inbound_nodes: unknown[];
}
interface ModelJson {
  modelTopology: { class_name: string; config: { layers: LayerJson[] } };
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[];
}

const row = (start: string): Row => fixtures.models.find(({ title }) => title.startsWith(start)) as Row;
const input = (shape: readonly number[]): Tensor => scope(() => channelsToFront(drawn("input", shape)).clone());

function distance(got: Tensor, { output, values }: { output: readonly number[]; values: readonly number[] }): number {
  using theirs = scope(() => channelsToEnd(got).clone());
  expect(theirs.shape).toEqual(output);
  return Math.max(...theirs.data().map((value, at) => Math.abs(value - (values[at] ?? NaN))));
}

describe(`models of layers give what tfjs ${fixtures.tfjs} gives`, () => {
  test.each(fixtures.models.map((model) => [model.title, model] as const))("%s", async (_, each) => {
    const model = await loadTfjs(from(filesOf(each)));
    const x = input(each.input);
    const before = memory().tensors;
    const y = model.forward(x);
    expect(distance(y, each)).toBeLessThan(1e-5);
    y.dispose();
    expect(memory().tensors).toBe(before);
    // What stands in a file of ours is the same model.
    const all = { layers: { ...layers, ...graphLayers } };
    const again = decodeModel(encodeModel(model, all), all) as LayerGraph;
    expect(distance(again.eval().forward(x), each)).toBeLessThan(1e-5);
    for (const graph of [model, again]) graph.dispose();
  });
});

describe("weights", () => {
  const { files: packed, model, ...wanted } = fixtures.packed;
  const bytes: Files = Object.fromEntries(
    Object.entries(packed).map(([name, base64]) => [name, Uint8Array.from(Buffer.from(base64, "base64"))]),
  );
  const all: Files = { ...bytes, "model.json": text(model) };

  test("quantised to 8 and 16 bits, halves and whole, in shards cut within a number", async () => {
    const read = await loadTfjs(from(all));
    expect(distance(read.forward(input(wanted.input)), wanted)).toBeLessThan(1e-5);
  });

  test("of whole numbers and truths, and of an optimiser, which are left out", async () => {
    const tiny = row("one layer twice");
    const files = filesOf(tiny, (json) => {
      const [group] = json.weightsManifest;
      group?.weights.forEach((weight) => (weight["dtype"] = "int32"));
      group?.weights.push({ name: "training/step", shape: [], dtype: "bool", group: "optimizer" });
    });
    const whole = new Int32Array(30).map((_, at) => (at % 7) - 3);
    const read = await loadTfjs(
      from({ ...files, "group1-shard1of1.bin": Uint8Array.from([...new Uint8Array(whole.buffer), 1]) }),
    );
    expect([...(read.at("shared") as unknown as { layer: { bias: Tensor } }).layer.bias.data()]).toEqual(
      [1, 2, 3, -3, -2].map((_, at) => whole[25 + at]),
    );
  });

  const name = "group2-shard2of3.bin";
  const shard = bytes[name] as Uint8Array;
  const wrong: [string, Files, RegExp][] = [
    [
      "a cut shard",
      { [name]: shard.subarray(0, -1) },
      /end before the last byte of n\/moving_variance|end before the last byte of/,
    ],
    ["a shard that is too long", { [name]: Uint8Array.from([...shard, 0]) }, /more bytes than the weights/],
    ["an empty shard", { [name]: new Uint8Array() }, /group2-shard2of3\.bin \(0 bytes\)/],
  ];
  test.each(wrong)("%s is refused", async (_, changed, message) => {
    const before = memory().tensors;
    await expect(loadTfjs(from({ ...all, ...changed }))).rejects.toThrow(FormatError);
    await expect(loadTfjs(from({ ...all, ...changed }))).rejects.toThrow(message);
    expect(memory().tensors).toBe(before);
  });
});

describe("what cannot be read is named", () => {
  const head = row("a head of dense layers");
  const layer = (json: ModelJson, name: string): LayerJson =>
    json.modelTopology.config.layers.find(({ config }) => config["name"] === name) as LayerJson;
  const weight = (json: ModelJson, at: number): Record<string, unknown> => json.weightsManifest[0]?.weights[at] ?? {};
  const setPaths = ({ weightsManifest: [group] }: ModelJson, ...paths: string[]): void => {
    if (group !== undefined) group.paths = paths;
  };
  const wrong: [string, (json: ModelJson) => void, RegExp][] = [
    ["a class", (json) => (layer(json, "hidden").class_name = "LSTM"), /classes that cannot be read.*LSTM \(hidden\)/s],
    [
      "an activation",
      (json) => (layer(json, "hidden").config["activation"] = "sotfplus"),
      /"sotfplus" is none.*hidden.*softplus meant/s,
    ],
    [
      "a weight that is not there",
      (json) => void (weight(json, 0)["name"] = "conv/kernal"),
      /no such weight.*conv\/kernel.*there is conv\/kernal/s,
    ],
    [
      "a weight that is left over",
      (json) => void json.modelTopology.config.layers.pop(),
      /no layer takes.*classes\/kernel/s,
    ],
    [
      "a kernel of another size",
      (json) => (layer(json, "conv").config["kernel_size"] = [3, 3]),
      /conv\/kernel does not begin with kernel_size/,
    ],
    [
      "other filters than the kernel has",
      (json) => (layer(json, "conv").config["filters"] = 6),
      /conv\/kernel does not end with filters 6/,
    ],
    ["other units", (json) => (layer(json, "hidden").config["units"] = 1e9), /hidden\/kernel does not end with units/],
    ["a shard elsewhere", (json) => setPaths(json, "../../secret"), /in the folder of model.json/],
    ["a shard of the system", (json) => setPaths(json, "/dev/zero"), /in the folder of model.json/],
    ["one on a server", (json) => setPaths(json, "https://x.org/a"), /in the folder of model.json/],
    [
      "a shard many times over",
      (json) => setPaths(json, ...Array.from({ length: 2e4 }, () => "group1-shard1of1.bin")),
      /more bytes than the weights.*(group1-shard1of1\.bin, ){5}and 19995 more\n/s,
    ],
    ["weights of another shape", (json) => void (weight(json, 1)["shape"] = [1, 5]), /conv\/bias does not fit/],
    [
      "a quantisation",
      (json) => void (weight(json, 0)["quantization"] = { dtype: "int4" }),
      /uint8, uint16 or float16.*conv\/kernel.*int4/s,
    ],
    ["texts", (json) => void (weight(json, 0)["dtype"] = "string"), /float32, int32 or bool.*conv\/kernel.*string/s],
    [
      "a size",
      (json) => void (weight(json, 0)["shape"] = [2, -2, 2, 5]),
      /weightsManifest\[0\]\.weights\[0\]\.shape\[1\].*whole number/,
    ],
    [
      "a padding",
      (json) => (layer(json, "conv").config["padding"] = "full"),
      /padding must be "same" or "valid" or "causal"/,
    ],
    ["another kind of model", (json) => (json.modelTopology.class_name = "Trainer"), /Sequential, Model or Functional/],
    [
      "a graph of operations",
      (json) => (json.modelTopology = { node: [], versions: {} } as never),
      /tfjs_layers_model/,
    ],
    [
      "a batch norm over rows",
      (json) => (layer(json, "norm").config["axis"] = 0),
      /norm.*other axes than the channels'/s,
    ],
  ];
  test.each(wrong)("%s", async (_, change, message) => {
    const before = memory().tensors;
    const load = loadTfjs(from(filesOf(head, change)));
    await expect(load).rejects.toThrow(FormatError);
    await expect(load).rejects.toThrow(message);
    expect(memory().tensors).toBe(before);
  });

  test("a model without model.json, and one that is no JSON", async () => {
    await expect(loadTfjs("/no/such/folder")).rejects.toThrow(
      /^loadTfjs: there is no such file.*no\/such\/folder\/model\.json/s,
    );
    await expect(loadTfjs(from({ "model.json": Uint8Array.of(123) }))).rejects.toThrow(/the file is no JSON/);
    await expect(loadTfjs(7 as never)).rejects.toThrow(ValueError);
    await expect(loadTfjs(from({}), { untl: "x" } as never)).rejects.toThrow(/did you mean until/);
  });
});

describe("files that come from a server", () => {
  const head = filesOf(row("a head of dense layers"));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    const bytes = head[pathname.split("/").at(-1) ?? ""];
    if (bytes === undefined) response.writeHead(404).end();
    else if (pathname.startsWith("/cut/") && pathname.endsWith(".bin")) {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 10), () => response.destroy());
    } else response.end(bytes);
  });
  let address = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test("what an address has after its path goes with each of them", async () => {
    asked.length = 0;
    (await loadTfjs(`${address}/m/model.json?key=a/b.c#top`)).dispose();
    (await loadTfjs(new URL(`${address}/m?key=1`))).dispose();
    expect(asked).toEqual([
      "/m/model.json?key=a/b.c",
      "/m/group1-shard1of1.bin?key=a/b.c",
      "/m/model.json?key=1",
      "/m/group1-shard1of1.bin?key=1",
    ]);
  });

  test("one that ends on the way, and one that is not there", async () => {
    const cut = loadTfjs(`${address}/cut/model.json`);
    await expect(cut).rejects.toThrow(FileError);
    await expect(cut).rejects.toThrow(/not to its end.*cut\/group1-shard1of1.bin/s);
    await expect(loadTfjs(`${address}/m/other.json`)).rejects.toThrow(NotFoundError);
  });
});

test("descriptions that are nested without an end are refused", async () => {
  const models = 20_000;
  const first = '{"class_name":"Sequential","config":{"name":"n","layers":[';
  const within = `{"modelTopology":${first.repeat(models)}${"]}}".repeat(models)},"weightsManifest":[]}`;
  const files = { "model.json": new TextEncoder().encode(within) };
  await expect(loadTfjs(from(files))).rejects.toThrow(/nested deeper than 500 times/);
});

describe("a model that was read", () => {
  test("ends where it is to end, and gives what layers on the way give", async () => {
    const each = row("models within a model");
    const model = await loadTfjs(from(filesOf(each)));
    expect(model.layerNames.map((name) => name.split("/").at(-1))).toEqual(["pad", "conv", "pool", "first", "second"]);
    const x = input(each.input);
    const part = await loadTfjs(from(filesOf(each)), { until: "conv" });
    const { conv, pool } = model.intermediates(["conv", "pool"], x);
    expect(part.forward(x).toArray()).toEqual(conv.toArray());
    expect(model.until("pool").forward(x).toArray()).toEqual(pool.toArray());
    expect(() => model.until("pol")).toThrow(/LayerGraph\.until/);
    await expect(loadTfjs(from(filesOf(each)), { until: "cnv" })).rejects.toThrow(ValueError);
  });

  test("learns under a head of its own, and is frozen by the names of its layers", async () => {
    const each = row("strided convolutions");
    const trunk = await loadTfjs(from(filesOf(each)));
    trunk.freeze((path) => path.startsWith("a."));
    const model = new Sequential(
      trunk.append("flat", new (layers["AdaptiveAvgPool2d"] as never as new (size: number) => Layer)(1)),
      new Linear(10, 2),
    );
    const x = input(each.input);
    const kernel = (name: string): number[] => [...(trunk.at(name) as unknown as { weight: Tensor }).weight.data()];
    const before = kernel("b");
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    backward(model, () => (model.at(0) as LayerGraph).forward(x).square().mean());
    optimizer.step();
    expect(kernel("b")).not.toEqual(before);
    const names = model.namedParameters().filter(([, parameter]) => parameter.frozen);
    expect(names.map(([path]) => path)).toEqual(["0.a.layer.weight", "0.a.layer.bias"]);
  });

  test("takes its norms into its convolutions, and is summed up", async () => {
    const { files, model, ...wanted } = fixtures.packed;
    const bytes = Object.entries(files).map(([name, base64]) => [name, Uint8Array.from(Buffer.from(base64, "base64"))]);
    const read = await loadTfjs(from({ ...(Object.fromEntries(bytes) as Files), "model.json": text(model) }));
    expect(read.summary([1, 2, 5, 5]).rows.map(({ path }) => path)).toEqual(["", "a", "n", "b"]);
    expect(foldBatchNorm(read, [1, 2, 5, 5])).toEqual([{ conv: "a", norm: "n" }]);
    expect(distance(read.forward(input(wanted.input)), wanted)).toBeLessThan(1e-5);
  });
});

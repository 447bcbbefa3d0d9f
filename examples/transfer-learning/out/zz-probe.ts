import { writeFileSync, existsSync, readFileSync } from "node:fs";
import { pretrained } from "@unfoldjs/vision-layers/tfjs";
import { fewShotHead } from "@unfoldjs/vision-layers";
import { LayerGraph } from "@unfoldjs/vision-layers/tfjs";
import { AdamW, backward, crossEntropy, freezeStages, Linear, manualSeed, Sequential, inUse } from "@unfoldjs/nn";
import { fromArray, Generator, scope, indexSelect, type Tensor } from "@unfoldjs/tensor-core";
import { noGrad } from "@unfoldjs/autograd";
import { loadEmoji, splitEmoji } from "../src/emoji-pictures.ts";

const CUT = "block_13_project_BN";
const { model: trunk } = await pretrained("mobileNetV2");
const emoji = await loadEmoji("/tmp/emoji/package", Infinity);
const n = emoji.dataset.length;
const S = 160 * 9;
const FILE = "/tmp/fx/feat.bin";
const lower = trunk.until(CUT);
if (!existsSync(FILE)) {
  const t0 = performance.now();
  const out = new Float32Array(n * S);
  for (let i = 0; i < n; i += 32) {
    const places = Array.from({ length: Math.min(32, n - i) }, (_, j) => i + j);
    scope(() => {
      const { images } = emoji.dataset.batch(places);
      const y = noGrad(() => lower.forward(images));
      out.set(y.data(), i * S);
    });
  }
  writeFileSync(FILE, out);
  console.log("features", (performance.now() - t0) / 1000);
}
const all = new Float32Array(readFileSync(FILE).buffer.slice(0)).slice(0, n * S);
const rowsOf = (pl: readonly number[]): Tensor => {
  const v = new Float32Array(pl.length * S);
  pl.forEach((p, i) => v.set(all.subarray(p * S, (p + 1) * S), i * S));
  return fromArray(v, [pl.length, 160, 3, 3]) as Tensor;
};
const index = new Map<number, number>();
// map images to place by first finding
function placesOf(ds: any): number[] {
  const px = 3 * 96 * 96;
  const hash = (im: Uint8Array, at: number) => {
    let h = 2166136261;
    for (let i = 0; i < px; i++) {
      h = Math.imul(h ^ (im[at * px + i] ?? 0), 16777619);
    }
    return h;
  };
  if (index.size === 0) for (let i = 0; i < n; i++) index.set(hash(emoji.dataset.images as any, i), i);
  return Array.from({ length: ds.length }, (_, i) => index.get(hash(ds.images, i)) ?? -1);
}
const CUT2 = "block_15_add";
const between = new LayerGraph(
  trunk.nodes.slice(
    trunk.nodes.findIndex((x) => x.name === CUT) + 1,
    trunk.nodes.findIndex((x) => x.name === CUT2) + 1,
  ),
  { inputs: [CUT] },
).eval();
const tailNodes = trunk.nodes.slice(trunk.nodes.findIndex((x) => x.name === CUT2) + 1);
for (let i = 0; i < n; i += 100)
  scope(() => {
    const k = Math.min(100, n - i);
    const v = all.subarray(i * S, (i + k) * S);
    all.set(noGrad(() => between.forward(fromArray(v.slice(), [k, 160, 3, 3]) as Tensor)).data(), i * S);
  });
const configs = JSON.parse(process.argv[2] ?? "[]") as {
  lr: number;
  headLr: number;
  steps: number;
  wd: number;
  re: string;
  warm: number;
}[];
const seeds = JSON.parse(process.argv[3] ?? "[11]") as number[];
const start = new Map(
  tailNodes.flatMap(({ layer, name }) =>
    [...layer.namedParameters()].map(([k, p]: any) => [`${name}.${k}`, p.value ? p.data() : p.data()]),
  ),
);
for (const seed of seeds)
  for (const amount of JSON.parse(process.argv[4] ?? "[5,20,60]") as number[]) {
    const { few, test } = splitEmoji(emoji, amount, 25, new Generator(1000 * seed));
    const fp = placesOf(few),
      tp = placesOf(test);
    const x = rowsOf(fp),
      y = fromArray(Int32Array.from(few.labels)),
      xt = rowsOf(tp),
      yt = [...test.labels];
    const tail = new LayerGraph(tailNodes, { inputs: [CUT2] });
    tail.eval();
    const restore = () => {
      for (const { layer, name } of tailNodes)
        for (const [k, p] of layer.namedParameters() as any) {
          scope(() => p.assign(fromArray(start.get(`${name}.${k}`) as Float32Array, p.shape)));
        }
    };
    const acc = (m: any) =>
      scope(() => {
        const a = noGrad(() => m.forward(xt))
          .argmax(1)
          .data();
        return yt.reduce((s, l, i) => s + (a[i] === l ? 1 : 0), 0) / yt.length;
      });
    restore();
    const feats = scope(() => noGrad(() => tail.forward(x)));
    const { head, l2, temperature } = fewShotHead(feats, y as any);
    const w0 = head.weight.data(),
      b0 = head.bias!.data();
    console.log(
      seed,
      amount,
      "head",
      (100 * acc(new Sequential(tail as any, head))).toFixed(1),
      "l2",
      l2,
      "T",
      temperature,
    );
    for (const c of configs) {
      restore();
      scope(() => {
        head.weight.assign(fromArray(w0, head.weight.shape));
        head.bias!.assign(fromArray(b0));
      });
      const re = new RegExp(c.re);
      const params = tailNodes
        .filter(({ name }) => re.test(name) && !/bn$/i.test(name))
        .flatMap(({ layer }) => layer.parameters() as any[]);
      manualSeed(seed);
      const opt = new AdamW(
        [
          { parameters: params, learningRate: c.lr },
          { parameters: head.parameters() as any, learningRate: c.headLr },
        ] as any,
        { learningRate: c.lr, weightDecay: c.wd },
      );
      const model = new Sequential(tail as any, head);
      model.eval();
      const g = new Generator(seed);
      const t0 = performance.now();
      let order: number[] = [];
      const line: string[] = [];
      for (let s = 0; s < c.steps; s++) {
        if (order.length < Math.min(32, fp.length)) order = [...(g.permutation(fp.length).data() as Int32Array)];
        const b = order.splice(0, 32);
        opt.learningRateFactor =
          Math.min(1, (s + 1) / Math.max(1, c.warm * c.steps)) * 0.5 * (1 + Math.cos((Math.PI * s) / c.steps));
        scope(() => {
          const ids = fromArray(Int32Array.from(b));
          const xb = indexSelect(x as any, 0, ids) as Tensor;
          const yb = fromArray(Int32Array.from(b.map((i) => few.labels[i] ?? 0)));
          backward(model, () => crossEntropy(model.forward(xb) as any, yb as any));
          opt.step();
        });
        if ((s + 1) % Math.ceil(c.steps / 3) === 0) line.push((100 * acc(model)).toFixed(1));
      }
      opt.dispose();
      console.log(
        "  ",
        JSON.stringify(c),
        line.join(" "),
        (100 * acc(model)).toFixed(1),
        ((performance.now() - t0) / 1000).toFixed(1),
        "s",
      );
    }
  }

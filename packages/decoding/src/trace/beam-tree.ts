import * as check from "../arguments/checks.ts";
import { ValueError } from "../errors/decoding-error.ts";
import type { Trace, Verdict } from "./trace.ts";

/** One token of a beam's tree. */
export interface BeamTreeNode {
  readonly id: number;
  readonly token: number;
  readonly text: string;
  /** The sum up to this token. */
  readonly logProbability: number;
  readonly score: number;
  readonly verdict: Verdict | "start";
  /** True on the way to the best finished hypothesis. */
  readonly isBest: boolean;
  readonly children: readonly BeamTreeNode[];
}

/** What a beam search weighed, as a tree that can be looked at. */
export interface BeamTree {
  /** Plain data, nested. */
  readonly root: BeamTreeNode;
  /** A picture for a page: a whole `<svg>` element. */
  readonly svg: () => string;
  /** For Graphviz. */
  readonly dot: () => string;
  readonly json: () => string;
  /** For a terminal. */
  readonly text: () => string;
}

export interface BeamTreeOptions {
  /** Which sentence of the batch; the first if left out. */
  readonly sentence?: number;
  /** How tokens are written; as numbers if left out. */
  readonly token?: (token: number) => string;
  /** How many pruned candidates of each step are shown, the likeliest first; 3 if left out. */
  readonly pruned?: number;
}

interface Growing extends BeamTreeNode {
  isBest: boolean;
  readonly parent: Growing | undefined;
  readonly children: Growing[];
}

/**
 * The tree of a beam search, from the trace of `beamSearch({ …, trace: true })`.
 * @throws ValueError if the trace has nothing of the sentence
 */
export function beamTree(trace: Trace, options: BeamTreeOptions = {}): BeamTree {
  check.checkArguments("beamTree", [
    "trace",
    trace,
    check.list(check.record, "an array of steps, as beamSearch gives it"),
  ]);
  check.checkOptions<BeamTreeOptions>("beamTree", options, {
    sentence: check.whole(0),
    token: check.callable,
    pruned: check.whole(0),
  });
  const root = grow(trace, options);
  const plain = strip(root);
  return {
    root: plain,
    svg: () => svgOf(plain),
    dot: () => dotOf(plain),
    json: () => JSON.stringify(plain),
    text: () => textOf(plain),
  };
}

function written(op: string, write: (token: number) => string, token: number): string {
  const text: unknown = write(token);
  check.string(op, "what token gives", text);
  return text as string;
}

function grow(trace: Trace, { sentence = 0, token: write = String, pruned = 3 }: BeamTreeOptions): Growing {
  const root: Growing = {
    id: 0,
    token: -1,
    text: "",
    logProbability: 0,
    score: 0,
    verdict: "start",
    isBest: true,
    parent: undefined,
    children: [],
  };
  const nodes = new Map<number, Growing>([[0, root]]);
  const steps = trace.filter((step) => step.sentence === sentence && Array.isArray(step.candidates));
  if (steps.length === 0) {
    throw new ValueError(
      "beamTree",
      { sentence, steps: trace.length },
      "trace has no step of this sentence",
      "search with trace: true",
    );
  }
  let best: Growing | undefined;
  for (const { candidates } of steps) {
    let left = pruned;
    for (const { id, parent, token, logProbability, score, verdict } of candidates) {
      const above = nodes.get(parent);
      if (above === undefined || (verdict === "pruned" && left-- <= 0)) continue;
      const node: Growing = {
        id,
        token,
        text: written("beamTree", write, token),
        logProbability,
        score,
        verdict,
        isBest: false,
        parent: above,
        children: [],
      };
      above.children.push(node);
      if (verdict !== "pruned") nodes.set(id, node);
      if (verdict === "finished" && (best === undefined || score > best.score)) best = node;
    }
  }
  for (let node = best; node !== undefined; node = node.parent) node.isBest = true;
  return root;
}

function strip({ id, token, text, logProbability, score, verdict, isBest, children }: Growing): BeamTreeNode {
  return { id, token, text, logProbability, score, verdict, isBest, children: children.map(strip) };
}

function* walk(node: BeamTreeNode, depth = 0): Generator<{ node: BeamTreeNode; depth: number }> {
  yield { node, depth };
  for (const child of node.children) yield* walk(child, depth + 1);
}

const MARKS: Readonly<Record<BeamTreeNode["verdict"], string>> = { start: "", kept: "", finished: " ■", pruned: " ✗" };

function textOf(root: BeamTreeNode): string {
  const lines = ["(start)"];
  const write = (node: BeamTreeNode, indent: string): void => {
    for (const [at, child] of node.children.entries()) {
      const isLast = at === node.children.length - 1;
      const score = child.verdict === "finished" ? `  score ${child.score.toFixed(3)}` : "";
      lines.push(
        `${indent}${isLast ? "└─" : "├─"}${child.isBest ? "▶" : " "}${child.text}  ${child.logProbability.toFixed(3)}${score}${MARKS[child.verdict]}`,
      );
      write(child, `${indent}${isLast ? "   " : "│  "}`);
    }
  };
  write(root, "");
  return lines.join("\n");
}

function dotOf(root: BeamTreeNode): string {
  const lines = ["digraph beam {", '  rankdir=LR; node [shape=box, fontname="sans-serif"];'];
  let count = 0;
  const write = (node: BeamTreeNode): string => {
    const name = `n${count++}`;
    const label = node.verdict === "start" ? "(start)" : `${node.text}\n${node.logProbability.toFixed(3)}`;
    const style = node.verdict === "pruned" ? "dashed" : node.isBest ? "bold" : "solid";
    lines.push(
      `  ${name} [label=${JSON.stringify(label)}, style=${style}${node.verdict === "finished" ? ", peripheries=2" : ""}];`,
    );
    for (const child of node.children) lines.push(`  ${name} -> ${write(child)};`);
    return name;
  };
  write(root);
  return [...lines, "}"].join("\n");
}

const [COLUMN, LINE] = [130, 26];
const INK: Readonly<Record<BeamTreeNode["verdict"], string>> = {
  start: "#333",
  kept: "#2563eb",
  finished: "#15803d",
  pruned: "#9ca3af",
};

function svgOf(root: BeamTreeNode): string {
  const places = new Map<BeamTreeNode, { x: number; y: number }>();
  let [line, deepest] = [0, 0];
  const place = (node: BeamTreeNode, depth: number): number => {
    deepest = Math.max(deepest, depth);
    const ys = node.children.map((child) => place(child, depth + 1));
    const y = ys.length === 0 ? LINE * (0.5 + line++) : ((ys[0] as number) + (ys.at(-1) as number)) / 2;
    places.set(node, { x: 10 + COLUMN * depth, y });
    return y;
  };
  place(root, 0);
  const [edges, labels]: [string[], string[]] = [[], []];
  for (const { node } of walk(root)) {
    const { x, y } = places.get(node) as { x: number; y: number };
    const words =
      node.verdict === "start" ? "start" : `${node.text} ${node.logProbability.toFixed(2)}${MARKS[node.verdict]}`;
    labels.push(
      `<text x="${x}" y="${y + 4}" fill="${INK[node.verdict]}"${node.isBest ? ' font-weight="bold"' : ""}>${escaped(words)}</text>`,
    );
    for (const child of node.children) {
      const to = places.get(child) as { x: number; y: number };
      const from = x + COLUMN - 30;
      edges.push(
        `<path d="M${from} ${y}L${to.x - 4} ${to.y}" stroke="${INK[child.verdict]}" stroke-width="${child.isBest ? 2.5 : 1}"${child.verdict === "pruned" ? ' stroke-dasharray="4 3"' : ""} fill="none"/>`,
      );
    }
  }
  const [width, height] = [COLUMN * (deepest + 1) + 20, LINE * Math.max(1, line)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" role="img" aria-label="Tree of a beam search">${edges.join("")}${labels.join("")}</svg>`;
}

/** Text that can stand in XML. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** What is replaced, and by what. */
type Rules = Map<string, string>;

const SPACE = " ";
/** Letters that are looked at together. */
const BLOCK = 128;
/** Characters that sentencepiece's NMT rules take for spaces, beside those that NFKC does. */
const SPACES = [
  0x09, 0x0a, 0x0c, 0x0d, 0x061c, 0x1680, 0x200b, 0x200c, 0x200e, 0x200f, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd,
];
/** Controls that they leave out. */
const LEFT_OUT = "1 2 3 4 5 6 7 8 b e f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 7f 8f 9f";
/** A full-width tilde, which Japanese writes otherwise than a tilde. */
const TILDE = "\uff5e";

/**
 * The rules of a normalization as sentencepiece compiles them. NFKC is a rule for each letter that it changes, and for each
 * sequence of a letter and its marks that it makes one; Unicode's tables are those of the engine.
 */
export function charsmapOf(normalization: "nfkc" | "nmt_nfkc"): Uint8Array<ArrayBuffer> {
  const rules = nfkcRules();
  if (normalization === "nmt_nfkc") {
    for (const point of SPACES) rules.set(String.fromCodePoint(point), SPACE);
    for (const point of LEFT_OUT.split(" ")) rules.set(String.fromCodePoint(Number.parseInt(point, 16)), "");
    rules.delete(TILDE);
  }
  return compiled(withoutRedundant(rules));
}

function nfkcRules(): Rules {
  const rules: Rules = new Map();
  /** What is decomposed into one other letter, by that. */
  const origins = new Map<string, string[]>();
  const sequences = new Set<string>();
  for (let start = 0; start <= 0x10ffff; start += BLOCK) {
    const points = Array.from({ length: BLOCK }, (_, i) => start + i).filter(
      (point) => point > 0 && !isNoLetter(point),
    );
    const block = String.fromCodePoint(...points);
    // Most blocks have nothing that is decomposed.
    if (block.normalize("NFKD") === block) continue;
    for (const letter of block) {
      const decomposed = letter.normalize("NFKD");
      if (decomposed === letter) continue;
      const composed = letter.normalize("NFKC");
      if (composed !== letter) rules.set(letter, composed);
      if (!isOne(decomposed)) sequences.add(decomposed);
      else origins.set(decomposed, [...(origins.get(decomposed) ?? []), letter]);
    }
  }
  for (const sequence of sequences) {
    const composed = sequence.normalize("NFKC");
    if (composed === sequence) continue;
    let all = [""];
    for (const letter of sequence) {
      all = all.flatMap((begin) => [letter, ...(origins.get(letter) ?? [])].map((one) => begin + one));
    }
    for (const one of all) if (one !== composed) rules.set(one, composed);
  }
  return rules;
}

/** Surrogates and what Unicode says will never be a character. */
function isNoLetter(point: number): boolean {
  return (point >= 0xd800 && point < 0xe000) || (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) === 0xfffe;
}

function isOne(text: string): boolean {
  return text.length === ((text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1);
}

/** The rules without those that shorter ones amount to. */
function withoutRedundant(rules: Rules): Rules {
  const kept: Rules = new Map();
  const byLength = new Map<number, [string, string][]>();
  for (const [from, to] of rules) {
    const { length } = Array.from(from);
    const known = byLength.get(length);
    if (known === undefined) byLength.set(length, [[from, to]]);
    else known.push([from, to]);
  }
  const most = Math.max(...byLength.keys());
  for (let length = 1; length <= most; length++) {
    const own = byLength.get(length) ?? [];
    const needed = length === 1 ? own : own.filter(([from, to]) => replaced(kept, Array.from(from), length - 1) !== to);
    for (const [from, to] of needed) kept.set(from, to);
  }
  return kept;
}

/** A text by the rules, the longest that fits at each place. */
function replaced(rules: Rules, letters: readonly string[], most: number): string {
  let text = "";
  for (let at = 0; at < letters.length;) {
    let length = Math.min(most, letters.length - at);
    while (length > 0 && !rules.has(letters.slice(at, at + length).join(""))) length--;
    text += length === 0 ? letters[at] : (rules.get(letters.slice(at, at + length).join("")) ?? "");
    at += Math.max(length, 1);
  }
  return text;
}

/** What may follow: bytes in ascending order, and what is given where a rule ends here (−1: none does). */
interface Node {
  /** Its place among the different nodes. */
  readonly number: number;
  readonly value: number;
  readonly children: readonly (readonly [byte: number, child: Node])[];
}

/** The rules as a double array and a list of texts. */
function compiled(rules: Rules): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const texts: number[] = [];
  const places = new Map<string, number>();
  for (const text of new Set(rules.values())) {
    places.set(text, texts.length);
    texts.push(...encoder.encode(text), 0);
  }
  const keys = [...rules].map(([from, to]) => ({ bytes: encoder.encode(from), value: places.get(to) ?? 0 }));
  const units = doubleArray(graphOf(keys.toSorted((a, b) => compare(a.bytes, b.bytes))));
  const file = new Uint8Array(4 + 4 * units.length + texts.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, 4 * units.length, true);
  for (const [i, unit] of units.entries()) view.setUint32(4 + 4 * i, unit, true);
  file.set(texts, 4 + 4 * units.length);
  return file;
}

/** The keys as a graph in which what goes on alike is one node: letters of Hangul have very many ways to be written. */
function graphOf(keys: readonly { readonly bytes: Uint8Array; readonly value: number }[]): Node {
  const known = new Map<string, Node>();
  const build = (from: number, to: number, depth: number): Node => {
    const first = keys[from];
    const endsHere = first !== undefined && first.bytes.length === depth;
    const value = endsHere ? first.value : -1;
    const children: [number, Node][] = [];
    let name = `${value}`;
    for (let at = endsHere ? from + 1 : from; at < to;) {
      const byte = keys[at]?.bytes[depth] ?? 0;
      let end = at + 1;
      while (end < to && keys[end]?.bytes[depth] === byte) end++;
      const child = build(at, end, depth + 1);
      children.push([byte, child]);
      name += `,${byte}:${child.number}`;
      at = end;
    }
    const same = known.get(name);
    if (same !== undefined) return same;
    const made = { number: known.size, value, children };
    known.set(name, made);
    return made;
  };
  return build(0, keys.length, 0);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}

/** Places among which one is looked for. */
const LOOKED_AT = 4096;
/** Offsets from here on are told in 256. */
const NEAR = 1 << 21;
/** Bit 8 of a unit says that a text ends here, bit 9 that its offset counts in 256. */
const [LEAF, FAR] = [0x100, 0x200];

/**
 * Nodes in one array: a node's children lie at its base XOR their byte, its value at its base, and what leads to it holds the offset,
 * place XOR base (Aoe 1989, in the units of Darts-clone). What leads to the same node has the same base.
 */
function doubleArray(root: Node): Uint32Array {
  let units = new Uint32Array(1 << 16);
  let taken = new Uint8Array(units.length);
  const isBase = new Set<number>();
  const bases = new Map<Node, number>();
  let [firstFree, last] = [1, 0];
  taken[0] = 1;
  const waiting: { readonly node: Node; readonly place: number }[] = [{ node: root, place: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, place } = next;
    const fits = (base: number): boolean => {
      const offset = place ^ base;
      return offset !== 0 && (offset < NEAR || (offset & 0xff) === 0);
    };
    let base = bases.get(node);
    if (base === undefined || !fits(base)) {
      const labels = node.children.map(([byte]) => byte);
      if (node.value >= 0) labels.unshift(0);
      // What is free far behind mostly fits nothing: as in Darts-clone, it is looked for among the last places alone.
      firstFree = Math.max(firstFree, last - LOOKED_AT);
      while (taken[firstFree] === 1) firstFree++;
      base = undefined;
      for (let free = firstFree; base === undefined; free++) {
        if (free + 256 >= units.length) {
          units = grown(units, new Uint32Array(2 * units.length));
          taken = grown(taken, new Uint8Array(2 * taken.length));
        }
        const tried = free ^ (labels[0] ?? 0);
        if (taken[free] === 1 || isBase.has(tried) || !fits(tried)) continue;
        if (labels.every((label) => taken[tried ^ label] !== 1)) base = tried;
      }
      isBase.add(base);
      bases.set(node, base);
      for (const label of labels) {
        taken[base ^ label] = 1;
        last = Math.max(last, base ^ label);
      }
      if (node.value >= 0) units[base] = (0x80000000 | node.value) >>> 0;
      for (const [byte, child] of node.children) {
        units[base ^ byte] = byte;
        waiting.push({ node: child, place: base ^ byte });
      }
    }
    const offset = place ^ base;
    const shifted = offset < NEAR ? offset << 10 : ((offset >>> 8) << 10) | FAR;
    units[place] = ((units[place] ?? 0) | shifted | (node.value >= 0 ? LEAF : 0)) >>> 0;
  }
  // A look-up reads whole blocks of 256.
  return units.slice(0, (last | 0xff) + 1);
}

function grown<T extends Uint8Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

import { assertBoolean, assertList, assertOneOf, assertPlain, assertString, ValueError } from "@unfoldjs/tensor-core";

/** Which tags may begin, follow each other and end. */
export interface TagConstraints {
  /** For each tag whether a sequence may begin with it. */
  readonly start: readonly boolean[];
  /** `transitions[from][to]` */
  readonly transitions: readonly (readonly boolean[])[];
  /** For each tag whether a sequence may end with it. */
  readonly end: readonly boolean[];
}

/** A tag of chunks: its prefix, and what it is a chunk of. */
interface Part {
  readonly prefix: string;
  readonly kind: string;
}

const PREFIXES = { BIO: ["B", "I"], BIOES: ["B", "I", "E", "S"] } as const;

/**
 * What chunks allow (Ramshaw & Marcus 1995): with "BIO" an `I-PER` follows `B-PER` or `I-PER` alone. With "BIOES" a chunk of
 * several begins with B and ends with E, and one of a single word is S.
 * @param labels "O" and "B-PER", "I-PER", …, in the order of the tags
 * @throws ValueError on a label of another form
 */
export function bioConstraints(labels: readonly string[], scheme: "BIO" | "BIOES" = "BIO"): TagConstraints {
  assertList("bioConstraints", "labels", labels, "an array of labels, such as O and B-PER");
  assertOneOf("bioConstraints", "scheme", scheme, Object.keys(PREFIXES));
  const parts = Array.from(labels, (label) => partOf(label, scheme));
  const opens = ({ prefix }: Part): boolean => prefix === "O" || prefix === "B" || prefix === "S";
  const closes = ({ prefix }: Part): boolean => scheme === "BIO" || prefix === "O" || prefix === "E" || prefix === "S";
  const isWithin = ({ prefix }: Part): boolean => prefix === "B" || prefix === "I";
  return {
    start: parts.map(opens),
    transitions: parts.map((from) =>
      parts.map((to) => (opens(to) ? closes(from) : isWithin(from) && from.kind === to.kind)),
    ),
    end: parts.map(closes),
  };
}

function partOf(label: string, scheme: "BIO" | "BIOES"): Part {
  assertString("bioConstraints", "labels", label);
  const [, prefix = label, kind = ""] = /^([A-Z])-(.+)$/.exec(label) ?? [];
  const known: readonly string[] = PREFIXES[scheme];
  if (label === "O" || (kind !== "" && known.includes(prefix))) return { prefix, kind };
  const forms = known.map((each) => `${each}-…`).join(", ");
  throw new ValueError("bioConstraints", { labels: label }, `labels of ${scheme} are O, ${forms}`);
}

/** @throws ValueError unless they are truth values for so many tags */
export function assertConstraints(op: string, constraints: TagConstraints, tags: number): void {
  assertPlain(op, "constraints", constraints, "{ start, transitions, end }, as bioConstraints gives them");
  const { start, transitions, end } = constraints;
  assertTruths(op, "constraints.start", start, tags);
  assertTruths(op, "constraints.end", end, tags);
  assertMany(op, "constraints.transitions", transitions, tags);
  for (const [from, row] of transitions.entries()) {
    assertTruths(op, `constraints.transitions[${from}]`, row, tags);
  }
}

function assertTruths(op: string, name: string, row: readonly boolean[], tags: number): void {
  assertMany(op, name, row, tags);
  for (const [tag, truth] of row.entries()) assertBoolean(op, `${name}[${tag}]`, truth);
}

function assertMany(op: string, name: string, list: readonly unknown[], tags: number): void {
  assertList(op, name, list, `an array for ${tags} tags`);
  if (list.length === tags) return;
  throw new ValueError(op, { [name]: list.length, tags }, `${name} must be an array for ${tags} tags`);
}

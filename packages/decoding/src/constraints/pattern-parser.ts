import { ValueError } from "../errors/decoding-error.ts";

type Test = (character: string) => boolean;

/** A place: it goes on by a character, or by itself to others. */
export interface Place {
  test: Test | undefined;
  readonly to: number[];
}

/** A piece of the machine. */
interface Piece {
  readonly first: number;
  readonly last: number;
}

const MOST_REPEATS = 1000;
const CLASSES: Readonly<Record<string, Test>> = {
  d: (character) => /^\d$/.test(character),
  w: (character) => /^\w$/.test(character),
  s: (character) => /^\s$/.test(character),
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Reads a pattern, and writes down its places. */
export class PatternParser {
  readonly places: Place[] = [];
  readonly #op: string;
  readonly #pattern: string;
  readonly #characters: readonly string[];
  #at = 0;

  constructor(op: string, pattern: string) {
    this.#op = op;
    this.#pattern = pattern;
    this.#characters = Array.from(pattern);
  }

  whole(): Piece {
    const piece = this.#alternatives();
    if (this.#at < this.#characters.length) throw this.#wrong("has a ) too many");
    return piece;
  }

  #alternatives(): Piece {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    if (options.length === 1) return options[0] as Piece;
    const last = this.#place(undefined);
    for (const option of options) this.#link(option.last, last);
    return { first: this.#place(undefined, ...options.map(({ first }) => first)), last };
  }

  #sequence(): Piece {
    const first = this.#place(undefined);
    let last = first;
    while (this.#at < this.#characters.length && !"|)".includes(this.#peek())) {
      const piece = this.#repeated();
      this.#link(last, piece.first);
      ({ last } = piece);
    }
    return { first, last };
  }

  #repeated(): Piece {
    const start = this.#at;
    const piece = this.#atom();
    const end = this.#at;
    const counts = this.#counts();
    if (counts === undefined) return piece;
    const [least, most] = counts;
    const after = this.#at;
    const first = this.#place(undefined);
    let last = first;
    // The atom is read again for each time that it may come.
    const again = (): Piece => {
      this.#at = start;
      const copy = this.#atom();
      this.#at = end;
      return copy;
    };
    for (let time = 0; time < least; time++) {
      const copy = again();
      this.#link(last, copy.first);
      ({ last } = copy);
    }
    const exit = this.#place(undefined);
    if (most === Infinity) {
      const copy = again();
      this.#link(last, copy.first);
      this.#link(copy.last, copy.first);
      this.#link(copy.last, exit);
    }
    const optional = most === Infinity ? 0 : most - least;
    for (let time = 0; time < optional; time++) {
      this.#link(last, exit);
      const copy = again();
      this.#link(last, copy.first);
      ({ last } = copy);
    }
    this.#link(last, exit);
    this.#at = after;
    return { first, last: exit };
  }

  #counts(): [number, number] | undefined {
    if (this.#take("*")) return [0, Infinity];
    if (this.#take("+")) return [1, Infinity];
    if (this.#take("?")) return [0, 1];
    if (!this.#take("{")) return undefined;
    const end = this.#characters.indexOf("}", this.#at);
    const inside = /^(\d+)(,(\d*))?$/.exec(this.#characters.slice(this.#at, end).join(""));
    if (end < 0 || inside === null) throw this.#wrong("has a { that is no count, as in {2} or {1,3}");
    this.#at = end + 1;
    const least = Number(inside[1]);
    const most = inside[2] === undefined ? least : inside[3] === "" ? Infinity : Number(inside[3]);
    if (most < least || least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS)) {
      throw this.#wrong(`has a count that is not in order, or above ${MOST_REPEATS}`);
    }
    return [least, most];
  }

  #atom(): Piece {
    const character = this.#peek();
    this.#at++;
    switch (character) {
      case "(": {
        if (this.#take("?") && this.#take('"')) return this.#inString();
        if (this.#characters[this.#at - 1] === "?" && !this.#take(":"))
          throw this.#wrong("has (?, of which only (?: is known");
        const inner = this.#alternatives();
        if (!this.#take(")")) throw this.#wrong("has a ( that is not closed");
        return inner;
      }
      case "[":
        return this.#one(this.#class());
      case ".":
        return this.#one((each) => each !== "\n");
      case "\\":
        return this.#one(this.#escaped());
      case "^":
      case "$":
        throw this.#wrong(`has ${character}, which says nothing where the whole must match`);
      case "*":
      case "+":
      case "?":
      case "{":
        throw this.#wrong(`has ${character} with nothing before it`);
      default:
        return this.#one((each) => each === character);
    }
  }

  /** A group of what may stand in a string of JSON without an escape: written by `jsonSchemaPattern`. */
  #inString(): Piece {
    const first = this.places.length;
    const inner = this.#alternatives();
    if (!this.#take(")")) throw this.#wrong("has a ( that is not closed");
    for (const place of this.places.slice(first)) {
      const { test } = place;
      if (test !== undefined) place.test = (each) => each >= " " && each !== '"' && each !== "\\" && test(each);
    }
    return inner;
  }

  #escaped(): Test {
    const character = this.#peek();
    this.#at++;
    if (character === "x" || character === "u") return this.#coded(character === "x" ? 2 : 4);
    const lower = character.toLowerCase();
    const test = CLASSES[lower];
    if (test !== undefined) return lower === character ? test : (each) => !test(each);
    if (character === "" || (/[a-z0-9]/i.test(character) && ESCAPES[character] === undefined))
      throw this.#wrong(`has \\${character}, which is not known`);
    const literal = ESCAPES[character] ?? character;
    return (each) => each === literal;
  }

  /** A character by its number: `\x1f`, `\u00e9`. */
  #coded(digits: number): Test {
    const code = this.#characters.slice(this.#at, this.#at + digits).join("");
    if (!new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(code))
      throw this.#wrong(`has an escape that needs ${digits} digits`);
    this.#at += digits;
    const literal = String.fromCodePoint(Number.parseInt(code, 16));
    return (each) => each === literal;
  }

  #class(): Test {
    const isNegated = this.#take("^");
    const tests: Test[] = [];
    while (this.#peek() !== "]") {
      if (this.#at >= this.#characters.length) throw this.#wrong("has a [ that is not closed");
      const control = /^\\x([0-9a-f]{2})-\\x([0-9a-f]{2})/i.exec(
        this.#characters.slice(this.#at, this.#at + 9).join(""),
      );
      if (control !== null) {
        const [low, high] = [Number.parseInt(control[1] as string, 16), Number.parseInt(control[2] as string, 16)];
        tests.push((each) => (each.codePointAt(0) as number) >= low && (each.codePointAt(0) as number) <= high);
        this.#at += 9;
        continue;
      }
      if (this.#take("\\")) {
        tests.push(this.#escaped());
        continue;
      }
      const low = this.#peek();
      this.#at++;
      const isRange =
        this.#peek() === "-" && this.#characters[this.#at + 1] !== "]" && this.#at + 1 < this.#characters.length;
      const high = isRange ? (this.#characters[this.#at + 1] as string) : low;
      if (isRange) this.#at += 2;
      const [from, to] = [low.codePointAt(0) as number, high.codePointAt(0) as number];
      if (to < from) throw this.#wrong(`has the range ${low}-${high}, which is not in order`);
      tests.push((each) => (each.codePointAt(0) as number) >= from && (each.codePointAt(0) as number) <= to);
    }
    this.#at++;
    return (each) => tests.some((test) => test(each)) !== isNegated;
  }

  #one(test: Test): Piece {
    const last = this.#place(undefined);
    return { first: this.#place(test, last), last };
  }

  #place(test: Test | undefined, ...to: number[]): number {
    return this.places.push({ test, to }) - 1;
  }

  #link(from: number, to: number): void {
    this.places[from]?.to.push(to);
  }

  #peek(): string {
    return this.#characters[this.#at] ?? "";
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #wrong(what: string): ValueError {
    return new ValueError(this.#op, { pattern: this.#pattern, at: this.#at }, `pattern ${what}`);
  }
}

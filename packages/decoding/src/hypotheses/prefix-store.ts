/** No token: the root of a sentence's hypotheses. */
const NONE = -1;

/**
 * Hypotheses as a tree of tokens: each is its last node, and prefixes are shared, so a step adds one node for each live
 * hypothesis and copies nothing. A node is counted by what points at it, and is used again once nothing does, so memory
 * follows what is alive and not how many steps were made.
 */
export class PrefixStore {
  #parents: Int32Array = new Int32Array(64);
  #tokens: Int32Array = new Int32Array(64);
  #depths: Int32Array = new Int32Array(64);
  #holders: Int32Array = new Int32Array(64);
  #logProbabilities: Float64Array = new Float64Array(64);
  /** Given-back nodes, linked through `#parents`. */
  #free: number = NONE;
  #used = 0;
  #live = 0;

  /** Nodes that something points at. */
  get live(): number {
    return this.#live;
  }

  /** An empty hypothesis, held once. */
  root(): number {
    return this.#take(NONE, NONE, 0, 0);
  }

  /**
   * The hypothesis `parent` with one token more, held once.
   * @param logProbability of the token alone
   */
  append(parent: number, token: number, logProbability: number): number {
    this.hold(parent);
    return this.#take(parent, token, (this.#depths[parent] as number) + 1, logProbability);
  }

  hold(node: number): void {
    this.#holders[node] = (this.#holders[node] as number) + 1;
  }

  /** Gives one hold back; what nothing points at any more goes, up to where prefixes part. */
  drop(node: number): void {
    for (let at = node; at !== NONE;) {
      const left = (this.#holders[at] as number) - 1;
      this.#holders[at] = left;
      if (left > 0) return;
      const parent = this.#parents[at] as number;
      this.#parents[at] = this.#free;
      this.#free = at;
      this.#live--;
      at = parent;
    }
  }

  /** How many tokens a hypothesis has. */
  depth(node: number): number {
    return this.#depths[node] as number;
  }

  token(node: number): number {
    return this.#tokens[node] as number;
  }

  parent(node: number): number {
    return this.#parents[node] as number;
  }

  /** Its tokens, written into `target` from `offset` on. */
  write(node: number, target: Int32Array, offset: number): void {
    let at = node;
    for (let depth = this.depth(node); depth > 0; depth--) {
      target[offset + depth - 1] = this.#tokens[at] as number;
      at = this.#parents[at] as number;
    }
  }

  tokens(node: number): Int32Array {
    const tokens = new Int32Array(this.depth(node));
    this.write(node, tokens, 0);
    return tokens;
  }

  /** The log-probability of each of its tokens. */
  logProbabilities(node: number): Float64Array {
    const values = new Float64Array(this.depth(node));
    let at = node;
    for (let depth = values.length; depth > 0; depth--) {
      values[depth - 1] = this.#logProbabilities[at] as number;
      at = this.#parents[at] as number;
    }
    return values;
  }

  /** True if the hypothesis ends in these tokens. */
  endsWith(node: number, tokens: ArrayLike<number>): boolean {
    if (this.depth(node) < tokens.length) return false;
    let at = node;
    for (let index = tokens.length - 1; index >= 0; index--) {
      if (this.#tokens[at] !== tokens[index]) return false;
      at = this.#parents[at] as number;
    }
    return true;
  }

  #take(parent: number, token: number, depth: number, logProbability: number): number {
    let node = this.#free;
    if (node === NONE) {
      node = this.#used++;
      if (node === this.#parents.length) this.#grow();
    } else this.#free = this.#parents[node] as number;
    this.#parents[node] = parent;
    this.#tokens[node] = token;
    this.#depths[node] = depth;
    this.#holders[node] = 1;
    this.#logProbabilities[node] = logProbability;
    this.#live++;
    return node;
  }

  #grow(): void {
    const size = 2 * this.#parents.length;
    this.#parents = longer(this.#parents, new Int32Array(size));
    this.#tokens = longer(this.#tokens, new Int32Array(size));
    this.#depths = longer(this.#depths, new Int32Array(size));
    this.#holders = longer(this.#holders, new Int32Array(size));
    this.#logProbabilities = longer(this.#logProbabilities, new Float64Array(size));
  }
}

function longer<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

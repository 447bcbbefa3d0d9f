/**
 * The suffix array of numbers below `alphabet`: places in the order of the suffixes that begin there, a shorter one before what
 * it is a prefix of. Induced sorting, in time linear in the length (Nong, Zhang & Chan 2009, SA-IS).
 */
export function suffixArray(text: Int32Array, alphabet: number): Int32Array {
  const n = text.length;
  const order = new Int32Array(n);
  if (n < 2) return order;
  const at = (i: number): number => text[i] ?? 0;
  // A suffix is small (S) if it comes before the one that begins one later.
  const small = new Uint8Array(n);
  for (let i = n - 2; i >= 0; i--) {
    small[i] = at(i) === at(i + 1) ? (small[i + 1] ?? 0) : at(i) < at(i + 1) ? 1 : 0;
  }
  const isLeftmost = (i: number): boolean => i > 0 && small[i] === 1 && small[i - 1] === 0;
  // Where the large and the small suffixes of each first number begin in the array.
  const large = new Int32Array(alphabet + 1);
  const smalls = new Int32Array(alphabet + 1);
  for (let i = 0; i < n; i++) {
    const c = at(i);
    if (small[i] === 0) smalls[c] = (smalls[c] ?? 0) + 1;
    else large[c + 1] = (large[c + 1] ?? 0) + 1;
  }
  for (let c = 0; c <= alphabet; c++) {
    smalls[c] = (smalls[c] ?? 0) + (large[c] ?? 0);
    if (c < alphabet) large[c + 1] = (large[c + 1] ?? 0) + (smalls[c] ?? 0);
  }
  const next = new Int32Array(alphabet + 1);
  const put = (i: number): void => {
    const c = at(i);
    const place = next[c] ?? 0;
    next[c] = place + 1;
    order[place] = i;
  };
  const induce = (leftmost: Int32Array): void => {
    order.fill(-1);
    next.set(smalls);
    for (const i of leftmost) {
      const c = at(i);
      const place = next[c] ?? 0;
      next[c] = place + 1;
      order[place] = i;
    }
    next.set(large);
    put(n - 1);
    for (let i = 0; i < n; i++) {
      const v = order[i] ?? -1;
      if (v >= 1 && small[v - 1] === 0) put(v - 1);
    }
    next.set(large);
    for (let i = n - 1; i >= 0; i--) {
      const v = order[i] ?? -1;
      if (v < 1 || small[v - 1] === 0) continue;
      const after = at(v - 1) + 1;
      const place = (next[after] ?? 0) - 1;
      next[after] = place;
      order[place] = v - 1;
    }
  };
  const numberOf = new Int32Array(n + 1).fill(-1);
  const found: number[] = [];
  for (let i = 1; i < n; i++) {
    if (!isLeftmost(i)) continue;
    numberOf[i] = found.length;
    found.push(i);
  }
  const leftmost = Int32Array.from(found);
  induce(leftmost);
  const count = leftmost.length;
  if (count === 0) return order;
  const sorted = order.filter((v) => (numberOf[v] ?? -1) >= 0);
  // Names of the pieces between leftmost small suffixes: equal pieces are called alike.
  const names = new Int32Array(count);
  let most = 0;
  for (let i = 1; i < count; i++) {
    let [a, b] = [sorted[i - 1] ?? 0, sorted[i] ?? 0];
    const endA = leftmost[(numberOf[a] ?? 0) + 1] ?? n;
    const endB = leftmost[(numberOf[b] ?? 0) + 1] ?? n;
    let same = endA - a === endB - b;
    if (same) {
      while (a < endA && at(a) === at(b)) {
        a++;
        b++;
      }
      same = a < n && b < n && at(a) === at(b);
    }
    if (!same) most++;
    names[numberOf[sorted[i] ?? 0] ?? 0] = most;
  }
  const inOrder = most + 1 === count ? inverse(names) : suffixArray(names, most + 1);
  induce(inOrder.map((i) => leftmost[i] ?? 0));
  return order;
}

function inverse(names: Int32Array): Int32Array {
  const places = new Int32Array(names.length);
  for (const [i, name] of names.entries()) places[name] = i;
  return places;
}

/** How long the common prefix of each suffix and the one before it in the array is (Kasai et al. 2001); 0 for the first. */
export function commonPrefixes(text: Int32Array, order: Int32Array): Int32Array {
  const n = text.length;
  const rank = inverse(order);
  const lengths = new Int32Array(n);
  let length = 0;
  for (let i = 0; i < n; i++) {
    const place = rank[i] ?? 0;
    if (place === 0) {
      length = 0;
      continue;
    }
    const other = order[place - 1] ?? 0;
    while (i + length < n && other + length < n && text[i + length] === text[other + length]) length++;
    lengths[place] = length;
    if (length > 0) length--;
  }
  return lengths;
}

/**
 * Each string that comes at least twice, followed by different things: the inner nodes of the suffix tree, as intervals of the suffix
 * array (Abouelhoda et al. 2004). `visit` is told where the first of its suffixes begins, how long it is, and how often it comes.
 */
export function repeated(
  order: Int32Array,
  prefixes: Int32Array,
  visit: (place: number, length: number, count: number) => void,
): void {
  const n = order.length;
  const lefts = [0];
  const depths = [0];
  for (let i = 1; i <= n; i++) {
    const depth = i < n ? (prefixes[i] ?? 0) : 0;
    let left = i - 1;
    while (depth < (depths.at(-1) ?? 0)) {
      left = lefts.pop() ?? 0;
      visit(order[left] ?? 0, depths.pop() ?? 0, i - left);
    }
    if (depth === (depths.at(-1) ?? 0)) continue;
    lefts.push(left);
    depths.push(depth);
  }
}

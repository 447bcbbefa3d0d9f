/** The tokens that all lists begin with. */
export function commonPrefix(lists: readonly Int32Array[]): Int32Array {
  const [first, ...others] = lists;
  if (first === undefined) return new Int32Array(0);
  let length = first.length;
  for (const other of others) {
    let at = 0;
    while (at < length && at < other.length && other[at] === first[at]) at++;
    length = at;
  }
  return first.slice(0, length);
}

import type { NearestWordsProblem } from "../work.ts";

/** The largest cosines of one row with all rows, in f64 by plain loops, itself left out. */
export function nearestByLoops({ words, size, asked, count, rows }: NearestWordsProblem): number[] {
  const squares = new Float64Array(words);
  const products = new Float64Array(words);
  for (let word = 0; word < words; word++) {
    let [square, product] = [0, 0];
    for (let at = 0; at < size; at++) {
      const each = rows[word * size + at] ?? 0;
      square += each * each;
      product += each * (rows[asked * size + at] ?? 0);
    }
    squares[word] = square;
    products[word] = product;
  }
  const own = Math.sqrt(squares[asked] ?? 0);
  const cosines = products.map((product, word) =>
    word === asked ? -2 : product / (own * Math.sqrt(squares[word] ?? 0)),
  );
  return Array.from(cosines.sort().slice(-count)).toReversed();
}

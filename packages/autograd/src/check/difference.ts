/** Central difference at two step sizes, extrapolated to none: (4 D(h/2) − D(h)) / 3. */
export function difference(along: (x: number) => { value: number; at: number }, x: number, step: number): number {
  const h = step * Math.max(1, Math.abs(x));
  const slope = (by: number): number => {
    const [up, down] = [along(x + by), along(x - by)];
    return (up.value - down.value) / (up.at - down.at);
  };
  return (4 * slope(h / 2) - slope(h)) / 3;
}

/** So many positions, spread evenly over `size`; all of them if there are fewer. */
export function positions(size: number, samples: number): number[] {
  if (size <= samples) return Array.from({ length: size }, (_, i) => i);
  return Array.from({ length: samples }, (_, i) => Math.floor((i * size) / samples));
}

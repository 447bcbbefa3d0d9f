// Reading or writing outside an array gives NaN, which no comparison lets pass.

export function at(array: ArrayLike<number>, index: number): number {
  return array[index] ?? NaN;
}

export function increase(array: Float64Array, index: number, by: number): void {
  array[index] = at(array, index) + by;
}

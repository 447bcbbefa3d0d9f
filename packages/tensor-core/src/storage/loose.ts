/** Handles that only the garbage collector is to free. */
let loose = 0;

/** How many handles belong to no scope and to nobody who keeps them. */
export function looseHandles(): number {
  return loose;
}

/** Notes that there is one more, or one less. */
export function countLoose(change: 1 | -1): void {
  loose += change;
}

import type { Module } from "@unfoldjs/nn";

/**
 * Makes parts of a module whose constructor runs. If one of them is refused, such as for its size, those that are there already
 * are given back: nobody else could, as nobody gets the module.
 */
export function orDispose<Parts>(module: Module, make: () => Parts): Parts {
  try {
    return make();
  } catch (error) {
    module.dispose();
    throw error;
  }
}

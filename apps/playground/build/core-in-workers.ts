import type { Plugin } from "vite";

/**
 * Keeps the core out of the page, which is then a third of the size: it runs in workers only, and those are built without
 * this. A page takes plain values of the packages, such as kernels; the core starts itself where it is imported, so that
 * the bundler would bring all of it along with them.
 */
export function coreInWorkers(): Plugin {
  return {
    name: "core-in-workers",
    apply: "build",
    transform: {
      filter: { id: /\/tensor-core\/dist\// },
      handler: (code) => ({ code, map: null, moduleSideEffects: false }),
    },
  };
}

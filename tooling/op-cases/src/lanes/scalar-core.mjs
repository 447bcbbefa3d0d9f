// Loaded before a process's modules: they get the build of the core whose kernels compute by the scalar lane, which
// `build:wasm --scalar` makes, in place of the ordinary one.

import { registerHooks } from "node:module";

const ordinary = "/packages/tensor-core/wasm/";

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return { ...found, url: found.url.replace(ordinary, "/packages/tensor-core/wasm-scalar/") };
  },
});

// Written by scripts/build-wasm.mjs from the crate. Do not edit.
export const importsOf = (memory, startHelpers, lookAfterHelpers) => ({
  "./unfold_core_bg.js": {
    memory: memory,
    __wbg___wbindgen_throw_4c88d8bf264fd984: () => {
      throw new RangeError("the core was given a number that is not one of its op codes");
    },
    __wbindgen_init_externref_table: () => {},
  },
  "crew": {
    look_after_helpers: lookAfterHelpers,
    start_helpers: startHelpers,
  },
});

export const memoryImport = {"kindAt":876,"initial":18,"maximum":65536};

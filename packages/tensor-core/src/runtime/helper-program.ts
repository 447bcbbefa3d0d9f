/** What a helper's thread is given. */
export interface HelperTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** its number in the crew, from 1 on */
  readonly index: number;
}

/** Bytes of a helper's own stack: those that the crate sets aside (`crew::stacks`). */
const STACK_BYTES = 4 * 65_536;

/**
 * A helper's program, as text: no bundler finds a file for it or has to. It makes another instance over the same memory and
 * stays in it until it is dismissed, so its thread hears no messages. Then it gives its stack back. Imports other than the memory are
 * for the main thread, which validates and starts helpers. A part that traps is reported before the thread ends.
 */
export const HELP: string = `({ module, memory, index }) => {
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = kind === "memory" ? memory : () => {};
  }
  const core = new WebAssembly.Instance(module, imports).exports;
  core.__wbindgen_start(${STACK_BYTES});
  try {
    core.help(index);
  } catch (error) {
    core.helper_has_failed();
    throw error;
  }
  core.__wbindgen_thread_destroy();
}`;

/** The program of a helper that is sent its task. No event says that it ends, so it does itself. */
export const PAGE_HELPER: string = `onmessage = ({ data }) => {
  (${HELP})(data);
  postMessage("left");
  close();
}`;

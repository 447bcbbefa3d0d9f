/** A WebAssembly file that the engine has compiled. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export { module as default };
}

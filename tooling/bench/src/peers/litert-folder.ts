/** Where a page finds the WebAssembly of LiteRT.js. */
export const LITERT_FOLDER = "/litert/";

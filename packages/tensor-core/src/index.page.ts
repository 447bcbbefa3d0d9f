import "./runtime/load.page.ts";

export * from "./index.ts";

import "./runtime/load.node.ts";

export * from "./index.ts";

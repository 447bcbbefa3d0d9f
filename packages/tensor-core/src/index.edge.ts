import "./runtime/load.edge.ts";

export * from "./index.ts";

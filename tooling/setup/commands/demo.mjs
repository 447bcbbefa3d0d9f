// npm run demo: the example to begin with. The options are its own.

import { main as example } from "./example.mjs";

export function main(args) {
  return example(["train-digits", ...args]);
}

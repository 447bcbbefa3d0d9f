import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

const folder = dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm/package.json")));
setWasmPaths(join(folder, "dist") + sep);
await tf.setBackend("wasm");
const [left, right] = process.argv.slice(2, 4).map((list) => tf.tensor2d(list.split(",").map(Number), [2, 2]));
console.log(tf.matMul(left, right).dataSync().join());

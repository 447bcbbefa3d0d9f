import { defaultDevice, init, numpy as np } from "@jax-js/jax";

await init("wasm");
defaultDevice("wasm");
const [left, right] = process.argv.slice(2, 4).map((list) => np.array(list.split(",").map(Number)).reshape([2, 2]));
console.log(np.matmul(left, right).dataSync().join());

import { fromArray, matmul } from "@unfoldjs/tensor-core";

const [left, right] = process.argv.slice(2, 4).map((list) => fromArray(list.split(",").map(Number), [2, 2]));
console.log(matmul(left, right).data().join());

import * as np from "numpy-ts";

const [left, right] = process.argv
  .slice(2, 4)
  .map((list) => np.array(list.split(",").map(Number), "float32").reshape(2, 2));
console.log(np.matmul(left, right).data.join());

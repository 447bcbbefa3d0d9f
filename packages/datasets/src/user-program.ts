// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import { mnist, subset } from "./index.ts";

const digits = await mnist({ split: "train" });
console.log(digits.length, digits.height, digits.width);
const few = subset(digits, 0, 1000);
const { images, labels } = few.batch([0, 5, 2]);
console.log(images.mean().item(), labels.equal(3).sum().item());

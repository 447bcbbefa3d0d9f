import { inClone } from "../frame/in-clone.ts";

/** A whole training, in ten lines under those that say how to run it. */
export const tenLines = `${inClone("home")}
import { mnist, subset } from "@unfoldjs/datasets";
import { Adam, backward, batches, crossEntropy } from "@unfoldjs/nn";
import { LeNet5 } from "@unfoldjs/vision-layers";

const digits = subset(await mnist({ split: "train" }), 0, 6_000);
const model = new LeNet5();
const optimizer = new Adam(model.parameters(), { learningRate: 0.002 });
for (const { images, labels } of batches(digits, 64)) {
  console.log(backward(model, () => crossEntropy(model.forward(images), labels)));
  optimizer.step();
}
`;

// oxlint-disable-next-line import/default -- the text of the file, which the bundler gives
import network from "./network.ts?raw";
import { inClone } from "../../frame/in-clone.ts";
import { TEST_PICTURES, TRAINING_PICTURES } from "./digit-files.ts";
import type { Run } from "./run.ts";

/**
 * The program that trains a run as the page does: the network's own source, then the loop. Prints the loss of every
 * twentieth step and of the last, and how many of the test pictures it then reads.
 */
export function program(run: Run, steps: number): string {
  return `${inClone("digits")}
import { mnist, subset } from "@unfoldjs/datasets";
import { accuracy, Adam, backward, batches, crossEntropy, manualSeed } from "@unfoldjs/nn";
import { scope } from "@unfoldjs/tensor-core";
${network.replace("export class", "class").trimEnd()}

const training = subset(await mnist({ split: "train" }), 0, ${TRAINING_PICTURES});
const test = subset(await mnist({ split: "test" }), 0, ${TEST_PICTURES});

const generator = manualSeed(${run.seed}); // draws first weights, the order of the pictures, and dropout
const model = new DigitNet({ filters: ${run.filters}, kernel: ${run.kernel}, dropout: ${run.dropout} });
const optimizer = new Adam(model.parameters(), { learningRate: ${run.lr} });
let size = ${run.batch};
let step = 0;

while (step < ${steps}) {
  for (const { images, labels } of batches(training, size, { shuffle: generator })) {
    const loss = backward(model, () => crossEntropy(model.forward(images), labels));
    optimizer.step();
    step++;
    if (step % 20 === 0 || step === ${steps}) console.log(\`step \${step}: loss \${loss}\`);
${run.changes.flatMap(changeLines).join("")}    if (step === ${steps}) break;
  }
}

model.eval();
let recognised = 0;
for (const { images, labels } of batches(test, 250)) {
  scope(() => (recognised += labels.size * accuracy(model.forward(images), labels)));
}
console.log(\`recognises \${Math.round(recognised)} of \${test.length}\`);
`;
}

function changeLines({ step, lr, batch, dropout }: Run["changes"][number]): string[] {
  const actions = [
    ...(lr === undefined ? [] : [`optimizer.learningRate = ${lr};`]),
    ...(dropout === undefined ? [] : [`model.dropout = new Dropout(${dropout});`]),
    ...(batch === undefined ? [] : [`size = ${batch};`, "break; // a new pass, in batches of another size"]),
  ];
  return [`    if (step === ${step}) {\n`, ...actions.map((action) => `      ${action}\n`), "    }\n"];
}

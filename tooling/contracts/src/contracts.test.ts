import * as autograd from "@unfoldjs/autograd";
import * as datasets from "@unfoldjs/datasets";
import * as decoding from "@unfoldjs/decoding";
import * as embeddings from "@unfoldjs/embeddings";
import * as embeddingsText from "@unfoldjs/embeddings/text";
import * as corpus from "@unfoldjs/embeddings/corpus";
import * as nn from "@unfoldjs/nn";
import * as core from "@unfoldjs/tensor-core";
import * as sequence from "@unfoldjs/sequence-layers";
import * as vision from "@unfoldjs/vision-layers";
import * as pictures from "@unfoldjs/vision-layers/pictures";
import * as inspect from "@unfoldjs/vision-layers/inspect";
import * as tfjs from "@unfoldjs/vision-layers/tfjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entriesOf, isCalled, methodsWithoutRow } from "./calls.ts";
import { faultsOf } from "./contract.ts";
import { packages } from "./rows/index.ts";
import { startWatch } from "./watch.ts";

type Exports = Readonly<Record<string, unknown>>;
const modules: Readonly<Record<keyof typeof packages, Exports>> = {
  "tensor-core": core,
  autograd,
  nn,
  datasets,
  "vision-layers": vision,
  pictures,
  inspect,
  tfjs,
  "sequence-layers": sequence,
  embeddings,
  "embeddings-text": embeddingsText,
  corpus,
  decoding,
};

const watch = startWatch();
const unhandled: unknown[] = [];
const note = (reason: unknown): number => unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => {
  process.off("unhandledRejection", note);
  watch.stop();
});

test("every op that fails says a function that can be called, which is not always its own name", () => {
  // Made by gradients alone: nobody calls them, and nobody's arguments reach them.
  const unreached = ["viewAs", "resqueeze"];
  const said = Object.values(core.ops).map(({ name, calledAs }: core.AnyOp) => calledAs ?? name);
  const unknown = said.filter((op) => !(op in core) && !op.startsWith("Generator."));
  expect(unknown.toSorted()).toEqual(unreached.toSorted());
});

describe.each(Object.keys(packages) as (keyof typeof packages)[])("%s", (name) => {
  const [module, rows] = [modules[name], packages[name]];
  const place = `tooling/contracts/src/rows/${name}.ts`;

  test("has a row of right arguments for each function, class and method that it exports", () => {
    const exported = Object.keys(module).filter((each) => isCalled(module[each]) && !Object.hasOwn(rows, each));
    const missing = [...exported, ...methodsWithoutRow(module, rows)];
    expect(missing, `say in ${place} how to call ${missing.join(", ")}`).toEqual([]);
    expect(
      Object.keys(rows).filter((each) => !isCalled(module[each])),
      `rows in ${place} of nothing`,
    ).toEqual([]);
  });

  test.each(entriesOf(module, rows))(
    "$what says what is wrong, or does its work",
    async ({ what, call, use, mayName }) => {
      const faults = await faultsOf(call, use, (attempt) => watch.note(`${what}: ${attempt}`), mayName);
      await new Promise((resolve) => setTimeout(resolve, 0)); // when rejections that nobody handles are told
      expect(faults).toEqual([]);
      expect(unhandled.splice(0), "promises that failed while nobody waited").toEqual([]);
    },
  );
});

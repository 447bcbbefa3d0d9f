// What runs in the page: the same measuring as in Node, with the libraries that a page is the place for.

import { makeArithmetic } from "../measure/arithmetic.ts";
import type { Loops } from "../measure/loops.ts";
import { type LoadedLibrary, type Machine, measureCase } from "../measure/measure-case.ts";
import { liteRT } from "../peers/litert.ts";
import { unfold } from "../peers/unfold.ts";
import { convolution } from "../suites/convolution.ts";
import { elementwise } from "../suites/elementwise.ts";
import { matmul } from "../suites/matmul.ts";
import { networks } from "../suites/networks.ts";
import { load } from "./load.ts";
import type { PageBench } from "./page-api.ts";

/** Nobody but us learns here. */
const inUse = { ...networks, cases: networks.cases.filter(({ work }) => work === "network") };
const suites = [matmul, convolution, elementwise, inUse];
let machine: Machine | undefined;
let libraries: readonly LoadedLibrary[] = [];

globalThis.bench = {
  async open(plain, threads) {
    const bytes = Object.entries(plain).map(([name, numbers]) => [name, Uint8Array.from(numbers)]);
    const loops: Loops = Object.fromEntries(bytes);
    const arithmetic = makeArithmetic(loops);
    libraries = [await load(unfold, threads), await load(liteRT, threads)];
    machine = { loops, arithmetic };
    return { instruction: arithmetic.instruction };
  },

  async measure(suiteName, name, effort, { traffic }) {
    const found = suites.find((suite) => suite.name === suiteName)?.cases.find((each) => each.name === name);
    if (found === undefined) return undefined;
    if (machine === undefined) throw new Error("bench.measure: the page is not open yet; call bench.open first");
    const { traffic: counted, ...rest } = found;
    return measureCase(traffic && counted ? found : rest, libraries, machine, effort);
  },
} satisfies PageBench;

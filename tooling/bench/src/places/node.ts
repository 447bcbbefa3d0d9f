import { availableParallelism } from "node:os";
import { makeArithmetic } from "../measure/arithmetic.ts";
import { assembleLoops } from "../measure/loops.ts";
import { type LoadedLibrary, type Machine, measureCase } from "../measure/measure-case.ts";
import { reasonOf } from "../measure/unfinished.ts";
import { peers } from "../peers/index.ts";
import { openPyTorch } from "../peers/native/pytorch.ts";
import { unfold } from "../peers/unfold.ts";
import { load } from "./load.ts";
import type { Place } from "./place.ts";

/**
 * This process, with every library that runs in Node. A peer that does not load is named on the standard error.
 * @param python the command of a Python, to measure native PyTorch too
 */
export async function openNode(machine: Machine, threads: number, python?: string): Promise<Place> {
  const libraries = [await load(unfold, threads)];
  for (const peer of peers) {
    try {
      libraries.push(await load(peer, threads));
    } catch (error) {
      console.error(`${peer.name} ${peer.version} is left out, since it does not load: ${reasonOf(error)}`);
    }
  }
  const native = python === undefined ? undefined : await openPyTorch(python);
  libraries.push(...(native?.libraries ?? []));
  let contest: readonly LoadedLibrary[] | undefined;
  return {
    where: "node",
    instruction: machine.arithmetic.instruction,
    async measure(suite, chosen, effort) {
      if (suite.contest === undefined) return measureCase(chosen, libraries, machine, effort);
      contest ??= await ourThreads(threads === 1 ? availableParallelism() : threads);
      return contest.length === 0 ? undefined : measureCase(chosen, contest, machine, effort);
    },
    close: async () => native?.close(),
  };
}

export function thisMachinesLoops(): Machine {
  const loops = assembleLoops();
  return { loops, arithmetic: makeArithmetic(loops) };
}

/** Ours on so many threads against ours on one; nobody, with the reason on the standard error, if they do not start. */
async function ourThreads(threads: number): Promise<readonly LoadedLibrary[]> {
  try {
    if (threads === 1) throw new Error("this machine has one core");
    const { againstOneThread } = await import("../peers/unfold-threads.ts");
    return await againstOneThread(threads);
  } catch (error) {
    console.error(`threads are not measured: ${reasonOf(error)}`);
    return [];
  }
}

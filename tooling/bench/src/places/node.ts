import { makeArithmetic } from "../measure/arithmetic.ts";
import { assembleLoops } from "../measure/loops.ts";
import { type Machine, measureCase, reasonOf } from "../measure/measure-case.ts";
import { peers } from "../peers/index.ts";
import { unfold } from "../peers/unfold.ts";
import { load } from "./load.ts";
import type { Place } from "./place.ts";

/** This process, with every library that runs in Node. A peer that does not load is named on the standard error. */
export async function openNode(machine: Machine, threads: number): Promise<Place> {
  const libraries = [await load(unfold, threads)];
  for (const peer of peers) {
    try {
      libraries.push(await load(peer, threads));
    } catch (error) {
      console.error(`${peer.name} ${peer.version} is left out, since it does not load: ${reasonOf(error)}`);
    }
  }
  return {
    where: "node",
    instruction: machine.arithmetic.instruction,
    measure: (_, chosen, effort) => measureCase(chosen, libraries, machine, effort),
    close: async () => {},
  };
}

export function thisMachinesLoops(): Machine {
  const loops = assembleLoops();
  return { loops, arithmetic: makeArithmetic(loops) };
}

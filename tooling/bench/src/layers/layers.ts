import type { Suite } from "../case.ts";
import type { Effort } from "../measure/interleave.ts";
import { unfold } from "../peers/unfold.ts";
import { load } from "../places/load.ts";
import { thisMachinesLoops } from "../places/node.ts";
import { profile } from "./profile.ts";
import { layerTable } from "./table.ts";

/** A case makes few runs of many calls, and each call's time is the best of its place: that takes longer than one case's time. */
const LONGER = 4;

/** Ours at each case, call by call: prints a table each. */
export async function layers(suites: readonly Suite[], threads: number, effort: Effort): Promise<void> {
  const { arithmetic } = thisMachinesLoops();
  const { ways } = await load(unfold, threads);
  for (const { name: suite, cases } of suites) {
    for (const chosen of cases) {
      const contender = await chosen.pose().prepare(ways);
      if (contender === undefined) continue;
      const measured = profile(() => void contender.run(), arithmetic, { ...effort, measure: LONGER * effort.measure });
      await contender.dispose();
      console.log(`\n${suite} ${chosen.name}\n${layerTable(measured)}`);
    }
  }
}

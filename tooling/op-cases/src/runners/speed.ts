import type { AnyTensor } from "@unfoldjs/tensor-core";
import type { TableEntry } from "../cases/index.ts";
import { nameOf, placeInputs } from "../inputs.ts";
import { disposeAll } from "../results.ts";

/** A call to time. */
export interface SpeedCase {
  readonly op: string;
  /** Shapes and attributes in words. */
  readonly name: string;
  /** Makes the inputs; `run` is what to time, and `dispose` lets the inputs go. */
  prepare(): { run(): void; dispose(): void };
}

/** The calls that are worth timing. */
export function speedCases(table: readonly TableEntry[]): SpeedCase[] {
  return table.flatMap(({ op, opCase }) =>
    opCase.speed.map((row) => ({
      op,
      name: [op, opCase.variant, nameOf(row)].filter((word) => word !== "").join(" "),
      prepare() {
        const inputs: AnyTensor[] = placeInputs(opCase, row).map(({ tensor }) => tensor);
        return {
          run: () => disposeAll(opCase.call(inputs, row.attributes)),
          dispose: () => inputs.forEach((input) => input.dispose()),
        };
      },
    })),
  );
}

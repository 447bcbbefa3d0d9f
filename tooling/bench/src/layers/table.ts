import { columns, percent, significant } from "../report/table.ts";
import type { LayerTime, Profile } from "./profile.ts";

/** How many layers are pointed at. */
const WORST = 3;
/** A layer with less of the whole is not named. */
const SMALLEST = 0.005;

/**
 * Layers by the time that they take, each with its share of the multiply-add loop, which tiles (Winograd) and small sizes may
 * pass: operations are those of the definition. Those that lose most to the loop, time and not share, are pointed at.
 */
export function layerTable({ layers, milliseconds, ceilingGflops }: Profile): string {
  const calls = layers.reduce((sum, layer) => sum + layer.milliseconds, 0);
  const named = layers
    .filter((layer) => layer.milliseconds >= SMALLEST * calls)
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
  const lost = (layer: LayerTime): number => layer.milliseconds - idealOf(layer, ceilingGflops);
  const worst = new Set(
    named
      .filter(({ flops }) => flops !== undefined)
      .toSorted((a, b) => lost(b) - lost(a))
      .slice(0, WORST),
  );
  const rest = layers.filter((layer) => !named.includes(layer));
  const lines = named.map((layer) => [
    `  ${layer.label}`,
    `${layer.count} ×`,
    `${significant(layer.milliseconds)} ms`,
    percent(layer.milliseconds / calls),
    layer.flops === undefined ? "" : `${significant(layer.flops / layer.milliseconds / 1e6)} GFLOP/s`,
    layer.flops === undefined ? "" : percent(idealOf(layer, ceilingGflops) / layer.milliseconds),
    worst.has(layer) ? `← loses ${significant(lost(layer))} ms` : "",
  ]);
  const of = (some: readonly LayerTime[], name: string): readonly string[] => {
    const time = some.reduce((sum, layer) => sum + layer.milliseconds, 0);
    const flops = some.reduce((sum, layer) => sum + (layer.flops ?? 0), 0);
    const count = some.reduce((sum, layer) => sum + layer.count, 0);
    const ideal = flops / ceilingGflops / 1e6;
    const rate = `${significant(flops / time / 1e6)} GFLOP/s`;
    return [name, `${count} ×`, `${significant(time)} ms`, percent(time / calls), rate, percent(ideal / time), ""];
  };
  return columns(
    [
      ["", "calls", "time", "of all", "", "of the ceiling", ""],
      ...lines,
      ...(rest.length === 0 ? [] : [of(rest, "  smaller ones")]),
      of(layers, "  all calls"),
      ["  the fastest run", "", `${significant(milliseconds)} ms`, "", "", "", ""],
      ["  the multiply-add loop", "", "", "", `${significant(ceilingGflops)} GFLOP/s`, "", ""],
    ],
    true,
  );
}

/** Milliseconds at the speed of the multiply-add loop. */
function idealOf({ flops = 0 }: LayerTime, ceilingGflops: number): number {
  return flops / ceilingGflops / 1e6;
}

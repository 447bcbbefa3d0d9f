/** Masses below this are none: sums of shares are off by less. */
const NOTHING = 1e-12;

/**
 * The least cost of moving one heap of masses onto another (the transportation problem), by shortest augmenting paths with
 * potentials: exact, and quick for some hundred places. The masses of both sides have the same sum.
 * @param cost of moving one unit from place i to place j, not negative
 */
export function transportCost(
  supply: readonly number[],
  demand: readonly number[],
  cost: (from: number, to: number) => number,
): number {
  const [rows, columns] = [supply.length, demand.length];
  const costs = Float64Array.from({ length: rows * columns }, (_, at) => cost(Math.floor(at / columns), at % columns));
  const flow = new Float64Array(rows * columns);
  const left = Float64Array.from(supply);
  const open = Float64Array.from(demand);
  const [potentialRow, potentialColumn] = [new Float64Array(rows), new Float64Array(columns)];
  for (let source = 0; source < rows; source++) {
    while ((left[source] ?? 0) > NOTHING) {
      const path = shortestPath(source, { rows, columns, costs, flow, open, potentialRow, potentialColumn });
      if (path === undefined) break; // rounding has left a crumb on one side
      let amount = Math.min(left[source] ?? 0, open[path.at(-1)?.column ?? 0] ?? 0);
      for (const [step, { row }] of path.entries()) {
        const back = path[step - 1];
        if (back !== undefined) amount = Math.min(amount, flow[row * columns + back.column] ?? 0);
      }
      for (const [step, { row, column }] of path.entries()) {
        flow[row * columns + column] = (flow[row * columns + column] ?? 0) + amount;
        const back = path[step - 1];
        if (back !== undefined) flow[row * columns + back.column] = (flow[row * columns + back.column] ?? 0) - amount;
      }
      left[source] = (left[source] ?? 0) - amount;
      const end = path.at(-1)?.column ?? 0;
      open[end] = (open[end] ?? 0) - amount;
    }
  }
  return flow.reduce((sum, each, at) => sum + each * (costs[at] ?? 0), 0);
}

interface Network {
  readonly rows: number;
  readonly columns: number;
  readonly costs: Float64Array;
  readonly flow: Float64Array;
  readonly open: Float64Array;
  readonly potentialRow: Float64Array;
  readonly potentialColumn: Float64Array;
}

/** From a row to a column. The way back from a column to the next row takes flow away. */
interface Step {
  readonly row: number;
  readonly column: number;
}

/** Dijkstra over reduced costs, from a row to the nearest column with room; the potentials are moved on. */
function shortestPath(source: number, network: Network): Step[] | undefined {
  const { rows, columns, costs, flow, open, potentialRow, potentialColumn } = network;
  const [toRow, toColumn] = [new Float64Array(rows).fill(Infinity), new Float64Array(columns).fill(Infinity)];
  const [fromColumn, fromRow] = [new Int32Array(rows).fill(-1), new Int32Array(columns).fill(-1)];
  const [doneRow, doneColumn] = [new Uint8Array(rows), new Uint8Array(columns)];
  toRow[source] = 0;
  let end = -1;
  for (;;) {
    const [row, ofRow] = nearest(toRow, doneRow);
    const [column, ofColumn] = nearest(toColumn, doneColumn);
    if (row < 0 && column < 0) break;
    if (row >= 0 && ofRow <= ofColumn) {
      doneRow[row] = 1;
      for (let to = 0; to < columns; to++) {
        const reduced = (costs[row * columns + to] ?? 0) + (potentialRow[row] ?? 0) - (potentialColumn[to] ?? 0);
        const length = ofRow + Math.max(0, reduced);
        if (length < (toColumn[to] ?? 0)) [toColumn[to], fromRow[to]] = [length, row];
      }
    } else {
      doneColumn[column] = 1;
      if ((open[column] ?? 0) > NOTHING) {
        end = column;
        break;
      }
      for (let to = 0; to < rows; to++) {
        if ((flow[to * columns + column] ?? 0) <= NOTHING) continue;
        const reduced = (potentialColumn[column] ?? 0) - (costs[to * columns + column] ?? 0) - (potentialRow[to] ?? 0);
        const length = ofColumn + Math.max(0, reduced);
        if (length < (toRow[to] ?? 0)) [toRow[to], fromColumn[to]] = [length, column];
      }
    }
  }
  if (end < 0) return undefined;
  const reach = toColumn[end] ?? 0;
  for (let row = 0; row < rows; row++) potentialRow[row] = (potentialRow[row] ?? 0) + Math.min(toRow[row] ?? 0, reach);
  for (let column = 0; column < columns; column++)
    potentialColumn[column] = (potentialColumn[column] ?? 0) + Math.min(toColumn[column] ?? 0, reach);
  const path: Step[] = [];
  for (let column = end; ;) {
    const row = fromRow[column] ?? 0;
    path.unshift({ row, column });
    if (row === source) return path;
    column = fromColumn[row] ?? 0;
  }
}

function nearest(lengths: Float64Array, done: Uint8Array): readonly [at: number, length: number] {
  let [at, length] = [-1, Infinity];
  for (let each = 0; each < lengths.length; each++) {
    if (done[each] === 0 && (lengths[each] ?? Infinity) < length) [at, length] = [each, lengths[each] ?? Infinity];
  }
  return [at, length];
}

/** What a function gave at a place: its value, how large what was added up to it was, and where that place is in f32. */
export interface Sampled {
  readonly value: number;
  /** Σ |terms|: the function's f32 numbers are good to a few 2⁻²⁴ of it. */
  readonly size: number;
  readonly at: number;
}

/** A slope held against differences. */
export interface Held {
  readonly numeric: number;
  readonly error: number;
  readonly ok: boolean;
  /** True at a kink: there is no slope, and the right one, if `ok`, is among those of both sides. */
  readonly kink: boolean;
}

export interface Closeness {
  readonly relative: number;
  readonly absolute: number;
  /** Half the distance of the largest difference, in units of `x`'s magnitude. */
  readonly step: number;
}

/** Where a difference does not agree, smaller steps are tried: a kink may lie within the larger one. */
const SHRINK = 8;
const SHRINKS = 2;
/** Rounding of an f32 function, as a share of what is added up: a few units in the last place. */
const ROUNDING = 2 ** -22;

/**
 * Holds the slope of a function at `x` against central differences, extrapolated to a step of none. Where they do not agree
 * smaller steps are tried, as far as the function's f32 numbers carry them; where none does and the slopes of both sides
 * differ by the same at any step, `x` lies on a kink.
 */
export function held(along: (x: number) => Sampled, x: number, slope: number, closeness: Closeness): Held {
  const { relative, absolute } = closeness;
  const allowed = (numeric: number): number => absolute + relative * Math.abs(numeric);
  const isClose = (numeric: number): boolean => Math.abs(slope - numeric) <= allowed(numeric);
  const answer = (numeric: number, ok: boolean, kink = false): Held => {
    return { numeric, error: Math.abs(slope - numeric), ok, kink };
  };

  let step = closeness.step * Math.max(1, Math.abs(x));
  let sides = sidesOf(along, x, step);
  const first = extrapolated(sides);
  if (isClose(first)) return answer(first, true);
  for (let i = 0; i < SHRINKS; i++) {
    const smaller = step / SHRINK;
    if ((ROUNDING * sides.size) / smaller > allowed(first) / 2) break;
    [step, sides] = [smaller, sidesOf(along, x, smaller)];
    const numeric = extrapolated(sides);
    // Noise that agrees by chance does not do so at two steps.
    if (isClose(numeric) && Math.abs(sides.half.central - sides.whole.central) <= allowed(numeric)) {
      return answer(numeric, true);
    }
  }
  const { half, whole } = sides;
  if (!isKink(half, whole, allowed(half.central))) return answer(first, false);
  const [low, high] = [Math.min(half.left, half.right), Math.max(half.left, half.right)];
  const room = allowed(Math.max(Math.abs(low), Math.abs(high)));
  return answer(half.central, slope >= low - room && slope <= high + room, true);
}

/** The slopes to the left, to the right and across at one step. */
interface Slopes {
  readonly left: number;
  readonly right: number;
  readonly central: number;
}

interface Sides {
  readonly whole: Slopes;
  readonly half: Slopes;
  readonly size: number;
}

function sidesOf(along: (x: number) => Sampled, x: number, step: number): Sides {
  const middle = along(x);
  const slopes = (by: number): Slopes => {
    const [up, down] = [along(x + by), along(x - by)];
    const between = (a: Sampled, b: Sampled): number => (a.value - b.value) / (a.at - b.at);
    return { left: between(middle, down), right: between(up, middle), central: between(up, down) };
  };
  return { whole: slopes(step), half: slopes(step / 2), size: middle.size };
}

/** Richardson: the error of a central difference goes with the square of the step. */
function extrapolated({ whole, half }: Sides): number {
  return (4 * half.central - whole.central) / 3;
}

/**
 * True where the slopes of both sides differ by as much at half the step as at the whole. In a smooth function they differ
 * by half as much, at a jump by twice as much.
 */
function isKink(half: Slopes, whole: Slopes, allowed: number): boolean {
  const [near, far] = [half.right - half.left, whole.right - whole.left];
  const ratio = near / far;
  return Math.abs(near) > 2 * allowed && ratio > 0.75 && ratio < 4 / 3;
}

/** So many positions, spread evenly over `size`; all of them if there are fewer. */
export function positions(size: number, samples: number): number[] {
  if (size <= samples) return Array.from({ length: size }, (_, i) => i);
  return Array.from({ length: samples }, (_, i) => Math.floor((i * size) / samples));
}

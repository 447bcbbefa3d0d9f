import * as check from "../arguments/checks.ts";
import { firstAbove, TOGETHER } from "../select/first-above.ts";
import { logSumExp } from "../select/log-sum-exp.ts";
import { TopK } from "../select/top-k.ts";
import { filter } from "./few.ts";
import { named, type Processor } from "./processor.ts";

// Each filter leaves the likeliest token at least, and works on what those before it left: probabilities are those of what
// is still possible. They are written in place, so a filter that comes after another sees −∞ where that one took tokens away.

const MASS: ReturnType<typeof check.between> = check.between(0, 1);

/** Divides by a temperature: below 1 likely tokens become likelier, above 1 all become alike. @param t above 0 */
export function temperature(t: number): Processor {
  check.between(0, Infinity, true)("temperature", "t", t);
  const factor = 1 / t;
  const scale = (values: Float32Array): void => {
    const { length } = values;
    let token = 0;
    for (; token + 3 < length; token += 4) {
      // Four in a turn take two thirds of the time.
      values[token] = (values[token] as number) * factor;
      values[token + 1] = (values[token + 1] as number) * factor;
      values[token + 2] = (values[token + 2] as number) * factor;
      values[token + 3] = (values[token + 3] as number) * factor;
    }
    for (; token < length; token++) values[token] = (values[token] as number) * factor;
  };
  const name = `temperature ${t}`;
  // An infinite factor makes NaN of 0, for which a whole row must be looked through.
  return factor < Infinity ? filter(name, scale, { isMonotone: true }) : named(name, scale);
}

/** Keeps the k likeliest tokens (Fan et al. 2018), and those as likely as the last of them. */
export function topK(k: number): Processor {
  check.whole(1)("topK", "k", k);
  let best: TopK | undefined;
  let kept = new Float32Array(0);
  const keep = (values: Float32Array): void => {
    if (k >= values.length) return;
    best ??= new TopK(k);
    best.clear();
    best.offerRow(0, 0, values);
    if (best.size < k) return;
    if (best.isTied) return forbidBelow(values, best.threshold);
    if (kept.length < k) kept = new Float32Array(k);
    for (let at = 0; at < k; at++) kept[at] = values[best.token(at)] as number;
    values.fill(-Infinity);
    for (let at = 0; at < k; at++) values[best.token(at)] = kept[at] as number;
  };
  return filter(`top-k ${k}`, keep, { keeps: k });
}

/** How far below the likeliest token probabilities are told apart before they are sorted, in nats, and in how many steps. */
const [RANGE, BUCKETS] = [32, 1024];

/** Keeps the smallest set of tokens whose probabilities add up to `p` (Holtzman et al. 2020). @param p 0 … 1 */
export function topP(p: number): Processor {
  MASS("topP", "p", p);
  return filter(`top-p ${p}`, (values) => {
    const most = largest(values);
    // Beside the likeliest's: as many equal ones as p asks for are then enough to the last bit, where their logarithms round.
    const weight = (value: number): number => Math.exp(value - most);
    const bucketOf = (value: number): number => Math.min(BUCKETS - 1, Math.floor((most - value) * (BUCKETS / RANGE)));
    const masses = new Float64Array(BUCKETS);
    for (let token = 0; token < values.length; token++) {
      const value = values[token] as number;
      if (value !== -Infinity) masses[bucketOf(value)] = (masses[bucketOf(value)] as number) + weight(value);
    }
    const needed = p * masses.reduce((sum, mass) => sum + mass, 0);
    // All of the buckets before this one are kept, and none of those after it: so only this one is sorted.
    let [border, mass] = [0, 0];
    while (border < BUCKETS - 1 && mass + (masses[border] as number) < needed) mass += masses[border++] as number;
    const tokens: number[] = [];
    for (let token = 0; token < values.length; token++) {
      const bucket = values[token] === -Infinity ? BUCKETS : bucketOf(values[token] as number);
      if (bucket === border) tokens.push(token);
      else if (bucket > border) values[token] = -Infinity;
    }
    tokens.sort((first, second) => (values[second] as number) - (values[first] as number) || first - second);
    let kept = 0;
    while (kept < tokens.length && (mass < needed || border + kept === 0)) {
      mass += weight(values[tokens[kept++] as number] as number);
    }
    for (const token of tokens.slice(kept)) values[token] = -Infinity;
  });
}

/** Keeps tokens of at least `p` times the probability of the likeliest (Nguyen et al. 2024). @param p 0 … 1 */
export function minP(p: number): Processor {
  MASS("minP", "p", p);
  return filter(`min-p ${p}`, (values) => keepFrom(values, largest(values) + Math.log(p)));
}

/**
 * Keeps the tokens whose surprise is nearest to the expected one, up to a mass (locally typical sampling, Meister et al. 2023).
 * @param mass above 0, at most 1
 */
export function typical(mass: number): Processor {
  check.between(0, 1, true)("typical", "mass", mass);
  return filter(`typical ${mass}`, (values) => {
    const total = logSumExp(values);
    const expected = entropy(values, total);
    const distance = (token: number): number => Math.abs(expected + (values[token] as number) - total);
    const tokens: number[] = [];
    for (let token = 0; token < values.length; token++) if (values[token] !== -Infinity) tokens.push(token);
    const order = tokens.map((token) => ({ token, distance: distance(token) })).sort((a, b) => a.distance - b.distance);
    let kept = 0;
    for (let sum = 0; kept < order.length && (kept === 0 || sum < mass); kept++) {
      sum += Math.exp((values[order[kept]?.token ?? 0] as number) - total);
    }
    for (const { token } of order.slice(kept)) values[token] = -Infinity;
  });
}

/** Keeps tokens of at least this probability (Hewitt et al. 2022). @param least 0 … 1; 3e-4 … 9e-4 is usual */
export function epsilon(least: number): Processor {
  MASS("epsilon", "least", least);
  return filter(`epsilon ${least}`, (values) => keepFrom(values, Math.log(least) + logSumExp(values)));
}

/**
 * Keeps tokens of at least min(ε, √ε · exp(−H)), H the entropy (Hewitt et al. 2022): less strict where the model is unsure.
 * @param least ε: 0 … 1; 3e-4 … 4e-3 is usual
 */
export function eta(least: number): Processor {
  MASS("eta", "least", least);
  return filter(`eta ${least}`, (values) => {
    const total = logSumExp(values);
    const threshold = Math.min(Math.log(least), Math.log(least) / 2 - entropy(values, total));
    keepFrom(values, threshold + total);
  });
}

/** −Σ p log p, of values whose exponentials add up to exp(total). */
function entropy(values: Float32Array, total: number): number {
  let sum = 0;
  for (let token = 0; token < values.length; token++) {
    const logProbability = (values[token] as number) - total;
    if (logProbability !== -Infinity) sum -= Math.exp(logProbability) * logProbability;
  }
  return sum;
}

function largest(values: Float32Array): number {
  let most = -Infinity;
  for (let token = 0; token < values.length; token++)
    if ((values[token] as number) > most) most = values[token] as number;
  return most;
}

/** Forbids what is below a threshold, and the likeliest in no case. */
function keepFrom(values: Float32Array, threshold: number): void {
  forbidBelow(values, Math.min(threshold, largest(values)));
}

function forbidBelow(values: Float32Array, least: number): void {
  const limit = least - Math.abs(least) * 2 ** -50 - Number.MIN_VALUE; // below the next f64, and above the next f32
  for (let at = 0; at < values.length;) {
    const next = Math.min(values.length, firstAbove(values, at, limit));
    if (next > at) values.fill(-Infinity, at, next);
    const end = Math.min(values.length, next + TOGETHER);
    for (at = next; at < end; at++) if ((values[at] as number) < least) values[at] = -Infinity;
  }
}

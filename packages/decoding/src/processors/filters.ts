import * as check from "../arguments/checks.ts";
import { logSumExp } from "../select/log-sum-exp.ts";
import { TopK } from "../select/top-k.ts";
import { named, type Processor } from "./processor.ts";

// Each filter leaves the likeliest token at least, and works on what those before it left: probabilities are those of what
// is still possible. They are written in place, so a filter that comes after another sees −∞ where that one took tokens away.

const MASS: ReturnType<typeof check.between> = check.between(0, 1);

/** Divides by a temperature: below 1 likely tokens become likelier, above 1 all become alike. @param t above 0 */
export function temperature(t: number): Processor {
  check.between(0, Infinity, true)("temperature", "t", t);
  return named(`temperature ${t}`, (values) => {
    for (let token = 0; token < values.length; token++) values[token] = (values[token] as number) / t;
  });
}

/** Keeps the k likeliest tokens (Fan et al. 2018), and those as likely as the last of them. */
export function topK(k: number): Processor {
  check.whole(1)("topK", "k", k);
  return named(`top-k ${k}`, (values) => {
    if (k >= values.length) return;
    const best = new TopK(k);
    best.offerRow(0, 0, values);
    if (best.size < k) return;
    best.sort();
    keepFrom(values, best.score(k - 1));
  });
}

/** Keeps the smallest set of tokens whose probabilities add up to `p` (Holtzman et al. 2020). @param p 0 … 1 */
export function topP(p: number): Processor {
  MASS("topP", "p", p);
  return named(`top-p ${p}`, (values) => {
    const total = logSumExp(values);
    // Few tokens hold most of the mass, so the likeliest are looked for first and in growing numbers.
    for (let count = 64; ; count *= 8) {
      const best = new TopK(Math.min(count, values.length));
      best.offerRow(0, 0, values);
      best.sort();
      let mass = 0;
      let kept = 0;
      while (kept < best.size && (kept === 0 || mass < p)) mass += Math.exp(best.score(kept++) - total);
      if (kept === best.size && mass < p && count < values.length) continue;
      const isKept = new Set(Array.from({ length: kept }, (_, at) => best.token(at)));
      for (let token = 0; token < values.length; token++) if (!isKept.has(token)) values[token] = -Infinity;
      return;
    }
  });
}

/** Keeps tokens of at least `p` times the probability of the likeliest (Nguyen et al. 2024). @param p 0 … 1 */
export function minP(p: number): Processor {
  MASS("minP", "p", p);
  return named(`min-p ${p}`, (values) => keepFrom(values, largest(values) + Math.log(p)));
}

/**
 * Keeps the tokens whose surprise is nearest to the expected one, up to a mass (locally typical sampling, Meister et al. 2023).
 * @param mass above 0, at most 1
 */
export function typical(mass: number): Processor {
  check.between(0, 1, true)("typical", "mass", mass);
  return named(`typical ${mass}`, (values) => {
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
  return named(`epsilon ${least}`, (values) => keepFrom(values, Math.log(least) + logSumExp(values)));
}

/**
 * Keeps tokens of at least min(ε, √ε · exp(−H)), H the entropy (Hewitt et al. 2022): less strict where the model is unsure.
 * @param least ε: 0 … 1; 3e-4 … 4e-3 is usual
 */
export function eta(least: number): Processor {
  MASS("eta", "least", least);
  return named(`eta ${least}`, (values) => {
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
  const least = Math.min(threshold, largest(values));
  for (let token = 0; token < values.length; token++) {
    if ((values[token] as number) < least) values[token] = -Infinity;
  }
}

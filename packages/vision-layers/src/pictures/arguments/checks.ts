import { assertFinite, assertNumber, type Check, ValueError, wrongArgument } from "@unfoldjs/tensor-core";

/** A number for all channels, or one for each. */
export type Fill = number | readonly number[];

/** Both ends of what is drawn from. */
export type Range = readonly [low: number, high: number];

/** A share: of how many pictures something is done to. */
export const aShare: Check = (op, name, value) => {
  assertNumber(op, name, value);
  if (!(value >= 0 && value <= 1)) throw new ValueError(op, { [name]: value }, `${name} must be in [0, 1]`);
};

/** @throws ValueError unless it is a finite number, or a list of some */
export const aFill: Check = (op, name, value) => {
  if (typeof value === "number") assertFinite(op, name, value);
  else if (!isNumbers(value) || value.length === 0) throw wrongArgument(op, name, value, FILL);
};

const FILL = "a finite number, or one for each channel";

/** A range within limits: [low, high], low ≤ high. */
export function aRange(least: number, most: number): Check {
  return (op, name, value) => {
    if (isNumbers(value) && value.length === 2) {
      const [low = NaN, high = NaN] = value;
      if (low <= high && low >= least && high <= most) return;
    }
    const limits = most === Infinity ? `from ${least} up` : `from ${least} to ${most}`;
    throw wrongArgument(op, name, value, `[low, high], in order and ${limits}`);
  };
}

/** A list of so many finite numbers. */
export function someNumbers(count: number, what: string): Check {
  return (op, name, value) => {
    if (!isNumbers(value) || value.length !== count) throw wrongArgument(op, name, value, what);
  };
}

/** @throws ValueError unless it is a finite number from `least` to `most` */
export function assertWithin(op: string, name: string, value: unknown, least: number, most: number): void {
  assertFinite(op, name, value);
  if (value >= least && value <= most) return;
  const rule = most === Infinity ? `${name} must be from ${least} up` : `${name} must be from ${least} to ${most}`;
  throw new ValueError(op, { [name]: value }, rule);
}

/** True for an array of finite numbers, none of which is missing. */
export function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && Array.from(value as unknown[]).every((each) => Number.isFinite(each));
}

/** The fill of each channel. @throws ValueError unless it is one number, or as many as there are channels */
export function fillOf(op: string, fill: Fill, channels: number): readonly number[] {
  const list = typeof fill === "number" ? [fill] : fill;
  if (list.length === 1) return Array<number>(channels).fill(list[0] ?? 0);
  if (list.length === channels) return list;
  throw wrongArgument(op, "fill", fill, `a finite number, or one for each of ${channels} channels`);
}

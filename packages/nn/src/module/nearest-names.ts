import { nearest } from "@unfoldjs/tensor-core";

/** Names that are looked up: of a wrong model there are hundreds on either side. */
const LOOKED_UP = 64;

/** Of missing names those of a dict that are most likely meant: alike, and of the same kind (`weight`, `running_mean`). */
export function nearestNames(
  missing: readonly string[],
  unexpected: readonly string[],
): Readonly<Record<string, string>> {
  const kindOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
  const found = missing.slice(0, LOOKED_UP).flatMap((name) => {
    const near = nearest(
      name,
      unexpected.filter((other) => kindOf(other) === kindOf(name)),
    );
    return near === undefined ? [] : [[name, near] as const];
  });
  return Object.fromEntries(found);
}

/** The first part of all names of a dict, without which some are those that are missing: "module" of DataParallel. */
export function commonFirstPart(missing: readonly string[], unexpected: readonly string[]): string | undefined {
  const [first, ...others] = new Set(unexpected.map((name) => name.slice(0, Math.max(0, name.indexOf(".")))));
  if (first === undefined || first === "" || others.length > 0) return undefined;
  const wanted = new Set(missing);
  return unexpected.some((name) => wanted.has(name.slice(first.length + 1))) ? first : undefined;
}

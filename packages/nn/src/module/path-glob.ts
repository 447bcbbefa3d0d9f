import { nearest, ValueError } from "@unfoldjs/tensor-core";

/** A pattern, and what it says of a path. */
export interface PathGlob {
  readonly pattern: string;
  /** True for what the pattern names, and for all below it. */
  matches(path: string): boolean;
}

/**
 * Patterns of paths, as a shell has them of files, with dots between the parts: `*` stands for any letters of one part, `**` for
 * any number of parts, `?` for one letter, `{a,b}` for one of several. One that names a module is of all that it holds.
 * @example pathGlobs("freeze", ["features.{0,1,2}", "**.bias"])
 * @throws ValueError on a pattern without a letter
 */
export function pathGlobs(op: string, patterns: readonly string[]): PathGlob[] {
  return patterns.map((pattern) => {
    if (pattern === "") throw new ValueError(op, { which: '""' }, "a pattern of paths to freeze is not empty");
    const expression = new RegExp(`^(?:${alternatives(pattern).map(expressionOf).join("|")})(?:\\.|$)`, "u");
    return { pattern, matches: (path) => expression.test(path) };
  });
}

/** "a.{b,c}" as "a.b" and "a.c". */
function alternatives(pattern: string): string[] {
  const [whole, before = "", inner = "", after = ""] = /^(.*?)\{([^{}]*)\}(.*)$/su.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  return inner.split(",").flatMap((word) => alternatives(before + word + after));
}

function expressionOf(pattern: string): string {
  const parts = pattern.split(".");
  return parts
    .map((part, at) => {
      const isLast = at === parts.length - 1;
      if (part === "**") return isLast ? ".+" : "(?:[^.]+\\.)*";
      const letters = part.replaceAll(/[\\^$+()[\]{}|/-]/gu, "\\$&");
      return letters.replaceAll("*", "[^.]*").replaceAll("?", "[^.]") + (isLast ? "" : "\\.");
    })
    .join("");
}

/** @throws ValueError if one of the patterns is of none of the paths: it would freeze nothing, and nobody would know */
export function assertEachMatches(op: string, globs: readonly PathGlob[], paths: readonly string[]): void {
  for (const { pattern, matches } of globs) {
    if (paths.some(matches)) continue;
    const near = nearest(pattern, paths);
    throw new ValueError(
      op,
      { which: pattern, paths: shown([...new Set(paths)]) },
      "the pattern names nothing in this module to freeze",
      near === undefined ? "paths are those of namedParameters() and namedModules()" : `did you mean ${near}?`,
    );
  }
}

const SHOWN = 8;

function shown(paths: readonly string[]): string {
  return paths.length <= SHOWN ? paths.join(", ") : `${paths.slice(0, SHOWN).join(", ")}, … (${paths.length})`;
}

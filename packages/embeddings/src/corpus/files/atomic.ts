import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";

/**
 * Has `write` write beside the path, and gives the file its name once it is whole and on the disk: nn's `writeFile` for what writes
 * files itself, such as an engine.
 */
export async function whole<Result>(
  path: string,
  write: (partial: string) => Promise<Result> | Result,
): Promise<Result> {
  const partial = `${path}.tmp`;
  rmSync(partial, { force: true });
  try {
    const result = await write(partial);
    settle(partial, path);
    return result;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** Has the disk take a file that is complete, and gives it its name. */
export function settle(partial: string, path: string): void {
  const file = openSync(partial, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
}

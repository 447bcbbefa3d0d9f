import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Consumer } from "./consumers.ts";
import { pack } from "./pack.ts";
import { makeProject } from "./project.ts";
import { checkThreads, readResults, type Result } from "./results.ts";

/** A place for projects, with the packed packages in it. */
export interface Workshop {
  /** Makes a consumer's project, and uses the packages in it. @throws Error that says what failed */
  readonly attempt: (consumer: Consumer) => Promise<readonly Result[]>;
  readonly close: () => void;
}

export function openWorkshop(): Workshop {
  // Outside of the repository: what is installed there must not be found from here.
  const folder = mkdtempSync(join(tmpdir(), "unfold-consumers-"));
  const packed = pack(folder);
  let projects = 0;
  return {
    async attempt({ tools = {}, files, results, threads, run }) {
      const project = await makeProject(join(folder, `project-${(projects += 1)}`), packed, tools, files);
      const output = await run(project);
      checkThreads(output, threads);
      return readResults(output, results);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

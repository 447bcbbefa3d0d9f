import { readFile } from "node:fs/promises";
import { writeFile } from "@unfoldjs/nn";
import { FormatError } from "@unfoldjs/tensor-core";

const MARKS = ["<!-- results -->", "<!-- end of results -->"] as const;

/**
 * Writes what came of a study between two marks of a README, so that no figure there is typed by hand.
 * @throws FormatError unless the file has both marks once, one behind the other
 */
export async function recordResults(readme: string, results: string): Promise<void> {
  const text = await readFile(readme, "utf8");
  const [before = "", rest = "", ...more] = text.split(MARKS[0]);
  const [, after, ...others] = rest.split(MARKS[1]);
  if (after === undefined || more.length + others.length > 0) {
    throw new FormatError(
      "recordResults",
      { file: readme },
      `the file must have ${MARKS.join(" … ")} once`,
      "put both where the results are to stand",
    );
  }
  await writeFile(readme, `${before}${MARKS[0]}\n\n${results.trim()}\n\n${MARKS[1]}${after}`);
}

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright";

/** What axe finds that shuts people out: a line for each rule that is broken, with the elements that break it. */
export async function seriousProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(" ")).join(", ")})`);
}

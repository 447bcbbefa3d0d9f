import { beforeEach } from "vitest";
import { commands } from "vitest/browser";

// Loaded in the page before each file of tests; see hang-reporter.ts.
beforeEach(({ task }) => commands.beginTest(`${task.file.name} > ${task.fullTestName}`));

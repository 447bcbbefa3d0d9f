import { expect, test } from "vitest";
import { startPython } from "./python-process.ts";

test("a command that is not there is named", async () => {
  await expect(startPython("no-such-python", "eager").ask({ what: "version", key: "" })).rejects.toThrow(
    "no-such-python does not start",
  );
});

test("who ends without an answer is asked no further", async () => {
  const answers = startPython(process.execPath, "eager"); // Node takes neither -u nor Python
  await expect(answers.ask({ what: "version", key: "" })).rejects.toThrow("has ended with code");
  await expect(answers.ask({ what: "version", key: "" })).rejects.toThrow("has ended with code");
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { leading, limitSilence } from "./hang-limit.mjs";

function start(program) {
  return spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "pipe"], ...leading });
}

test("a run that says nothing any more is ended, and the tests named that had not come back", async () => {
  const child = start(`
    console.log("test kernels::slow has been running for over 60 seconds");
    console.log("test kernels::stuck has been running for over 60 seconds");
    console.log("test kernels::slow ... ok");
    setInterval(() => {}, 1000);`);
  const said = [];
  limitSilence(child, (message) => said.push(message), 2);
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  expect(said).toEqual([expect.stringMatching(/hung for 2 s.*: kernels::stuck$/)]);
});

test("a run that goes on talking is left alone", async () => {
  const child = start(`
    let left = 8;
    const timer = setInterval(() => {
      console.error("Compiling");
      if (--left === 0) clearInterval(timer);
    }, 400);`);
  const said = [];
  limitSilence(child, (message) => said.push(message), 2);
  expect(await once(child, "close")).toEqual([0, null]);
  expect(said).toEqual([]);
});

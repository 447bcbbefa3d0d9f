import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { RuntimeError, runtime, tensor, ValueError } from "../index.node.ts";

/** What a program prints that imports this package from its sources, in a process of its own. */
function printed(program: string): string {
  const source = `import { matmul, ones, runtime, tensor } from "@unfoldjs/tensor-core"; ${program}`;
  return execFileSync(
    process.execPath,
    [
      "--conditions=@unfoldjs/source",
      "--input-type=module-typescript",
      "--disable-warning=ExperimentalWarning",
      "--eval",
      source,
    ],
    { encoding: "utf8", timeout: 25_000 },
  ).trim();
}

test("options that cannot be are refused and change nothing", () => {
  const { mostThreads } = runtime.info();
  for (const threads of [0, 33, 1.5, NaN]) expect(() => runtime.configure({ threads })).toThrow(ValueError);
  tensor([1]);
  expect(() => runtime.configure({ deterministic: true, threads: 1 })).toThrow(RuntimeError);
  expect(runtime.info().mostThreads).toBe(mostThreads);
});

test("deterministic runs plain SIMD, and says why", () => {
  const program = `
    runtime.configure({ deterministic: true });
    console.log(JSON.stringify(runtime.info()));`;
  const { build, reason, missing } = JSON.parse(printed(program)) as ReturnType<typeof runtime.info>;
  expect({ build, reason, missing }).toEqual({ build: "simd", reason: "deterministic was asked for", missing: [] });
});

test("an engine without relaxed SIMD is told what is missing", () => {
  // As Node 20 answers. The core starts when it is first used, so this comes early enough.
  const program = `
    const { validate } = WebAssembly;
    WebAssembly.validate = (bytes) => !bytes.join().includes("253,133,2") && validate(bytes);
    console.log(runtime.info().build, runtime.info().missing.join());`;
  expect(printed(program)).toMatch(/^simd relaxed SIMD: it is in Node 22/);
});

test("an engine without WebAssembly, or one that may not compile it, says so and what to do, each time", () => {
  const tried = `
    for (let time = 0; time < 2; time++) {
      try {
        tensor([1]);
      } catch (error) {
        console.log(error.code, error.message.replaceAll("\\n", " "));
      }
    }`;
  const none = printed(`delete globalThis.WebAssembly; ${tried}`).split("\n");
  for (const line of none) expect(line).toMatch(/^UNFOLD_RUNTIME .*there is no WebAssembly here/);
  // As Chromium answers under a policy without 'wasm-unsafe-eval'.
  const refused = printed(`
    WebAssembly.Module = class {
      constructor() {
        throw new WebAssembly.CompileError("WebAssembly.Module(): Wasm code generation disallowed by embedder");
      }
    };
    ${tried}`).split("\n");
  for (const line of refused) expect(line).toMatch(/^UNFOLD_RUNTIME .*disallowed by embedder.*'wasm-unsafe-eval'/);
  expect([none.length, refused.length]).toEqual([2, 2]);
});

test("helpers neither keep a process alive nor keep a processor busy when there is nothing to do", () => {
  const program = `
    runtime.configure({ threads: 4 });
    const x = ones([512, 512]);
    for (let i = 0; i < 3; i++) matmul(x, x).dispose();
    while (runtime.info().threads < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    matmul(x, x).dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { user, system } = process.cpuUsage(before);
    console.log(runtime.info().threads, user + system < 250_000);`;
  // One spinning helper would use half a second of each half second; and the process ends, or this would time out.
  expect(printed(program)).toBe("4 true");
});

test("one thread starts no helper", () => {
  const program = `
    runtime.configure({ threads: 1 });
    const x = ones([512, 512]);
    for (let i = 0; i < 3; i++) matmul(x, x).dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(runtime.info().threads, runtime.info().mostThreads);`;
  expect(printed(program)).toBe("1 1");
});

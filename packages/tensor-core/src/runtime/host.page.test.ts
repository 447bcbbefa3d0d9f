import { afterEach, expect, test, vi } from "vitest";
import { pageHost } from "./host.page.ts";

afterEach(() => vi.unstubAllGlobals());

// What a page may say of itself, and what its person is told.
test.each([
  ["over plain http", { isSecureContext: false, crossOriginIsolated: false }, /not in a secure context.*https/],
  ["without headers", { isSecureContext: true, crossOriginIsolated: false }, /Cross-Origin-Opener-Policy/],
  ["without workers", { isSecureContext: true, crossOriginIsolated: true, Worker: undefined }, /no workers/],
  ["isolated", { isSecureContext: true, crossOriginIsolated: true }, /^nothing$/],
  ["isolated, in an engine that does not say if it is secure", { crossOriginIsolated: true }, /^nothing$/],
])("a page %s", (_, globals, obstacle) => {
  vi.stubGlobal("Worker", EventTarget); // Node has none
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  expect(pageHost.obstacle() ?? "nothing").toMatch(obstacle);
});

test("a helper that is terminated has ended: no event would say so", () => {
  let isTerminated = false;
  const terminate = (): void => void (isTerminated = true);
  vi.stubGlobal(
    "Worker",
    class extends EventTarget {
      postMessage = (): void => {};
      terminate = terminate;
    },
  );
  const reasons: string[] = [];
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  const helper = pageHost.startHelper({ module, memory, index: 1 }, (reason) => reasons.push(reason));
  expect(reasons).toEqual([]);
  helper.terminate();
  expect([isTerminated, reasons]).toEqual([true, ["it was terminated"]]);
});

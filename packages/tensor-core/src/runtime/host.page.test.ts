import { afterEach, expect, test, vi } from "vitest";
import { pageHost } from "./host.page.ts";

afterEach(() => vi.unstubAllGlobals());

// What a page may say of itself, and what its person is told.
test.each([
  ["over plain http", { isSecureContext: false, crossOriginIsolated: false }, /not in a secure context.*https/],
  ["without headers", { isSecureContext: true, crossOriginIsolated: false }, /Cross-Origin-Opener-Policy/],
  ["isolated", { isSecureContext: true, crossOriginIsolated: true }, undefined],
  ["isolated, in an engine that does not say if it is secure", { crossOriginIsolated: true }, undefined],
  ["without workers", { isSecureContext: true, crossOriginIsolated: true, Worker: undefined }, /no workers/],
])("a page %s", (_, globals, obstacle) => {
  vi.stubGlobal("Worker", class {});
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  if (obstacle === undefined) expect(pageHost.obstacle()).toBeUndefined();
  else expect(pageHost.obstacle()).toMatch(obstacle);
});

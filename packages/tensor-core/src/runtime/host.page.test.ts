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

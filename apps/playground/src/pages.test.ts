import { expect, test } from "vitest";
import { home, pageAt, rootFrom } from "./pages.ts";

test.each([
  ["/", "", "./"],
  ["/index.html", "", "./"],
  ["/some/where/", "", "./"],
  ["/digits/", "digits", "../"],
  ["/some/where/edges/", "edges", "../"],
  ["/edges/index.html", "edges", "../"],
])("%s is the page %j, and the first one is at %s from there", (path, id, root) => {
  expect(pageAt(path).id).toBe(id);
  expect(rootFrom(path)).toBe(root);
  expect(pageAt(path) === home).toBe(id === "");
});

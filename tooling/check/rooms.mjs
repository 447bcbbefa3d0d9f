// Reads which file imports which, types included, and finds circles among files and among rooms (folders).

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*"(\.{1,2}\/[^"]+)"|(?:^|\n)\s*import\s*"(\.{1,2}\/[^"]+)"/g;
const SOURCE = /(?<!\.test|\.test-d|\.d)\.ts$/;

/** The source files below a folder, tests aside. */
function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => SOURCE.test(path));
}

/**
 * What each file below `folder` imports of the others.
 * @returns a map from paths relative to the folder to such paths
 */
export function importsIn(folder) {
  const files = sourcesIn(folder);
  const known = new Set(files);
  const name = (path) => relative(folder, path).split(sep).join("/");
  return new Map(
    files.map((path) => {
      const targets = Array.from(readFileSync(path, "utf8").matchAll(IMPORT), ([, from, bare]) =>
        resolve(dirname(path), from ?? bare),
      );
      return [name(path), targets.filter((target) => known.has(target)).map(name)];
    }),
  );
}

/** The same arrows between rooms: the folders of the files, or the files that lie in none. */
export function arrowsBetweenRooms(imports) {
  const roomOf = (file) => (file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : file);
  const rooms = new Map();
  for (const [file, targets] of imports) {
    const room = roomOf(file);
    const arrows = rooms.get(room) ?? new Set();
    for (const target of targets) if (roomOf(target) !== room) arrows.add(roomOf(target));
    rooms.set(room, arrows);
  }
  return rooms;
}

/** The circles of a graph: each group of nodes that lead to one another (Tarjan 1972), sorted. */
export function circlesOf(graph) {
  const numbers = new Map();
  const lowest = new Map();
  const stack = [];
  const circles = [];
  const visit = (node) => {
    numbers.set(node, numbers.size);
    lowest.set(node, numbers.get(node));
    stack.push(node);
    for (const target of graph.get(node) ?? []) {
      if (!numbers.has(target)) visit(target);
      if (stack.includes(target)) lowest.set(node, Math.min(lowest.get(node), lowest.get(target)));
    }
    if (lowest.get(node) !== numbers.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) circles.push(circle.toSorted((a, b) => a.localeCompare(b)));
  };
  for (const node of graph.keys()) if (!numbers.has(node)) visit(node);
  return circles;
}

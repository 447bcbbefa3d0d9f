import { ValueError } from "@unfoldjs/tensor-core";

/** What is wanted, in a module's field or below it: the field, the way from there (`.left.0`; none in the field itself). */
export type Within<T> = [field: string, way: string, value: T];

/**
 * What `is` says yes to among the fields of `owner`, and in arrays, plain records and Maps in them, at any depth.
 * @throws ValueError if such a value contains itself, or a key on the way is no name
 */
export function valuesWithin<T>(owner: object, is: (value: unknown) => value is T): Within<T>[] {
  const found: Within<T>[] = [];
  for (const field of Object.keys(owner)) {
    const value = (owner as Readonly<Record<string, unknown>>)[field];
    if (typeof value !== "object" || value === null) continue;
    const before = found.length;
    if (is(value)) found.push([field, "", value]);
    else collect(value, field, field.length, [], is, found);
    if (found.length > before) assertName(owner.constructor.name, field, false);
  }
  return found;
}

function collect<T>(
  value: object,
  path: string,
  fieldLength: number,
  above: readonly object[],
  is: (value: unknown) => value is T,
  found: Within<T>[],
): void {
  const entries = entriesIn(value);
  if (entries === undefined) return;
  if (above.includes(value)) {
    throw new ValueError(
      "module",
      { path },
      "an array, a record or a Map in a module's field contains itself",
      "keep what has nothing to do with layers in a #private field, or in an object of a class of its own",
    );
  }
  for (const [key, inner] of entries) {
    if (typeof inner !== "object" || inner === null) continue; // the field may be a table of many numbers or words
    const way = `${path}.${typeof key === "string" || typeof key === "number" ? key : "?"}`;
    const before = found.length;
    if (is(inner)) found.push([path.slice(0, fieldLength), way.slice(fieldLength), inner]);
    else collect(inner, way, fieldLength, [...above, value], is, found);
    if (found.length > before) assertName(path, key, Array.isArray(value));
  }
}

/** What an array, a plain record or a Map holds; undefined for any other value. */
function entriesIn(value: object): Iterable<[key: unknown, inner: unknown]> | undefined {
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Map) return value.entries();
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : undefined;
}

/** @throws ValueError unless the key can be a part of a name; an array's key is a number */
function assertName(path: string, key: unknown, isArray: boolean): void {
  if (isArray || (typeof key === "string" && key !== "" && !key.includes("."))) return;
  throw new ValueError(
    "module",
    { path, key: typeof key === "string" ? JSON.stringify(key) : typeof key },
    "keys of records and Maps that hold layers, and fields that do, are parts of names: not empty strings, without a dot",
    "rename it; nest one record in another where a name has several parts",
  );
}

/** True for an array, a plain record or a Map without anything in it. */
export function isEmptyContainer(value: object): boolean {
  const entries = entriesIn(value);
  return entries !== undefined && [...entries].length === 0;
}

/** What stands at the end of a path that `valuesWithin` once gave; undefined if the path leads nowhere. */
export function valueAt(owner: object, path: string): unknown {
  let value: unknown = owner;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = value instanceof Map ? value.get(key) : (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** Puts `next` in the place that `path` leads to. @returns false if what holds the place cannot be written to */
export function putAt(owner: object, path: string, next: object): boolean {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const holder = keys.length === 0 ? owner : valueAt(owner, keys.join("."));
  if (typeof holder !== "object" || holder === null) return false;
  if (holder instanceof Map) return holder.set(last, next).get(last) === next;
  return Reflect.set(holder, last, next);
}

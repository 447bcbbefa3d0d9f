import { ValueError } from "@unfoldjs/tensor-core";

export function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The values as what all of them must be. @param kind what that is called @throws ValueError that names the first other */
export function allAs<Kind>(values: readonly unknown[], is: (value: unknown) => value is Kind, kind: string): Kind[] {
  return values.map((value, position) => {
    if (is(value)) return value;
    throw new ValueError(
      "batches",
      { wanted: kind, came: kindOf(value), position },
      "all examples of a batch must be of one kind",
      "give every example all fields, or pass a function: collate: (examples) => batch",
    );
  });
}

export function kindOf(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return "an array of other things than numbers";
  return isPlainRecord(value) ? "a record" : `a value of class ${value.constructor.name}`;
}

import { wrongArgument } from "../errors/decoding-error.ts";

/** The text of an output. @throws ValueError if the caller's function gives no string */
export function textOf(op: string, text: (tokens: Int32Array) => string, tokens: Int32Array): string {
  const given: unknown = text(tokens);
  if (typeof given !== "string") throw wrongArgument(op, "what text gives", given, "a string");
  return given;
}

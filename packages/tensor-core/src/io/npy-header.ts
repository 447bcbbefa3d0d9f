import { FormatError } from "../errors/index.ts";
import type { ElementKind } from "./element-kind.ts";
import { foreign } from "./foreign.ts";
import { npyKind } from "./npy-kind.ts";
import { isCount } from "./stored-tensor.ts";

/** `\x93NUMPY` (NEP 1). */
export const MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The header of an .npy file. */
export interface NpyHeader {
  readonly descr: string;
  readonly kind: ElementKind;
  readonly columnMajor: boolean;
  readonly shape: readonly number[];
  /** Where the elements start in the file. */
  readonly dataStart: number;
}

/** Where the bytes came from, for errors. */
export interface NpySource {
  readonly op: string;
  /** The file in an archive, or what the bytes are called. */
  readonly file: string;
}

const TRUNCATED = "the file is cut off or is not an .npy file: save it again with numpy.save";

/** The key of one `'key': value` of the header. */
const KEY = /\s*(?:'(\w+)'|"(\w+)")\s*:\s*/y;
/** A text, a truth value or a tuple without nesting; a list, which records have, is found by its brackets. */
const VALUE = /'[^']*'|"[^"]*"|True|False|\([^()]*\)/y;
const SEPARATOR = /\s*(?:,|(?=\}))/y;

/** Reads and checks the header. @throws FormatError */
export function parseNpyHeader(bytes: Uint8Array, { op, file }: NpySource): NpyHeader {
  const { text, dataStart } = headerText(bytes, { op, file });
  const fields = dictionary(text, { op, file });
  const descr = unquoted(fields.get("descr"));
  const kind = descr === undefined ? undefined : npyKind(descr);
  if (descr === undefined || kind === undefined) {
    throw new FormatError(
      op,
      { file, descr: fields.get("descr") },
      "descr must be an element type of NumPy, such as '<f4'",
      TRUNCATED,
    );
  }
  const order = fields.get("fortran_order");
  if (order !== "True" && order !== "False") {
    throw new FormatError(op, { file, fortran_order: order }, "fortran_order must be True or False", TRUNCATED);
  }
  const shape = tuple(fields.get("shape"));
  if (shape === undefined) {
    throw new FormatError(
      op,
      { file, shape: fields.get("shape") },
      "shape must be a tuple of whole numbers from 0 up",
      TRUNCATED,
    );
  }
  if (fields.size !== 3) {
    throw new FormatError(
      op,
      { file, keys: [...fields.keys()].join(", ") },
      "the header has just the keys descr, fortran_order and shape",
    );
  }
  return { descr, kind, columnMajor: order === "True", shape, dataStart };
}

/** Version 1.0 has a 16-bit length, 2.0 and 3.0 a 32-bit one; 3.0 may hold UTF-8, which only field names would need. */
function headerText(bytes: Uint8Array, { op, file }: NpySource): { text: string; dataStart: number } {
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) {
    throw foreign(
      op,
      bytes,
      `an .npy file: ${file}`,
      new FormatError(op, { file, bytes: bytes.length }, "an .npy file starts with \\x93NUMPY", TRUNCATED),
    );
  }
  const [major = 0, minor = 0] = bytes.subarray(MAGIC.length);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FormatError(
      op,
      { file, version: `${major}.${minor}` },
      "the format's version must be 1.0, 2.0 or 3.0",
      TRUNCATED,
    );
  }
  const lengthAt = MAGIC.length + 2;
  const lengthBytes = major === 1 ? 2 : 4;
  const textStart = lengthAt + lengthBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length =
    bytes.length < textStart ? Infinity : major === 1 ? view.getUint16(lengthAt, true) : view.getUint32(lengthAt, true);
  if (textStart + length > bytes.length) {
    throw new FormatError(
      op,
      { file, headerLength: length, fileBytes: bytes.length },
      "the header is longer than the file",
      TRUNCATED,
    );
  }
  const dataStart = textStart + length;
  return { text: new TextDecoder("latin1").decode(bytes.subarray(textStart, dataStart)), dataStart };
}

/** The entries of the Python dictionary that a header is, values as written. */
function dictionary(text: string, { op, file }: NpySource): Map<string, string> {
  const body = text.trim();
  const fields = new Map<string, string>();
  const broken = (rule: string): FormatError =>
    new FormatError(op, { file, header: body.slice(0, 200) }, rule, TRUNCATED);
  if (!body.startsWith("{") || !body.endsWith("}")) throw broken("the header must be a Python dictionary");
  let at = 1;
  const next = (pattern: RegExp): RegExpExecArray => {
    pattern.lastIndex = at;
    const found = pattern.exec(body);
    if (found === null) throw broken("the header must hold descr, fortran_order and shape");
    at = pattern.lastIndex;
    return found;
  };
  while (body.slice(at).trim() !== "}") {
    const [, single, double] = next(KEY);
    const key = single ?? double ?? "";
    if (fields.has(key)) throw broken(`the key ${key} stands twice`);
    const list = listAt(body, at);
    fields.set(key, list ?? next(VALUE)[0]);
    at += list?.length ?? 0;
    next(SEPARATOR);
  }
  return fields;
}

/** The list that begins at a place, to its closing bracket. */
function listAt(text: string, start: number): string | undefined {
  if (text[start] !== "[") return undefined;
  let depth = 0;
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (quote !== "") {
      if (character === "\\") at++;
      else if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "[") depth++;
    else if (character === "]" && --depth === 0) return text.slice(start, at + 1);
  }
  return undefined;
}

/** A text without its quotes; a list, as records have it, as it stands. */
function unquoted(text: string | undefined): string | undefined {
  if (text?.startsWith("[")) return text;
  return text?.startsWith("'") || text?.startsWith('"') ? text.slice(1, -1) : undefined;
}

/** `(3,)` or `(3, 4)`; a one-element tuple needs its comma, but writers other than NumPy forget it. */
function tuple(text: string | undefined): number[] | undefined {
  if (!text?.startsWith("(")) return undefined;
  const parts = text
    .slice(1, -1)
    .split(",")
    .map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const sizes = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : NaN));
  return sizes.every(isCount) ? sizes : undefined;
}

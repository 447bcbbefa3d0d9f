import { FormatError } from "../errors/index.ts";
import { byteKind, ELEMENT_KINDS, type ElementKind, unreadable } from "./element-kind.ts";
import { FLOAT8 } from "./float8.ts";
import { foreign } from "./foreign.ts";
import { duplicateKey } from "./json-keys.ts";
import { elementsOf, isCount } from "./stored-tensor.ts";

/** Element types of the format, as of safetensors 0.8. */
const SAFETENSORS_KINDS: ReadonlyMap<string, ElementKind> = new Map<string, ElementKind>([
  ["F32", ELEMENT_KINDS.f32],
  ["I32", ELEMENT_KINDS.i32],
  ["U8", ELEMENT_KINDS.u8],
  ["BOOL", ELEMENT_KINDS.bool],
  ["F16", ELEMENT_KINDS.f16],
  ["BF16", ELEMENT_KINDS.bf16],
  ["F64", ELEMENT_KINDS.f64],
  ["I8", ELEMENT_KINDS.i8],
  ["I16", ELEMENT_KINDS.i16],
  ["U16", ELEMENT_KINDS.u16],
  ["U32", ELEMENT_KINDS.u32],
  ["I64", ELEMENT_KINDS.i64],
  ["U64", ELEMENT_KINDS.u64],
  ["F8_E5M2", byteKind(FLOAT8.E5M2)],
  ["F8_E4M3", byteKind(FLOAT8.E4M3)],
  ["F8_E4M3FNUZ", byteKind(FLOAT8.E4M3FNUZ)],
  ["F8_E5M2FNUZ", byteKind(FLOAT8.E5M2FNUZ)],
  ["F8_E8M0", byteKind(FLOAT8.E8M0)],
  ...Object.entries({ F6_E2M3: 6, F6_E3M2: 6, F4: 4, C64: 64 }).map(([name, bits]): [string, ElementKind] => [
    name,
    unreadable(
      name,
      bits,
      `elements stored as ${name}`,
      "store it as 32-bit floats, for example with tensor.float() in PyTorch",
    ),
  ]),
]);

/** The length of the header is stored in as many bytes before it. */
export const LENGTH_BYTES = 8;
/** The reference implementation refuses larger ones. */
const MAX_HEADER_BYTES = 100_000_000;
const MAX_EXCERPT = 120;
const OPENING_BRACE = 0x7b;
export const METADATA = "__metadata__";

const OP = "decodeSafetensors";
const TRUNCATED = "the file is cut off or is not a safetensors file: fetch or save it again";

/** One entry of the header, checked against its element type and the size of the data. */
export interface HeaderEntry {
  readonly name: string;
  readonly storedAs: string;
  readonly kind: ElementKind;
  readonly shape: readonly number[];
  /** Bytes from the start of the data. */
  readonly begin: number;
  readonly end: number;
}

/** A header whose entries tile the data without gap or overlap. */
export interface SafetensorsHeader {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data starts in the file. */
  readonly dataStart: number;
}

/** Reads and checks all of a file but its elements. @throws FormatError */
export function parseHeader(bytes: Uint8Array): SafetensorsHeader {
  const { text, dataStart } = headerText(bytes);
  const header = parseJson(text);
  const metadata = metadataOf(header[METADATA]);
  const dataBytes = bytes.length - dataStart;
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => headerEntry(name, entry, dataBytes));
  assertTiling(entries, dataBytes);
  return { entries, metadata, dataStart };
}

function headerText(bytes: Uint8Array): { text: string; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) {
    throw unlike(
      bytes,
      new FormatError(
        OP,
        { bytes: bytes.length },
        `a file starts with the ${LENGTH_BYTES} bytes of its header's length`,
        TRUNCATED,
      ),
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const rest = bytes.length - LENGTH_BYTES;
  if (length > BigInt(Math.min(rest, MAX_HEADER_BYTES))) {
    const rule = length > BigInt(rest) ? `only ${rest} bytes follow` : `at most ${MAX_HEADER_BYTES} are allowed`;
    throw unlike(
      bytes,
      new FormatError(
        OP,
        { headerLength: String(length), fileBytes: bytes.length },
        `the header's length is too large: ${rule}`,
        TRUNCATED,
      ),
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (bytes[LENGTH_BYTES] !== OPENING_BRACE || dataStart === LENGTH_BYTES) {
    throw unlike(
      bytes,
      new FormatError(
        OP,
        { headerLength: Number(length), firstByte: bytes[LENGTH_BYTES] },
        "the header must start with {",
        TRUNCATED,
      ),
    );
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart));
    return { text, dataStart };
  } catch (cause) {
    throw new FormatError(OP, { headerLength: Number(length) }, "the header is not UTF-8", TRUNCATED, { cause });
  }
}

/** Bytes that have no header where it should be may be of another kind. */
function unlike(bytes: Uint8Array, problem: FormatError): FormatError {
  return bytes[LENGTH_BYTES] === OPENING_BRACE ? problem : foreign(OP, bytes, "a safetensors file", problem);
}

function parseJson(text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(OP, { problem: String(cause) }, "the header is not JSON", TRUNCATED, { cause });
  }
  const repeated = duplicateKey(text);
  if (repeated !== undefined) {
    throw new FormatError(
      OP,
      { name: repeated },
      "a name stands twice in the header",
      "save each tensor under a name of its own",
    );
  }
  // The text starts with a brace, so it is a record. Own keys only: a tensor may be called "__proto__".
  return header as Record<string, unknown>;
}

function metadataOf(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new FormatError(OP, { came: excerpt(value) }, `${METADATA} must be a record of texts`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      throw new FormatError(
        OP,
        { key, came: excerpt(text) },
        `${METADATA} must hold texts only`,
        "store it as JSON text",
      );
    }
  }
  return value as Record<string, string>;
}

function headerEntry(name: string, entry: unknown, dataBytes: number): HeaderEntry {
  const problem = (came: string, rule: string, fix?: string): FormatError =>
    new FormatError(OP, { tensor: name, came }, rule, fix);
  if (!isRecord(entry)) throw problem(excerpt(entry), "an entry must be { dtype, shape, data_offsets }");
  const { dtype: storedAs, shape, data_offsets: offsets } = entry;
  const kind = typeof storedAs === "string" ? SAFETENSORS_KINDS.get(storedAs) : undefined;
  if (typeof storedAs !== "string" || kind === undefined) {
    throw problem(excerpt(storedAs), `dtype must be one of ${[...SAFETENSORS_KINDS.keys()].join(", ")}`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw problem(excerpt(shape), "shape must be a list of whole numbers from 0 up");
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw problem(excerpt(offsets), "data_offsets must be two whole numbers from 0 up");
  }
  const [begin = 0, end = 0] = offsets;
  if (begin > end || end > dataBytes) {
    throw problem(
      `bytes ${begin} to ${end}`,
      `data_offsets must lie, in order, within the ${dataBytes} bytes of data`,
      TRUNCATED,
    );
  }
  const needed = (elementsOf(shape) * (kind.bits ?? 0)) / 8;
  if (end - begin !== needed) {
    throw problem(`${end - begin} bytes`, `shape [${shape.join(", ")}] of ${storedAs} takes ${needed} bytes`);
  }
  return { name, storedAs, kind, shape, begin, end };
}

/** "The byte buffer needs to be entirely indexed, and cannot contain holes" (the format's description). */
function assertTiling(entries: readonly HeaderEntry[], dataBytes: number): void {
  let filled = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== filled) {
      const rule =
        begin < filled
          ? `overlaps the tensor before it, which ends at byte ${filled}`
          : `leaves a hole after byte ${filled}`;
      throw new FormatError(
        OP,
        { tensor: name, begin, end },
        `its data ${rule}`,
        "save the file again: tensors must follow each other",
      );
    }
    filled = end;
  }
  if (filled !== dataBytes) {
    throw new FormatError(
      OP,
      { described: `${filled} bytes`, came: `${dataBytes} bytes` },
      `${dataBytes - filled} bytes at the end belong to no tensor`,
      "the file has something appended to it: fetch or save it again",
    );
  }
}

/** A value of the header as an error shows it. */
function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > MAX_EXCERPT ? `${text.slice(0, MAX_EXCERPT)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

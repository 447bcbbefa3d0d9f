import { FormatError } from "../errors/index.ts";

/** Kinds that are read elsewhere, by those who know better than this what reads them. */
type NamedKind = "zip" | "npy" | "pickle" | "safetensors" | "json";

/** What a file of another kind is called, and what reads it. */
interface Kind {
  readonly name?: NamedKind;
  readonly what: string;
  readonly fix: string;
}

const PYTORCH: Kind = {
  what: "a PyTorch file (torch.save)",
  fix: "decodePyTorch(bytes), or loadPyTorch(model, file) of @unfoldjs/nn",
};

const ZIP = "PK\x03\x04";
const EMPTY_ZIP = "PK\x05\x06";

type Test = (start: string) => boolean;
const from =
  (text: string, at = 0): Test =>
  (start) =>
    start.startsWith(text, at);

/** Kinds by what files of them start with, each byte a character. */
const STARTS: readonly (readonly [test: Test, kind: Kind])[] = [
  // The first file in PyTorch's archive; pickles of protocol 2 to 5 are its files before version 1.6, and joblib's.
  [(start) => start.startsWith(ZIP) && start.includes("data.pkl"), PYTORCH],
  [
    (start) => start.startsWith("\x80") && start.charCodeAt(1) >= 2 && start.charCodeAt(1) <= 5,
    { ...PYTORCH, name: "pickle" },
  ],
  [
    (start) => start.startsWith(ZIP) || start.startsWith(EMPTY_ZIP),
    { name: "zip", what: "a zip archive, such as NumPy's .npz", fix: "decodeNpz(bytes)" },
  ],
  [from("\x93NUMPY"), { name: "npy", what: "one array of NumPy (.npy)", fix: "decodeNpy(bytes)" }],
  [
    from("\x89HDF\r\n\x1a\n"),
    {
      what: "an HDF5 file, such as Keras's weights",
      fix: 'in Python: numpy.savez("x.npz", **{ weight.path: weight.numpy() for weight in model.weights })',
    },
  ],
  [from("\x1f\x8b\x08"), { what: "compressed by gzip", fix: 'unpack it first, as by new DecompressionStream("gzip")' }],
  [from("\x28\xb5\x2f\xfd"), { what: "compressed by zstd", fix: "unpack it first" }],
  [from("GGUF"), { what: "a GGUF file of llama.cpp", fix: "take the safetensors that such files are made from" }],
  [from("TFL3", 4), { what: "a TensorFlow Lite model", fix: "take the weights that it was made from" }],
  [from("PAR1"), { what: "a Parquet table", fix: "read it in Python and write its columns with numpy.savez" }],
  [
    from("version https://git-lfs"),
    {
      what: "a pointer of Git LFS: the file itself was not fetched",
      fix: "git lfs pull, or the address with /resolve/ in it",
    },
  ],
  [
    (start) => /^\s*<(!doctype|html|\?xml|!--)/i.test(start),
    { what: "HTML or XML: a server's answer in place of the file", fix: "look at the address, and at response.ok" },
  ],
  [
    (start) => /^\s*(\{\s*["}]|\[\s*["{\]])/.test(start),
    {
      name: "json",
      what: "JSON: a server's answer, or an index of files",
      fix: "look at the address, or read the files that it names",
    },
  ],
];
/** As many bytes as tell. */
const START_BYTES = 256;

function kindOf(bytes: Uint8Array): Kind | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, START_BYTES));
  const [, found] = STARTS.find(([test]) => test(start)) ?? [];
  return (
    found ??
    (isSafetensors(bytes)
      ? { name: "safetensors", what: "a safetensors file", fix: "decodeSafetensors(bytes)" }
      : undefined)
  );
}

/** Eight bytes of the header's length, and a brace. */
function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) <= BigInt(bytes.length - 8);
}

/**
 * The error for bytes that do not start as they should: it says what they are, if that is known.
 * @param wanted what they were taken for
 * @param otherwise what is wrong with them if nothing is known
 * @param fixes what to do about a kind, where that is another thing than for tensors
 */
export function foreign<Otherwise extends FormatError | undefined>(
  op: string,
  bytes: Uint8Array,
  wanted: string,
  otherwise: Otherwise,
  fixes: Readonly<Partial<Record<NamedKind, string>>> = {},
): FormatError | Otherwise {
  const kind = kindOf(bytes);
  if (kind === undefined) return otherwise;
  const fix = (kind.name === undefined ? undefined : fixes[kind.name]) ?? kind.fix;
  return new FormatError(op, { bytes: bytes.length, came: kind.what }, `this is not ${wanted}`, fix);
}

/** @throws FormatError if the files of an archive are those that `torch.save` puts there */
export function assertNotPyTorch(op: string, names: Iterable<string>): void {
  for (const name of names) {
    if (!/(^|\/)data\.pkl$/.test(name)) continue;
    throw new FormatError(op, { entry: name, came: PYTORCH.what }, "this is not an .npz archive", PYTORCH.fix);
  }
}

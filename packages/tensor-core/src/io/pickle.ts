import { FormatError } from "../errors/index.ts";

/** What a pickle may hold here. A dict is a Map, lists and tuples are arrays. */
export type Pickled<T> =
  | string
  | number
  | bigint
  | boolean
  | null
  | T
  | readonly Pickled<T>[]
  | ReadonlyMap<string | number | bigint | boolean | null, Pickled<T>>;

/** A name that the pickle asks for, such as "torch._utils._rebuild_tensor_v2", which is only ever compared. */
export class Global {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What the pickle's few functions make. Each gets what stands in the file, and looks at it. */
export interface Builder {
  /** @returns what the function of this name makes of its arguments; undefined if there is none of this name */
  call(name: string, inputs: readonly unknown[]): unknown;
  /** What a persistent id stands for. */
  persistent(id: unknown): unknown;
  /** True for a name that may stand in the file by itself, such as a dtype. */
  isKnown(name: string): boolean;
}

const PROTOCOL = 0x80;

/** Where a group of values starts on the stack. */
const MARK = Symbol("mark");

const CUT_OFF = "the file is cut off or damaged: save or fetch it again";
/** No name, text or number of a tensor file is near this. */
const LONG_BYTES = 8;

/**
 * Reads a pickle (PEP 307, 3154) without running anything: numbers, texts, truth values, None, lists, tuples, dicts, and
 * what `builder` knows by name. Everything else is refused by its name.
 * @throws FormatError
 */
export function unpickle(bytes: Uint8Array, op: string, builder: Builder): unknown {
  return new Unpickler(bytes, op, builder).run();
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #op: string;
  readonly #builder: Builder;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  #at = 0;

  constructor(bytes: Uint8Array, op: string, builder: Builder) {
    this.#bytes = bytes;
    this.#op = op;
    this.#builder = builder;
  }

  run(): unknown {
    for (;;) {
      const position = this.#at;
      const code = this.#byte();
      if (code === 0x2e /* STOP */) return this.#pop();
      // Protocols 0 and 1 do not say what they are; what follows would be told as strange opcodes.
      if (position === 0 && code !== PROTOCOL) {
        throw this.fault(
          { opcode: code },
          "the pickle's protocol must be 2 to 5",
          "save it again, without pickle_protocol",
        );
      }
      const act = ACTIONS[code];
      if (act === undefined) throw this.#refuse(position, code);
      act(this.machine);
    }
  }

  /** What the actions of opcodes work with. */
  readonly machine: Machine = {
    byte: () => this.#byte(),
    take: (length) => this.#take(length),
    line: () => this.#line(),
    view: (length) => {
      const start = this.#at;
      this.#take(length);
      return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, length);
    },
    push: (value) => void this.#stack.push(value),
    pop: () => this.#pop(),
    top: () => this.#top(),
    mark: () => void this.#stack.push(MARK),
    sinceMark: () => this.#sinceMark(),
    remember: (index) => void this.#memo.set(index ?? this.#memo.size, this.#top()),
    recall: (index) => {
      if (!this.#memo.has(index)) throw this.fault({ memo: index }, "the pickle recalls what it did not remember");
      this.#stack.push(this.#memo.get(index));
    },
    global: (module, name) => this.#global(`${module}.${name}`),
    reduce: () => {
      const inputs = this.#pop();
      const called = this.#pop();
      if (!(called instanceof Global) || !Array.isArray(inputs))
        throw this.fault({}, "the pickle calls what is no function");
      const made = this.#builder.call(called.name, inputs);
      if (made === undefined)
        throw this.fault({ called: called.name }, "the pickle calls it with what it does not take");
      this.#stack.push(made);
    },
    build: () => {
      const state = this.#pop();
      const subject = this.#top();
      // The `_metadata` of a state dict, an attribute of its OrderedDict, which has versions of layers.
      if (subject instanceof Map && state instanceof Map) return;
      throw this.fault({}, "the pickle sets attributes of something that has none here");
    },
    persistent: () => void this.#stack.push(this.#builder.persistent(this.#pop())),
    put: (subject, key, value) => {
      if (!(subject instanceof Map)) throw this.fault({}, "the pickle puts an entry into what is no dict");
      const isKey = key === null || ["string", "number", "bigint", "boolean"].includes(typeof key);
      if (!isKey)
        throw this.fault(
          { key: Array.isArray(key) ? "a tuple" : typeof key },
          "keys of dicts must be texts or numbers",
        );
      (subject as Map<unknown, unknown>).set(key, value);
    },
    append: (subject, values) => {
      if (!Array.isArray(subject)) throw this.fault({}, "the pickle appends to what is no list");
      for (const value of values) subject.push(value);
    },
    fault: (evidence, rule, fix) => this.fault(evidence, rule, fix),
  };

  fault(evidence: Readonly<Record<string, string | number>>, rule: string, fix: string = CUT_OFF): FormatError {
    return new FormatError(this.#op, { position: this.#at, ...evidence }, rule, fix);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw this.fault({}, "the pickle ends without its end");
    return byte;
  }

  #take(length: number): Uint8Array {
    if (!(length >= 0) || length > this.#bytes.length - this.#at) {
      throw this.fault(
        { needed: length, left: this.#bytes.length - this.#at },
        "the pickle has fewer bytes than it says",
      );
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) throw this.fault({}, "the pickle ends within a line");
    const text = textOf(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw this.fault({}, "the pickle takes more than it has put down");
    const value = this.#stack.pop();
    if (value === MARK) throw this.fault({}, "the pickle takes a mark for a value");
    return value;
  }

  #top(): unknown {
    const value = this.#stack.at(-1);
    if (this.#stack.length === 0 || value === MARK)
      throw this.fault({}, "the pickle looks at more than it has put down");
    return value;
  }

  #sinceMark(): unknown[] {
    const start = this.#stack.lastIndexOf(MARK);
    if (start === -1) throw this.fault({}, "the pickle goes back to a mark that there is not");
    const values = this.#stack.splice(start);
    return values.slice(1);
  }

  #global(name: string): void {
    if (!this.#builder.isKnown(name)) throw this.#forbidden(name);
    this.#stack.push(new Global(name));
  }

  #forbidden(name: string): FormatError {
    return new FormatError(
      this.#op,
      { asksFor: name.slice(0, 120) },
      "the file asks for something that is no tensor, dict, list, number or text; nothing of it was run",
      'in PyTorch: torch.save(model.state_dict(), "x.pt"), with plain values beside it',
    );
  }

  #refuse(position: number, code: number): FormatError {
    const name = REFUSED[code];
    const opcode = name ?? `0x${code.toString(16).padStart(2, "0")}`;
    return new FormatError(
      this.#op,
      { position, opcode },
      name === undefined
        ? "this is no opcode of a pickle"
        : "the pickle has something that is no tensor, dict, list, number or text",
      name === undefined ? CUT_OFF : 'in PyTorch: torch.save(model.state_dict(), "x.pt")',
    );
  }
}

interface Machine {
  byte(): number;
  take(length: number): Uint8Array;
  line(): string;
  view(length: number): DataView;
  push(value: unknown): void;
  pop(): unknown;
  top(): unknown;
  mark(): void;
  sinceMark(): unknown[];
  remember(index?: number): void;
  recall(index: number): void;
  global(module: string, name: string): void;
  reduce(): void;
  build(): void;
  persistent(): void;
  put(subject: unknown, key: unknown, value: unknown): void;
  append(subject: unknown, values: readonly unknown[]): void;
  fault(evidence: Readonly<Record<string, string | number>>, rule: string, fix?: string): FormatError;
}

const u32 = (machine: Machine): number => machine.view(4).getUint32(0, true);
const u64 = (machine: Machine): number => Number(machine.view(8).getBigUint64(0, true));

/** Whole numbers of up to eight bytes, little-endian and signed; those that a number holds exactly are numbers. */
function long(machine: Machine, length: number): number | bigint {
  if (length > LONG_BYTES) {
    const fix = "if it should have one: save it as a text";
    throw machine.fault({ bytes: length }, "the pickle has a whole number of more than 64 bits", fix);
  }
  let value = 0n;
  const bytes = machine.take(length);
  bytes.forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
  const signed = BigInt.asIntN(8 * length, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

/** UTF-8. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function tuple(machine: Machine, length: number): void {
  const values: unknown[] = [];
  for (let i = 0; i < length; i++) values.unshift(machine.pop());
  machine.push(values);
}

function entries(machine: Machine): void {
  const values = machine.sinceMark();
  if (values.length % 2 !== 0) throw machine.fault({}, "the pickle has a key without a value");
  const dict = machine.top();
  for (let i = 0; i < values.length; i += 2) machine.put(dict, values[i], values[i + 1]);
}

function named(machine: Machine): void {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof name !== "string" || typeof module !== "string")
    throw machine.fault({}, "the pickle names something by what is no text");
  machine.global(module, name);
}

/** By opcode, as in Python's pickletools. */
const ACTIONS: Readonly<Record<number, (machine: Machine) => void>> = {
  [PROTOCOL]: (machine) => {
    const protocol = machine.byte();
    if (protocol < 2 || protocol > 5) throw machine.fault({ protocol }, "the pickle's protocol must be 2 to 5");
  },
  0x95: (machine) => void machine.view(8), // FRAME: how long a part is, which nothing here needs
  0x28: (machine) => machine.mark(),
  0x30: (machine) => void machine.pop(),
  0x31: (machine) => void machine.sinceMark(),
  // Values
  0x4e: (machine) => machine.push(null),
  0x88: (machine) => machine.push(true),
  0x89: (machine) => machine.push(false),
  0x4a: (machine) => machine.push(machine.view(4).getInt32(0, true)),
  0x4b: (machine) => machine.push(machine.byte()),
  0x4d: (machine) => machine.push(machine.view(2).getUint16(0, true)),
  0x8a: (machine) => machine.push(long(machine, machine.byte())),
  0x8b: (machine) => machine.push(long(machine, u32(machine))),
  0x47: (machine) => machine.push(machine.view(8).getFloat64(0)),
  0x58: (machine) => machine.push(textOf(machine.take(u32(machine)))),
  0x8c: (machine) => machine.push(textOf(machine.take(machine.byte()))),
  0x8d: (machine) => machine.push(textOf(machine.take(u64(machine)))),
  // Python 2's texts
  0x54: (machine) => machine.push(textOf(machine.take(u32(machine)))),
  0x55: (machine) => machine.push(textOf(machine.take(machine.byte()))),
  // Lists, tuples, dicts
  0x5d: (machine) => machine.push([]),
  0x29: (machine) => machine.push([]),
  0x7d: (machine) => machine.push(new Map()),
  0x6c: (machine) => machine.push(machine.sinceMark()),
  0x74: (machine) => machine.push(machine.sinceMark()),
  0x85: (machine) => tuple(machine, 1),
  0x86: (machine) => tuple(machine, 2),
  0x87: (machine) => tuple(machine, 3),
  0x61: (machine) => {
    const value = machine.pop();
    machine.append(machine.top(), [value]);
  },
  0x65: (machine) => {
    const values = machine.sinceMark();
    machine.append(machine.top(), values);
  },
  0x73: (machine) => {
    const [value, key] = [machine.pop(), machine.pop()];
    machine.put(machine.top(), key, value);
  },
  0x75: entries,
  // What was there before
  0x71: (machine) => machine.remember(machine.byte()),
  0x72: (machine) => machine.remember(u32(machine)),
  0x94: (machine) => machine.remember(),
  0x68: (machine) => machine.recall(machine.byte()),
  0x6a: (machine) => machine.recall(u32(machine)),
  // Names, and what is made by them
  0x63: (machine) => {
    const module = machine.line();
    machine.global(module, machine.line());
  },
  0x93: named,
  0x52: (machine) => machine.reduce(),
  0x62: (machine) => machine.build(),
  0x51: (machine) => machine.persistent(),
};

/** Opcodes of what no file of tensors needs. */
const REFUSED: Readonly<Record<number, string>> = {
  0x42: "BINBYTES",
  0x43: "SHORT_BINBYTES",
  0x46: "FLOAT",
  0x49: "INT",
  0x4c: "LONG",
  0x50: "PERSID",
  0x53: "STRING",
  0x56: "UNICODE",
  0x64: "DICT",
  0x67: "GET",
  0x69: "INST",
  0x6f: "OBJ",
  0x70: "PUT",
  0x32: "DUP",
  0x81: "NEWOBJ",
  0x82: "EXT1",
  0x83: "EXT2",
  0x84: "EXT4",
  0x8e: "BINBYTES8",
  0x8f: "EMPTY_SET",
  0x90: "ADDITEMS",
  0x91: "FROZENSET",
  0x92: "NEWOBJ_EX",
  0x96: "BYTEARRAY8",
  0x97: "NEXT_BUFFER",
  0x98: "READONLY_BUFFER",
};

import type { PickleMachine } from "./pickle-machine.ts";

/** The first opcode of a pickle. */
export const PROTOCOL = 0x80;
/** The end of a pickle. */
export const STOP = 0x2e;

function tuple(machine: PickleMachine, length: number): void {
  const values: unknown[] = [];
  for (let i = 0; i < length; i++) values.unshift(machine.pop());
  machine.push(values);
}

function entries(machine: PickleMachine): void {
  const values = machine.sinceMark();
  if (values.length % 2 !== 0) throw machine.fault({}, "the pickle has a key without a value");
  const dict = machine.top();
  for (let i = 0; i < values.length; i += 2) machine.put(dict, values[i], values[i + 1]);
}

function named(machine: PickleMachine): void {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof name !== "string" || typeof module !== "string")
    throw machine.fault({}, "the pickle names something by what is no text");
  machine.global(module, name);
}

/** By opcode, as in Python's pickletools. */
export const ACTIONS: Readonly<Record<number, (machine: PickleMachine) => void>> = {
  [PROTOCOL]: (machine) => {
    const protocol = machine.bytes.byte();
    if (protocol < 2 || protocol > 5) throw machine.fault({ protocol }, "the pickle's protocol must be 2 to 5");
  },
  0x95: (machine) => void machine.bytes.view(8), // FRAME: how long a part is, which nothing here needs
  0x28: (machine) => machine.mark(),
  0x30: (machine) => void machine.pop(),
  0x31: (machine) => void machine.sinceMark(),
  // Values
  0x4e: (machine) => machine.push(null),
  0x88: (machine) => machine.push(true),
  0x89: (machine) => machine.push(false),
  0x4a: (machine) => machine.push(machine.bytes.view(4).getInt32(0, true)),
  0x4b: (machine) => machine.push(machine.bytes.byte()),
  0x4d: (machine) => machine.push(machine.bytes.view(2).getUint16(0, true)),
  0x8a: (machine) => machine.push(machine.bytes.long(machine.bytes.byte())),
  0x8b: (machine) => machine.push(machine.bytes.long(machine.bytes.u32())),
  0x47: (machine) => machine.push(machine.bytes.view(8).getFloat64(0)),
  0x58: (machine) => machine.push(machine.bytes.text(machine.bytes.u32())),
  0x8c: (machine) => machine.push(machine.bytes.text(machine.bytes.byte())),
  0x8d: (machine) => machine.push(machine.bytes.text(machine.bytes.u64())),
  // Python 2's texts
  0x54: (machine) => machine.push(machine.bytes.text(machine.bytes.u32())),
  0x55: (machine) => machine.push(machine.bytes.text(machine.bytes.byte())),
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
  0x71: (machine) => machine.remember(machine.bytes.byte()),
  0x72: (machine) => machine.remember(machine.bytes.u32()),
  0x94: (machine) => machine.remember(),
  0x68: (machine) => machine.recall(machine.bytes.byte()),
  0x6a: (machine) => machine.recall(machine.bytes.u32()),
  // Names, and what is made by them
  0x63: (machine) => {
    const module = machine.bytes.line();
    machine.global(module, machine.bytes.line());
  },
  0x93: named,
  0x52: (machine) => machine.reduce(),
  0x62: (machine) => machine.build(),
  0x51: (machine) => machine.persistent(),
};

/** Objects, bytes and sets, for those who know what to make of them. A set is an array. */
export const OBJECTS: Readonly<Record<number, (machine: PickleMachine) => void>> = {
  0x42: (machine) => machine.push(machine.bytes.take(machine.bytes.u32())),
  0x43: (machine) => machine.push(machine.bytes.take(machine.bytes.byte())),
  0x8e: (machine) => machine.push(machine.bytes.take(machine.bytes.u64())),
  0x81: (machine) => machine.object(),
  0x91: (machine) => machine.push(machine.sinceMark()),
};

/** Opcodes of what no file of tensors needs. */
export const REFUSED: Readonly<Record<number, string>> = {
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

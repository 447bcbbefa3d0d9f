import type { FormatError } from "../errors/index.ts";
import { PickleBytes } from "./pickle-bytes.ts";
import { PickleMachine } from "./pickle-machine.ts";
import { ACTIONS, OBJECTS, PROTOCOL, REFUSED, STOP } from "./pickle-opcodes.ts";
import type { Builder } from "./pickled.ts";

/**
 * Reads a pickle (PEP 307, 3154) without running anything: numbers, texts, truth values, None, lists, tuples, dicts, and
 * what `builder` knows by name. Everything else is refused by its name.
 * @throws FormatError
 */
export function unpickle(bytes: Uint8Array, op: string, builder: Builder): unknown {
  const machine = new PickleMachine(new PickleBytes(bytes, op), builder);
  for (;;) {
    const { position } = machine.bytes;
    const code = machine.bytes.byte();
    if (code === STOP) return machine.pop();
    // Protocols 0 and 1 do not say what they are; what follows would be told as strange opcodes.
    if (position === 0 && code !== PROTOCOL) {
      const rule = "the pickle's protocol must be 2 to 5";
      throw machine.bytes.fault({ opcode: code }, rule, "save it again, without pickle_protocol");
    }
    const act = ACTIONS[code] ?? (builder.object === undefined ? undefined : OBJECTS[code]);
    if (act === undefined) throw refused(machine.bytes, position, code, builder.fix);
    act(machine);
  }
}

const IN_PYTORCH = 'in PyTorch: torch.save(model.state_dict(), "x.pt")';

function refused(bytes: PickleBytes, position: number, code: number, fix: string = IN_PYTORCH): FormatError {
  const name = REFUSED[code];
  if (name === undefined) {
    const opcode = `0x${code.toString(16).padStart(2, "0")}`;
    return bytes.fault({ position, opcode }, "this is no opcode of a pickle");
  }
  const rule = "the pickle has something that is no tensor, dict, list, number or text";
  return bytes.fault({ position, opcode: name }, rule, fix);
}

import type { FormatError } from "../errors/index.ts";
import type { PickleBytes } from "./pickle-bytes.ts";
import { type Builder, Global } from "./pickled.ts";

/** Where a group of values starts on the stack. */
const MARK = Symbol("mark");

/** What the opcodes of a pickle work on: a stack of values, and those that are to be recalled. */
export class PickleMachine {
  readonly bytes: PickleBytes;
  readonly #builder: Builder;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(bytes: PickleBytes, builder: Builder) {
    this.bytes = bytes;
    this.#builder = builder;
  }

  fault(evidence: Readonly<Record<string, string | number>>, rule: string): FormatError {
    return this.bytes.fault(evidence, rule);
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw this.fault({}, "the pickle takes more than it has put down");
    const value = this.#stack.pop();
    if (value === MARK) throw this.fault({}, "the pickle takes a mark for a value");
    return value;
  }

  top(): unknown {
    const value = this.#stack.at(-1);
    if (this.#stack.length === 0 || value === MARK)
      throw this.fault({}, "the pickle looks at more than it has put down");
    return value;
  }

  mark(): void {
    this.#stack.push(MARK);
  }

  /** What was put down since the last mark, which is gone with it. */
  sinceMark(): unknown[] {
    const start = this.#stack.lastIndexOf(MARK);
    if (start === -1) throw this.fault({}, "the pickle goes back to a mark that there is not");
    return this.#stack.splice(start).slice(1);
  }

  /** @param index the next one unless said */
  remember(index: number = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw this.fault({ memo: index }, "the pickle recalls what it did not remember");
    this.#stack.push(this.#memo.get(index));
  }

  /** Puts a name down, if it is a known one: it is compared, and never looked up. */
  global(module: string, name: string): void {
    const whole = `${module}.${name}`;
    if (this.#builder.isKnown(whole)) this.#stack.push(new Global(whole));
    else throw this.#forbidden(whole);
  }

  /** What a known function makes of its arguments. */
  reduce(): void {
    const [inputs, called] = [this.pop(), this.pop()];
    if (!(called instanceof Global) || !Array.isArray(inputs))
      throw this.fault({}, "the pickle calls what is no function");
    const made = this.#builder.call(called.name, inputs);
    if (made === undefined) throw this.fault({ called: called.name }, "the pickle calls it with what it does not take");
    this.#stack.push(made);
  }

  /** An object of a known class. */
  object(): void {
    const [inputs, named] = [this.pop(), this.pop()];
    const isPlain = named instanceof Global && Array.isArray(inputs) && inputs.length === 0;
    const made = isPlain ? this.#builder.object?.(named.name) : undefined;
    if (made === undefined) throw this.fault({}, "the pickle makes an object of a class that it must not");
    this.#stack.push(made);
  }

  build(): void {
    const state = this.pop();
    if (this.#builder.build?.(this.top(), state) === true) return;
    // The `_metadata` of a state dict, an attribute of its OrderedDict, which has versions of layers.
    if (this.top() instanceof Map && state instanceof Map) return;
    throw this.fault({}, "the pickle sets attributes of something that has none here");
  }

  persistent(): void {
    this.#stack.push(this.#builder.persistent(this.pop()));
  }

  put(subject: unknown, key: unknown, value: unknown): void {
    if (!(subject instanceof Map)) throw this.fault({}, "the pickle puts an entry into what is no dict");
    const isKey = key === null || ["string", "number", "bigint", "boolean"].includes(typeof key);
    if (!isKey) {
      const came = Array.isArray(key) ? "a tuple" : typeof key;
      throw this.fault({ key: came }, "keys of dicts must be texts or numbers");
    }
    (subject as Map<unknown, unknown>).set(key, value);
  }

  append(subject: unknown, values: readonly unknown[]): void {
    if (!Array.isArray(subject)) throw this.fault({}, "the pickle appends to what is no list");
    for (const value of values) subject.push(value);
  }

  #forbidden(name: string): FormatError {
    return this.bytes.fault(
      { asksFor: name.slice(0, 120) },
      "the file asks for something that is no tensor, dict, list, number or text; nothing of it was run",
      this.#builder.fix ?? 'in PyTorch: torch.save(model.state_dict(), "x.pt"), with plain values beside it',
    );
  }
}

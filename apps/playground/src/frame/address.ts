/** A part of a lab's state as the address holds it. */
export interface Field<Value> {
  readonly fallback: Value;
  /** Undefined for a text that makes no sense. */
  read(text: string): Value | undefined;
  write(value: Value): string;
}

/** The state of a lab, field by field. */
export type Fields<State> = { readonly [Name in keyof State]: Field<State[Name]> };

/** A number within bounds. */
export function number(
  fallback: number,
  { min, max, whole = false }: { min: number; max: number; whole?: boolean },
): Field<number> {
  return {
    fallback,
    read(text) {
      const value = Number(text);
      const fits = text.trim() !== "" && value >= min && value <= max && (!whole || Number.isInteger(value));
      return fits ? rounded(value) : undefined;
    },
    write: (value) => String(rounded(value)),
  };
}

/** With the digits that an address has: what is read is what will be written. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** A field that may also be without a value, which is how it usually is. */
export function optional<Value>({ read, write }: Pick<Field<Value>, "read" | "write">): Field<Value | undefined> {
  return { fallback: undefined, read, write: (value) => (value === undefined ? "" : write(value)) };
}

/** One of some values. */
export function oneOf<const Value extends string | number>(fallback: Value, values: readonly Value[]): Field<Value> {
  return { fallback, read: (text) => values.find((value) => String(value) === text), write: String };
}

/** A state out of an address's query, and the names of what was there and made no sense: those are as if absent. */
export function readState<State>(fields: Fields<State>, query: URLSearchParams): { state: State; refused: string[] } {
  const state: Partial<State> = {};
  const refused: string[] = [];
  for (const name of namesOf(fields)) {
    const text = query.get(name);
    const value = text === null ? undefined : fields[name].read(text);
    if (text !== null && value === undefined) refused.push(name);
    state[name] = value ?? fields[name].fallback;
  }
  return { state: state as State, refused }; // every field has been filled
}

/** A query that `readState` makes the same state of; what is as usual is left out. */
export function writeState<State>(fields: Fields<State>, state: State): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of namesOf(fields)) {
    const text = fields[name].write(state[name]);
    if (text !== fields[name].write(fields[name].fallback)) query.set(name, text);
  }
  return query;
}

function namesOf<State>(fields: Fields<State>): (keyof State & string)[] {
  return Object.keys(fields) as (keyof State & string)[];
}

import { type Call, type Handler, withHandler } from "../dispatch/handler.ts";
import type { AnyTensor } from "../dispatch/op.ts";
import { type Evidence, NonFiniteError } from "../errors/index.ts";
import { borrow } from "../create/convert.ts";

/**
 * Runs `f` and stops at the first op that makes a NaN or an infinity, naming it, what it was given, and where in the
 * result the first one stands. Every result is looked at: for finding a fault, not for every day. Gradients taken inside
 * `f` are looked at too.
 *
 * @example trapNonFinite(() => backward(model, () => loss(model.forward(x), y)));
 * @throws NonFiniteError
 */
export function trapNonFinite<R>(f: () => R): R {
  return withHandler(trap, f);
}

const trap: Handler = {
  name: "trapNonFinite",
  handle(call, next) {
    const result = next();
    const at = result.dtype === "f32" ? firstNonFinite(result) : -1;
    if (at < 0) return result;
    const error = nonFinite(call, result, at);
    result.dispose();
    throw error;
  },
};

function firstNonFinite(x: AnyTensor): number {
  return borrow(x, (values) => values.findIndex((value) => !Number.isFinite(value)));
}

function nonFinite(call: Call, result: AnyTensor, at: number): NonFiniteError {
  const came: Record<string, Evidence> = {};
  for (const name in call.inputs) {
    const input = call.inputs[name];
    if (input !== undefined) came[name] = `[${input.shape.join(", ")}] ${extent(input)}`;
  }
  const value = borrow(result, (values) => values[at]);
  return new NonFiniteError(
    call.op.name,
    { ...came, result: result.shape, position: at, value },
    `made ${value} out of ${Object.values(call.inputs).some((input) => input !== undefined && firstNonFinite(input) >= 0) ? "input that holds such values already" : "finite numbers"}`,
    "look at the range of what it was given: a logarithm or division of 0, an exponential that overflows, a rate too high",
  );
}

/** The range of a tensor's elements, for the message. */
function extent(x: AnyTensor): string {
  if (x.size === 0) return "empty";
  return borrow(x, (values) => {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return `from ${low} to ${high}`;
  });
}

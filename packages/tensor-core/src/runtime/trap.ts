/**
 * Whether what was thrown is the engine's complaint that calls nest too deep. Firefox has an error of its own for it. Here and
 * below by plain searches: where the stack is nearly full, a regular expression is a SyntaxError.
 */
export function isStackOverflow(error: unknown): error is Error {
  return (
    (error instanceof RangeError && error.message.includes("call stack")) ||
    (error instanceof Error && error.name === "InternalError" && error.message.includes("recursion"))
  );
}

/**
 * Whether a call into the core ended in the midst of it, so that what it left in the heap is unknown. A kernel whose stack
 * is full is one, too. Not so where it was full before the first of the core's functions had begun: then the recursion is the
 * caller's, and nothing has happened yet.
 */
export function isTrap(error: unknown): error is Error {
  if (typeof WebAssembly !== "undefined" && error instanceof WebAssembly.RuntimeError) return true;
  return isStackOverflow(error) && innermostInCore(error.stack ?? "") > 1;
}

/** How many of the innermost calls on a stack are of the core's functions, as the engines write them. */
function innermostInCore(stack: string): number {
  const calls = stack.split("\n").filter((line) => line.trimStart().startsWith("at ") || line.includes("@")); // V8 begins with the message
  const others = calls.findIndex((line) => !line.includes("wasm-function["));
  return others < 0 ? calls.length : others;
}

import { refusePromise } from "../arguments/refuse-promise.ts";

/** What a processor is told of the hypothesis whose next token is looked for. */
export interface ProcessorContext {
  /** The tokens before those that are generated. */
  readonly prompt: Int32Array;
  /** The tokens generated so far. */
  readonly tokens: Int32Array;
  /** Which of the prompts. */
  readonly sentence: number;
  /** The most tokens that may be generated. */
  readonly maxLength: number;
  readonly stopTokens: ReadonlySet<number>;
}

/**
 * Changes the log-probabilities of the next token, in place: −∞ forbids it. A plain function; its name is told where the
 * order of processors is.
 */
export type Processor = (logProbabilities: Float32Array, context: ProcessorContext) => void;

/** Processors that are several know their parts. */
interface Composed extends Processor {
  readonly parts?: readonly string[];
}

/**
 * Runs processors over one row, in their order.
 * @throws ValueError for one that gives a promise: nobody waits for it, and what it changed later would come too late
 */
export function process(
  op: string,
  processors: readonly Processor[],
  values: Float32Array,
  context: ProcessorContext,
): void {
  for (const processor of processors) {
    refusePromise(
      op,
      processor.name === "" ? "a processor" : `the processor ${processor.name}`,
      processor(values, context),
    );
  }
}

/** Gives a processor a name that says its setting, whatever a bundler calls functions. */
export function named(name: string, processor: Processor): Processor {
  return Object.defineProperty(processor, "name", { value: name });
}

/** The names of processors in the order in which they run. */
export function orderOf(processors: readonly Processor[]): string[] {
  return processors.flatMap(
    (processor: Composed) => processor.parts ?? [processor.name === "" ? "(a function)" : processor.name],
  );
}

/** All tokens of a hypothesis, its prompt included. */
export function* tokensOf({ prompt, tokens }: ProcessorContext): Generator<number> {
  yield* prompt;
  yield* tokens;
}

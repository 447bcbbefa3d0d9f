import { runtime } from "@unfoldjs/tensor-core";
import { expose } from "comlink";

/** What every lab's worker answers, besides its own functions: whether it is alive. */
export interface Alive {
  ping(): void;
}

/** The labs' networks are small: more threads than these only wait for each other. */
const MOST_THREADS = 8;

/**
 * Offers a lab's functions to its page. To be called while the worker's module runs, so that no message is missed.
 *
 * The page keeps a core for itself: threads that wait for work turn round and round, and what is pressed meanwhile would
 * be drawn late. Results are the same bits on any number of threads.
 */
export function serve(api: object): void {
  runtime.configure({ threads: Math.min(MOST_THREADS, Math.max(1, navigator.hardwareConcurrency - 1)) });
  expose({ ...api, ping() {} } satisfies Alive & object);
}

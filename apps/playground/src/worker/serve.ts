import { expose } from "comlink";

/** What every lab's worker answers, besides its own functions: whether it is alive. */
export interface Alive {
  ping(): void;
}

/** Offers a lab's functions to its page. To be called while the worker's module runs, so that no message is missed. */
export function serve(api: object): void {
  expose({ ...api, ping() {} } satisfies Alive & object);
}

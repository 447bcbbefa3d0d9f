import { type Place, shared } from "../shared/shared.ts";
import type { AnyModule } from "./any-module.ts";
import { type Home, homeOf } from "./strangers.ts";

/** A module whose forward is running. */
export interface Running {
  readonly module: AnyModule;
  readonly outer: Running | undefined;
  /** The model that it is a member of, as far as those around it hold it. */
  readonly home: Home;
}

const innermost: Place<Running | undefined> = shared("running module", () => undefined);

/** The innermost module whose forward is running. */
export function runningModule(): AnyModule | undefined {
  return innermost.value?.module;
}

/** Notes that the forward of `module` runs from now on. @returns what ran around it, for `leave` */
export function enter(module: AnyModule): Running | undefined {
  const outer = innermost.value;
  innermost.value = { module, outer, home: homeOf(module, outer) };
  return outer;
}

/** Notes that it has ended. @param outer what `enter` gave */
export function leave(outer: Running | undefined): void {
  innermost.value = outer;
}

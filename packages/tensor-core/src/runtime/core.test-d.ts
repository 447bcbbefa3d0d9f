import { expectTypeOf, test } from "vitest";
import type { CoreExports } from "../../wasm/core.js";

test("draws return nothing: how far one moves its counter is reserved before it runs", () => {
  type Draw = Extract<keyof CoreExports, `random_${string}`>;
  expectTypeOf<Draw>().not.toBeNever();
  expectTypeOf<ReturnType<CoreExports[Draw]>>().toEqualTypeOf<void>();
});

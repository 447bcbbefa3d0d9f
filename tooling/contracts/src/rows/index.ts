import type { Row } from "../row.ts";
import { tensorCore } from "./tensor-core.ts";

/** The rows of each package. */
export const packages: Readonly<Record<"tensor-core", Readonly<Record<string, Row>>>> = {
  "tensor-core": tensorCore,
};

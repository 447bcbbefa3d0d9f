import type { projectFamily } from "@unfoldjs/tensor-core";
import type { CasesOf } from "../../op-case.ts";
import { tSneCases } from "./t-sne.ts";

export const projectCases: CasesOf<typeof projectFamily> = { ...tSneCases };

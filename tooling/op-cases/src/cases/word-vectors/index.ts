import type { wordVectorsFamily } from "@unfoldjs/tensor-core";
import type { CasesOf } from "../../op-case.ts";
import { gloveCases } from "./glove.ts";
import { learnCases } from "./learn.ts";

export const wordVectorsCases: CasesOf<typeof wordVectorsFamily> = { ...gloveCases, ...learnCases };

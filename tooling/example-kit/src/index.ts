export { type CommonOptions, exampleCommand, runCommand, wholeNumber } from "./command.ts";
export { type Estimate, estimate } from "./estimate.ts";
export { lossCurveToSvg } from "./loss-curve.ts";
export { LossRecord } from "./loss-record.ts";
export { OutputFolder } from "./output-folder.ts";
export { fetchedModel, MODEL_PACKAGE, type ModelFiles, modelFiles } from "./sentence-model.ts";
export { currentTerminal, onGrey, pixelPair, type Terminal, tinted } from "./terminal.ts";
export { fileInZip } from "./zip.ts";

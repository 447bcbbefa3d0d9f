export { type CommonOptions, exampleCommand, runCommand, wholeNumber } from "./command.ts";
export { lossCurveToSvg } from "./loss-curve.ts";
export { LossRecord } from "./loss-record.ts";
export { OutputFolder } from "./output-folder.ts";
export { currentTerminal, onGrey, pixelPair, type Terminal, tinted } from "./terminal.ts";

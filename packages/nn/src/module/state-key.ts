import { assertString } from "@unfoldjs/tensor-core";
/**
 * PyTorch's name for a path of our fields: `encoder.weightIh` is `encoder.weight_ih`. A field that begins with a capital,
 * such as `Conv2d_1a_3x3`, is no word in camel case and keeps its name. Keys of records and Maps in a path are no fields'
 * names; in a state dict they stay as they are.
 */
export function stateKey(path: string): string {
  assertString("stateKey", "path", path);
  return path
    .split(".")
    .map((field) => (/^[A-Z]/.test(field) ? field : field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)))
    .join(".");
}

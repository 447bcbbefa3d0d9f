/**
 * PyTorch's name for a path of our fields: `encoder.weightIh` is `encoder.weight_ih`. Keys of records and Maps in a path
 * are no fields' names; in a state dict they stay as they are.
 */
export function stateKey(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

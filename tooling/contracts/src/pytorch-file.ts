/** An empty dict as torch.save writes one: an archive of a pickle. */
const EMPTY_DICT =
  "UEsDBBQAAAAAAAAAIQA9t96JBAAAAAQAAAAKAAAAYS9kYXRhLnBrbIACfS5QSwECFAMUAAAAAAAAACEAPbfeiQQAAAAEAAAACgAAAAAAAAAAAAAAgAEAAAAAYS9kYXRhLnBrbFBLBQYAAAAAAQABADgAAAAsAAAAAAA=";

export function pyTorchFile(): Uint8Array {
  return Uint8Array.from(atob(EMPTY_DICT), (character) => character.charCodeAt(0));
}

export const en = {
  product: "Unfold",
  tagline: "deep learning you can take apart",
  labs: "Labs",
  language: "Language",
  light: "Light",
  dark: "Dark",
  copyLink: "Copy link",
  copyCode: "Copy code",
  savePicture: "Save picture",
  copied: "Copied",
  saved: "Saved",
  failed: "That did not work",
  insecureCopy:
    "Browsers let a page copy only if it comes from https or from this machine; this one comes over plain http. It is selected here: copy it yourself.",
  refusedCopy: "The browser did not let the page copy. It is selected here: copy it yourself.",
  toSelect: "To copy",
  letGo: "Let go",
  toPin: "A click keeps it here.",
  showCode: "Show the code",
  codeWhy:
    "This is what the page runs now. It runs as it stands in a clone of Unfold: its first lines say how. The packages are not on npm yet.",
  more: "More",
  less: "Less",
  loading: "Loading",
  missing: "This browser could go faster:",
  close: "Close",
  refused: (names: string) => `The link has settings that make no sense (${names}); the usual ones stand in for them.`,
  workerLost: (reason: string) => `The part that computes ended (${reason}) and was started again.`,
  notLoaded: "This lab could not be loaded. Is the server still running?",
  nowhere: "There is no page here",
  nowhereWhy: "Nothing stands at this address. It may have been shortened on its way, or mistyped.",
  toHome: "To the first page",
  curvesMissing: "The curves could not be loaded. Is the server still running?",
  again: "Try again",
};

/** The texts of the frame around every lab. */
export type FrameTexts = typeof en;

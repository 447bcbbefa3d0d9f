/** A text that somebody has said the class of. */
export interface Example {
  readonly text: string;
  readonly label: string;
}

/** What came of learning. */
export interface Learned {
  readonly classes: readonly string[];
  /** Share of the examples that are told right while they are left out; undefined where a class has a single one. */
  readonly accuracy: number | undefined;
  readonly seconds: number;
  readonly isTuned: boolean;
}

/** Probabilities, in the order of the classes. */
export interface Answer {
  readonly classes: readonly string[];
  readonly probabilities: readonly number[];
}

/** What the page asks its worker for. */
export type Ask =
  | { readonly kind: "ping" }
  | { readonly kind: "open" }
  | { readonly kind: "learn"; readonly examples: readonly Example[] }
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "tune"; readonly examples: readonly Example[]; readonly iterations: number }
  | { readonly kind: "cancel" }
  | { readonly kind: "undo" };

/** How far something has come, from 0 to 1. */
export interface Progress {
  readonly share: number;
  readonly text: string;
}

/** What each is answered with. */
export interface Answers {
  readonly ping: null;
  readonly open: { readonly threads: number };
  readonly learn: Learned;
  readonly answer: Answer;
  readonly tune: Learned;
  readonly cancel: null;
  readonly undo: null;
}

/** What the worker says: a result, an error, or how far it is. */
export type Told =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly progress: Progress };

import { UnfoldError } from "./unfold-error.ts";

export { isUnfoldError, UnfoldError, type Evidence } from "./unfold-error.ts";

/** Sizes, ranks or axes that do not fit together. */
export class ShapeError extends UnfoldError {
  static override readonly name: string = "ShapeError";
  readonly code = "UNFOLD_SHAPE";
}

/** An element type that the op does not take, or two that differ. */
export class DTypeError extends UnfoldError {
  static override readonly name: string = "DTypeError";
  readonly code = "UNFOLD_DTYPE";
}

/** An argument outside of what it may be: an unknown option, a negative rate, a size that is not whole. */
export class ValueError extends UnfoldError {
  static override readonly name: string = "ValueError";
  readonly code = "UNFOLD_VALUE";
}

/** An index or a class label outside of its range. */
export class IndexError extends UnfoldError {
  static override readonly name: string = "IndexError";
  readonly code = "UNFOLD_INDEX";
}

/** A tensor that was used after `dispose`, or after the scope that owned it ended. */
export class DisposedError extends UnfoldError {
  static override readonly name: string = "DisposedError";
  readonly code = "UNFOLD_DISPOSED";
}

/** A function given to `scope`, `noGrad` or a gradient call that does not do what these need, such as one that is async. */
export class ScopeError extends UnfoldError {
  static override readonly name: string = "ScopeError";
  readonly code = "UNFOLD_SCOPE";
}

/** The heap cannot grow any more. Nothing was changed; the library goes on working. */
export class OutOfMemoryError extends UnfoldError {
  static override readonly name: string = "OutOfMemoryError";
  readonly code = "UNFOLD_OUT_OF_MEMORY";
}

/** A file, or bytes, that are not what they say they are. */
export class FormatError extends UnfoldError {
  static override readonly name: string = "FormatError";
  readonly code = "UNFOLD_FORMAT";
}

/** A file, a package or a data set that is needed and not there. */
export class NotFoundError extends UnfoldError {
  static override readonly name: string = "NotFoundError";
  readonly code = "UNFOLD_NOT_FOUND";
}

/** A file that is there and cannot be read, or a place that cannot be written to: no permission, a full disk. */
export class FileError extends UnfoldError {
  static override readonly name: string = "FileError";
  readonly code = "UNFOLD_FILE";
}

/** A gradient that cannot be had: not on the tape, no rule, or a saved value that was overwritten. */
export class GradientError extends UnfoldError {
  static override readonly name: string = "GradientError";
  readonly code = "UNFOLD_GRADIENT";
}

/** NaN or an infinity, where `trapNonFinite` looks for them. */
export class NonFiniteError extends UnfoldError {
  static override readonly name: string = "NonFiniteError";
  readonly code = "UNFOLD_NON_FINITE";
}

/** The runtime cannot start or go on: no SIMD, two versions on one page, or a trap inside a kernel. */
export class RuntimeError extends UnfoldError {
  static override readonly name: string = "RuntimeError";
  readonly code = "UNFOLD_RUNTIME";
}

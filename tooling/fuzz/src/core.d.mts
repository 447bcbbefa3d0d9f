/** Which build of the core workers run on. */
export interface Core {
  readonly name: string;
  /** Options of Node that have a worker use it. */
  readonly flags: readonly string[];
}

/** The build whose bindings check every range that they reach, if `folder` holds one of the present sources; else the ordinary one. */
export declare function coreToTry(folder?: string): Core;

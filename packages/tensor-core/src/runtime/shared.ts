import type { CoreExports } from "../../wasm/core.js";
import { RuntimeError } from "../errors/index.ts";
import type { Host, RunningHelper } from "./host.ts";
import { VERSION } from "./version.ts";

/** A build of the crate. */
export type Build = "simd" | "relaxed";

/** What `runtime.configure` was asked for. */
export interface Settings {
  /** undefined: as many as the machine runs at once */
  readonly threads: number | undefined;
  readonly deterministic: boolean;
}

/** What waits until the last helper has left. */
export interface Leaving {
  readonly done: Promise<void>;
  readonly finish: () => void;
}

/** Where and why the core stopped. */
export interface Stop {
  readonly op: string;
  readonly why: string;
}

/** The threads of a core that share its work. */
export interface Crew {
  readonly host: Host;
  readonly module: WebAssembly.Module;
  readonly helpers: (RunningHelper | undefined)[];
  /** Why some are not there. */
  readonly losses: string[];
  /** Whether the first work large enough has come. */
  isWanted: boolean;
  /** Set while the helpers leave that were dismissed. */
  leaving: Leaving | undefined;
}

/**
 * All that changes while Unfold runs, in one object. A second copy of the same version of this package (a linked
 * package, a hot reload) finds the first one's under a global symbol and uses it: one heap, one scope stack, one set of
 * handlers, so tensors pass between the copies.
 */
export interface Shared {
  readonly version: string;
  /** The engine; undefined until a loader has run. */
  host: Host | undefined;
  /** Starts the core, when it is first needed; undefined until a loader has run. */
  start: (() => void) | undefined;
  settings: Settings;
  /** The exports of the running core; undefined until it has started. */
  core: CoreExports | undefined;
  /** Set when a kernel trapped: the heap may be half-written, and nothing runs until `runtime.restart()`. */
  stopped: Stop | undefined;
  /** Counts cores, from 1 on; raised when one stops, so that all it held is known to be gone wherever it is looked at. */
  era: number;
  /** Has each copy of the package forget what it knows of the core that stopped. */
  readonly forget: (() => void)[];
  /** Which build of the crate is running. */
  build: Build | undefined;
  /** Why there are no helpers, and what would change it. */
  obstacle: string | undefined;
  /** The threads that share work; undefined if the core's memory is not shared. */
  crew: Crew | undefined;
  /** Places of what floors above this one share; see `slot`. */
  readonly slots: Record<string, Slot<unknown>>;
  nextTensorId: number;
  liveTensors: number;
  liveStorages: number;
  liveBytes: number;
  packedBytes: number;
}

const KEY = Symbol.for("@unfoldjs/tensor-core");
const place: typeof globalThis & { [KEY]?: Shared } = globalThis;

function adopt(): Shared {
  const present = place[KEY];
  if (present === undefined) {
    return (place[KEY] = {
      version: VERSION,
      host: undefined,
      start: undefined,
      settings: { threads: undefined, deterministic: false },
      core: undefined,
      stopped: undefined,
      era: 1,
      forget: [],
      build: undefined,
      obstacle: undefined,
      crew: undefined,
      slots: {},
      nextTensorId: 1,
      liveTensors: 0,
      liveStorages: 0,
      liveBytes: 0,
      packedBytes: 0,
    });
  }
  if (present.version !== VERSION) {
    throw new RuntimeError(
      "import @unfoldjs/tensor-core",
      { running: present.version, loading: VERSION },
      "two versions of the core cannot share one heap",
      "make every package depend on one version; `npm ls @unfoldjs/tensor-core` shows who asks for which",
    );
  }
  return present;
}

export const shared: Shared = adopt();

/** A place for something that all copies of the package share. */
export interface Slot<T> {
  value: T;
}

/** The place called `name`, with `first` in it unless another copy has been there. */
export function slot<T>(name: string, first: T): Slot<T> {
  return (shared.slots[name] ??= { value: first }) as Slot<T>;
}

import { RuntimeError, ValueError } from "../errors/index.ts";
import { abandonCrew, applyThreads, dismissHelpers, MOST_THREADS, wantedThreads } from "./crew.ts";
import { canRun } from "./build.ts";
import { core, inCore, link, settle } from "./heap.ts";
import { type Build, type Settings, shared, slot } from "./shared.ts";

/** What runs, and what could run faster. */
export interface RuntimeInfo {
  /** `"relaxed"` uses relaxed SIMD, whose fused multiply-adds are twice as fast; `"simd"` plain SIMD, the same bits everywhere. */
  readonly build: Build;
  /** Why it is this build. */
  readonly reason: string;
  /** Threads that share work now, the calling one being one. Helpers start with the first work that is worth it. */
  readonly threads: number;
  /** Threads that may share work once they are up. */
  readonly mostThreads: number;
  /** Whether tensors lie in shared memory: what `borrow` lends is then over a `SharedArrayBuffer`. */
  readonly sharedMemory: boolean;
  /** What is missing for a faster core, each with what to do; empty if nothing is. */
  readonly missing: readonly string[];
}

/** What `runtime.configure` takes. */
export interface RuntimeOptions {
  /**
   * How many threads may share work, from 1 to 32. As many as the machine runs at once if never given. Results have the same
   * bits for any number. May be changed at any time.
   */
  readonly threads?: number;
  /**
   * Plain SIMD and direct sums, so that Node and every browser agree bit for bit, at half the speed. Only before the first
   * tensor is made.
   */
  readonly deterministic?: boolean;
}

/** The core that runs tensors: which build of it, on how many threads. */
export const runtime = {
  /** What runs and what could run faster. Starts the core if nothing has used it yet. @throws RuntimeError without SIMD */
  info(): RuntimeInfo {
    const { helpers } = core();
    const build = shared.build ?? "simd";
    return {
      build,
      reason: reasonOf(build),
      threads: 1 + (shared.crew === undefined ? 0 : inCore("runtime.info", helpers)),
      mostThreads: shared.crew === undefined ? 1 : wantedThreads(),
      sharedMemory: shared.crew !== undefined,
      missing: missing(build),
    };
  },

  /**
   * Sets how the core runs. What is not given stays as it is.
   * @throws ValueError for a number of threads that cannot be
   * @throws RuntimeError if `deterministic` is to change after the core has started; nothing is changed then
   */
  configure(options: RuntimeOptions): void {
    const settings: Settings = { ...shared.settings, ...options };
    const { threads, deterministic } = settings;
    if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
      throw new ValueError("runtime.configure", { threads }, `threads must be an integer from 1 to ${MOST_THREADS}`);
    }
    if (shared.core !== undefined && deterministic !== shared.settings.deterministic) {
      throw new RuntimeError(
        "runtime.configure",
        { deterministic, running: shared.build },
        "the core has started, and its build cannot be changed any more",
        "call runtime.configure before the first tensor is made",
      );
    }
    shared.settings = settings;
    applyThreads();
  },

  /**
   * Lets the threads that share work end, each after what it does at the moment; work that is worth it starts them again.
   * Before a worker that computes is terminated, so that no thread of it is cut off in the midst of a kernel, or to give
   * back what idle threads hold.
   * @returns when the threads have ended
   */
  dismissHelpers(): Promise<void> {
    return dismissHelpers();
  },

  /**
   * Starts a new core after one has stopped, with the same settings. Every tensor made before is gone: to use it is a
   * DisposedError, to dispose it does nothing. Generators go on from where they stand. Does nothing while a core runs, so
   * each of several requests that met the error may call it.
   * @returns whether there was a stopped core to replace
   * @throws RuntimeError inside of a scope or under a handler (a tape, a trap), which hold tensors of the core that stopped;
   *   or if the engine cannot start another core
   */
  restart(): boolean {
    if (link.doubt !== undefined) settle(link.doubt);
    if (shared.stopped === undefined) return false;
    const holders = ["scope", "handlers"].filter((name) => slot<unknown>(name, undefined).value !== undefined);
    if (holders.length > 0) {
      throw new RuntimeError(
        "runtime.restart",
        { "in force": holders.join(" and "), "stopped in": shared.stopped.op },
        "what is in force holds tensors of the core that has stopped",
        "let the error leave scope(), held.run(), grad() and the like, and call runtime.restart() where it is caught outside of them",
      );
    }
    abandonCrew();
    shared.core = undefined;
    shared.build = undefined;
    shared.stopped = undefined;
    shared.liveTensors = 0;
    shared.liveStorages = 0;
    shared.liveBytes = 0;
    shared.packedBytes = 0;
    core();
    return true;
  },
};

function reasonOf(build: Build): string {
  if (build === "relaxed") return "the engine has relaxed SIMD";
  return shared.settings.deterministic ? "deterministic was asked for" : "the engine has no relaxed SIMD";
}

function missing(build: Build): string[] {
  const all: string[] = [];
  if (build === "simd" && !shared.settings.deterministic && !canRun("relaxed")) {
    all.push("relaxed SIMD: it is in Node 22 and newer, and in Chromium");
  }
  if (shared.obstacle !== undefined) all.push(`threads: ${shared.obstacle}`);
  return [...all, ...(shared.crew?.losses ?? [])];
}

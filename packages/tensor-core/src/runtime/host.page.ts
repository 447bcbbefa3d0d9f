import { deflateInScript } from "./deflate.ts";
import { PAGE_HELPER } from "./helper-program.ts";
import { hasSharedMemory, type Host } from "./host.ts";

const ISOLATION =
  "the page is not isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and " +
  "Cross-Origin-Embedder-Policy: require-corp";

// There the headers are ignored: HTML obtains an opener policy in a secure context only.
const INSECURE =
  "the page is not in a secure context, and so cannot be isolated: serve it over https, or from localhost";

/** The address of the helpers' program, the same for all. */
let program: string | undefined;

/** A page, or a worker of one. */
export const pageHost: Host = {
  ...deflateInScript,
  processors: () => globalThis.navigator?.hardwareConcurrency ?? 1,
  obstacle() {
    if (typeof Worker !== "function") return "there are no workers here";
    if (!globalThis.crossOriginIsolated) return globalThis.isSecureContext ? ISOLATION : INSECURE;
    return hasSharedMemory() ? undefined : "this engine gives out no shared memory";
  },
  startHelper(task, ended) {
    program ??= URL.createObjectURL(new Blob([PAGE_HELPER], { type: "text/javascript" }));
    const worker = new Worker(program, { name: `unfold helper ${task.index}` });
    // What a content security policy forbids comes as an event, later.
    worker.addEventListener("error", (event) =>
      ended(event.message || "the page's policy refused its program: allow worker-src blob:"),
    );
    worker.addEventListener("message", () => ended("it was dismissed"));
    worker.postMessage(task, []);
    return {
      // No event says that a worker was terminated.
      terminate() {
        worker.terminate();
        ended("it was terminated");
      },
      hold: () => {},
      hasEnded: () => false,
    };
  },
};

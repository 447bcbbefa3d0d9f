import { deflateInScript } from "./deflate.ts";
import type { Host } from "./host.ts";

const OBSTACLE = "there are no workers here";

/** An engine at the edge of a network, as workerd: no workers, and nothing is compiled while it runs. */
export const edgeHost: Host = {
  ...deflateInScript,
  processors: () => 1,
  obstacle: () => OBSTACLE,
  startHelper() {
    throw new Error(OBSTACLE);
  },
};

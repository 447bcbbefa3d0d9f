import type { MemoryUse } from "@unfoldjs/tensor-core";
import type { Page } from "playwright";

/** What the library holds in the lab's worker: asked for as the page would, with a message of Comlink's. */
export async function memoryOf(page: Page): Promise<MemoryUse> {
  const [worker] = page.workers();
  if (worker === undefined) throw new Error("the lab has no worker");
  return worker.evaluate(
    () =>
      new Promise<MemoryUse>((resolve) => {
        const send = self.postMessage.bind(self);
        self.postMessage = (message: { id: string; value: MemoryUse }) => {
          if (message.id !== "memory") return send(message);
          self.postMessage = send;
          resolve(message.value);
        };
        const data = { id: "memory", type: "APPLY", path: ["memory"], argumentList: [] };
        self.dispatchEvent(new MessageEvent("message", { data }));
      }),
  );
}

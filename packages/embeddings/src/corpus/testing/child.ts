// A count in a process of its own, which is killed in its middle: node child.ts FOLDER STEP DONE [MILLISECONDS LATER]

import { countCorpus } from "@unfoldjs/embeddings/corpus";
import { smallCorpus } from "./corpus.ts";

const [folder = "", step, done, later] = process.argv.slice(2);
await countCorpus({
  documents: smallCorpus(200),
  folder,
  partWords: 1000,
  threads: 1,
  onProgress(progress) {
    if (progress.step !== step || progress.done < Number(done)) return;
    if (later === undefined) process.kill(process.pid, "SIGKILL");
    else setTimeout(() => process.kill(process.pid, "SIGKILL"), Number(later));
  },
});

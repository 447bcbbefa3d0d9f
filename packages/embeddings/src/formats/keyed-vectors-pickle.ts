import type { WordVectors } from "../vectors/word-vectors.ts";
import { PickleWriter } from "./pickle-writer.ts";

/** The pickle that gensim reads, without the vectors, which stand in an .npy file beside it. */
export function keyedVectorsPickle({ words, counts, size }: WordVectors): Uint8Array<ArrayBuffer> {
  const pickle = new PickleWriter();
  pickle.object("gensim.models.keyedvectors", "KeyedVectors", () => {
    pickle.text("vector_size").whole(size);
    pickle.text("index_to_key");
    const remembered = pickle.list(words, (word) => pickle.remembered(word));
    pickle.text("next_index").whole(0);
    pickle.text("key_to_index").dict(() => {
      for (const [at, place] of remembered.entries()) pickle.recalled(place).whole(at);
    });
    pickle.text("norms").none();
    pickle.text("expandos").dict(() => {
      if (counts !== undefined) pickle.text("count").array(Float64Array.from(counts));
    });
    pickle.text("mapfile_path").none();
    pickle.text("lifecycle_events").list([], () => undefined);
    pickle.text("__numpys").list(["vectors"], (name) => pickle.text(name));
    for (const name of ["__scipys", "__ignoreds", "__recursive_saveloads"]) pickle.text(name).list([], () => undefined);
  });
  return pickle.finish();
}

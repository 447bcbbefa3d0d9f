import type { LoadedLibrary } from "../measure/measure-case.ts";
import type { Peer } from "../work.ts";

/** Loads a library with as many threads as it can use. */
export async function load(peer: Peer, threads: number): Promise<LoadedLibrary> {
  const used = peer.canShare ? threads : 1;
  return { library: { name: peer.name, version: peer.version, threads: used }, ways: await peer.load(used) };
}

import { type AnyTensor, type Call, type Handler, type Results } from "@unfoldjs/tensor-core";
import { type FirstRun, nextId } from "./first-run.ts";

type Storage = AnyTensor["storage"];

const NOTHING: Results = {};

/**
 * Sees a later run of a function: what lies outside of it is read as it was and not written a second time. What comes of
 * something that was overwritten since the first run is stale.
 */
export class Replay implements Handler {
  readonly name = "replay";
  private readonly first: FirstRun;
  private readonly start: number = nextId();
  private readonly outerStorages = new Set<Storage>();
  private readonly staleStorages = new Set<Storage>();
  /** The op that overwrote what made something stale. */
  writer = "";

  constructor(first: FirstRun) {
    this.first = first;
  }

  isStale({ storage }: { readonly storage: Storage }): boolean {
    return this.staleStorages.has(storage);
  }

  handle(call: Call, next: () => Results): Results {
    const { op, inputs } = call;
    const isStale = this.readsStale(call);
    let written: AnyTensor[] = [];
    if (op.kind === "update") {
      written = op.writes.flatMap((name) => inputs[name] ?? []);
      const inside = written.filter(({ storage }) => !this.outerStorages.has(storage));
      if (inside.length < written.length) {
        this.taint(inside);
        return NOTHING;
      }
    }
    const results = next();
    if (isStale) this.taint([...Object.values(results), ...written]);
    return results;
  }

  /** Looks at each input: whether it was there before the run, and is what it was. */
  private readsStale({ inputs }: Call): boolean {
    let isStale = false;
    for (const name in inputs) {
      const input = inputs[name];
      if (input === undefined) continue;
      if (input.id < this.start) this.outerStorages.add(input.storage);
      const outer = this.first.outer.get(input.id);
      const isOverwritten = outer !== undefined && outer.version !== input.storage.version;
      if (isOverwritten) this.writer = input.storage.writer;
      isStale ||= isOverwritten || this.isStale(input);
    }
    return isStale;
  }

  private taint(tensors: readonly AnyTensor[]): void {
    for (const { storage } of tensors) this.staleStorages.add(storage);
  }
}

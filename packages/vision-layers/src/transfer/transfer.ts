import {
  type AnyModule,
  FeatureCache,
  type FeatureCacheOptions,
  featuresBefore,
  freezeStages,
  type FrozenPart,
  isModule,
  type Layer,
  Linear,
  type Module,
  replaceModule,
  type Stage,
  stagesOf,
} from "@unfoldjs/nn";
import {
  assertGenerator,
  assertString,
  type Check,
  checkOptions,
  type Generator,
  inCall,
  nearest,
  type OptionChecks,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";

export interface TransferOptions {
  /** A number of classes, for which a linear layer is made; a module; or what makes one for so many features. */
  readonly head: number | Layer | ((inFeatures: number) => Layer);
  /** The path of the module that makes way. Default: the last linear layer of the last stage that has one. */
  readonly at?: string;
  /** What is frozen, as `freezeStages` takes it. Default: all stages before the one that the head is in. */
  readonly freeze?: FrozenPart;
  /** Of a linear head's first values. */
  readonly generator?: Generator;
}

/** A model on its way to another task. */
export interface Transfer<M extends Module = Module> {
  /** The model that was given, with the new head. */
  readonly model: M;
  readonly head: Layer;
  /** Where the head is. */
  readonly at: string;
  /** From the input to the head: what `freezeStages` counts. */
  readonly stages: readonly Stage[];
  /** What the head is given, in use and without a gradient. @param x as the model takes it @returns (batch, features) */
  features(x: Tensor): Tensor;
  /** Remembers these features of each example, as long as all weights but the head's stay as they are. */
  cache(options?: Pick<FeatureCacheOptions, "dtype" | "maxBytes">): FeatureCache;
}

const aPart: Check = (op, name, value) => {
  const isPart =
    typeof value === "number" ||
    typeof value === "string" ||
    (Array.isArray(value) && Array.from(value, (each: unknown) => typeof each).every((type) => type === "string"));
  if (!isPart) throw wrongArgument(op, name, value, "a number of stages, or names of stages and patterns of paths");
};

const OPTIONS: OptionChecks<TransferOptions> = {
  head: assertHead,
  at: assertString,
  freeze: aPart,
  generator: assertGenerator,
};

/**
 * Makes a trained model ready for another task: its head makes way for a new one, and what is before it is frozen, batch norms with
 * their running statistics. The model itself is changed, and the old head given back. Classifiers on the way, as GoogLeNet's, get as
 * many classes as the head.
 *
 * `freezeStages(model, n)`, `gradualUnfreezing` and `discriminativeRates` of @unfoldjs/nn go on from there.
 *
 * @example const { model, head } = transfer(pretrained, { head: 5 }); // learns a linear layer alone
 * @example transfer(pretrained, { head: (features) => new Sequential(new Dropout(0.5), new Linear(features, 5)), freeze: ["stem", "layer1"] })
 * @throws ValueError if there is no such module, no linear layer to replace, or options make no sense
 */
export function transfer<M extends Module>(model: M, options: TransferOptions): Transfer<M> {
  if (!isModule(model)) throw wrongArgument("transfer", "model", model, "a module");
  checkOptions("transfer", options, OPTIONS);
  assertHead("transfer", "head", options.head);
  return inCall("transfer", () => {
    const before = stagesOf(model);
    const modules = new Map(model.namedModules());
    const { at = pathOfHead(before, modules) } = options;
    const old = at === "" ? undefined : modules.get(at);
    if (old === undefined) throw noSuchModule(at, [...modules.keys()]);
    const place = before.findIndex(({ paths }) => paths.some((path) => isWithin(at, path) || isWithin(path, at)));
    const part = options.freeze ?? Math.max(0, place);
    const aside = old instanceof Linear ? classifiersAside(before, modules, old) : [];
    const head = headFor(options, old, at);
    const withHead = placed(model, [at, old, head], part, typeof options.head === "number");
    disposeUnless(model, old);
    const { head: wanted, generator } = options;
    for (const [path, inFeatures] of aside) {
      if (typeof wanted !== "number") continue;
      disposeUnless(model, replaceModule(model, path, linearHead(inFeatures, wanted, generator)));
    }
    const stages = aside.length > 0 ? freezeStages(model, part) : withHead;
    const features = (x: Tensor): Tensor => featuresBefore(model, head, x);
    return {
      model,
      head,
      at,
      stages,
      features,
      cache: (more = {}) => new FeatureCache(model, { ...more, forward: features, except: head }),
    };
  });
}

/** Puts the head in its place and freezes; where one of both cannot be done, the model is as it was. @param isOwn made here */
function placed(
  model: Module,
  [at, old, head]: readonly [at: string, old: AnyModule, head: AnyModule],
  part: FrozenPart,
  isOwn: boolean,
): readonly Stage[] {
  const modes = old.namedModules().map(([, module]) => [module, module.training] as const);
  let isPlaced = false;
  try {
    if (head !== old) replaceModule(model, at, head);
    isPlaced = head !== old;
    return freezeStages(model, part);
  } catch (error) {
    if (isPlaced) replaceModule(model, at, old);
    for (const [module, training] of modes) module.training = training;
    if (isOwn && head !== old) head.dispose();
    throw error;
  }
}

/** Gives back what the model has no more: a new head may be made around the old one, and weights may be tied. */
function disposeUnless(model: Module, old: AnyModule): void {
  const held = new Set(tensorsOf(model));
  for (const each of tensorsOf(old)) if (!held.has(each)) each.dispose();
}

function tensorsOf(module: AnyModule): { dispose(): void }[] {
  return [...module.parameters(), ...module.namedBuffers().map(([, buffer]) => buffer)];
}

/** @throws ValueError unless it is a number of classes, a module or a function */
function assertHead(op: string, name: string, head: unknown): void {
  if (Number.isInteger(head) && (head as number) > 0) return;
  if (isModule(head) || (typeof head === "function" && !isClass(head))) return;
  throw wrongArgument(
    op,
    name,
    head,
    "a number of classes from 1 up, a module, or what makes one of a number of features",
  );
}

function noSuchModule(at: string, known: readonly string[]): ValueError {
  const near = nearest(at, known);
  return new ValueError(
    "transfer",
    { at: JSON.stringify(at) },
    "there is no module of this path in the model",
    near === undefined || near === "" ? "paths are those of model.namedModules()" : `did you mean ${near}?`,
  );
}

function isClass(value: object): boolean {
  return Function.prototype.toString.call(value).startsWith("class");
}

/** The path of the last linear layer, in the last stage that has one. */
function pathOfHead(stages: readonly Stage[], modules: ReadonlyMap<string, AnyModule>): string {
  for (const stage of stages.toReversed()) {
    const linear = [...modules].filter(
      ([path, module]) => path !== "" && module instanceof Linear && stage.modules.includes(module),
    );
    const last = linear.at(-1);
    if (last !== undefined) return last[0];
  }
  throw new ValueError(
    "transfer",
    { modules: modules.size },
    "the model has no linear layer that a head could take the place of",
    "say which module it replaces, { at }, or put a head behind it: new Sequential(model, new Linear(features, classes))",
  );
}

function headFor({ head, generator }: TransferOptions, old: AnyModule, at: string): Layer {
  if (isModule(head)) return head;
  const first = old.namedModules().find(([, module]) => module instanceof Linear)?.[1];
  if (!(first instanceof Linear)) {
    throw new ValueError(
      "transfer",
      { at, class: old.constructor.name },
      "what is replaced has no linear layer, so nobody knows how many features the head gets",
      "give a module: { head: new Linear(features, classes) }",
    );
  }
  const { inFeatures } = first;
  if (typeof head === "number") return linearHead(inFeatures, head, generator);
  const made: unknown = head(inFeatures);
  if (!isLayer(made)) throw wrongArgument("transfer", "head", made, "a function that gives a module");
  return made;
}

/** A module; that it makes a tensor of one is for its author to say. */
function isLayer(value: unknown): value is Layer {
  return isModule(value);
}

function linearHead(inFeatures: number, classes: number, generator: Generator | undefined): Linear {
  return new Linear(inFeatures, classes, generator === undefined ? {} : { generator });
}

/** Linear layers that end other branches of the head's stage and have as many classes as it: those that learn along. */
function classifiersAside(
  stages: readonly Stage[],
  modules: ReadonlyMap<string, AnyModule>,
  head: Linear,
): [path: string, inFeatures: number][] {
  const stage = stages.find((each) => each.modules.includes(head));
  return [...modules].flatMap(([, holder]): [string, number][] => {
    const linear = holder.namedChildren().flatMap(([, child]) => (child instanceof Linear ? [child] : []));
    const last = linear.at(-1);
    if (last === undefined || last === head || last.outFeatures !== head.outFeatures) return [];
    const holdsHead = holder.namedModules().some(([, module]) => module === head);
    const path = [...modules].find(([, module]) => module === last)?.[0];
    const isAside = path !== undefined && !holdsHead && stage?.modules.includes(holder) === true;
    return isAside ? [[path, last.inFeatures]] : [];
  });
}

function isWithin(path: string, start: string): boolean {
  return path === start || path.startsWith(`${start}.`);
}

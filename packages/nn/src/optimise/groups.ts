import { isTensor, type Evidence, ValueError, assertPlain, nearest, wrongArgument } from "@unfoldjs/tensor-core";
import { isParameter, type Parameter } from "../module/parameter.ts";
import { isModule } from "../module/any-module.ts";

/** Parameters with settings of their own; what is not given is as the optimiser's. */
export type GroupOptions<Settings> = { readonly parameters: Iterable<Parameter> } & Partial<Settings>;

/** Parameters and the settings that they are updated with. Settings may be changed between steps. */
export type Group<Settings> = { readonly parameters: readonly Parameter[] } & Settings;

/**
 * The groups of an optimiser: one for a list of parameters, or those that were given.
 * @param settings what is not as in `defaults`, for all groups
 * @throws ValueError if something is not a parameter, comes twice, there are none, or a setting is unknown
 */
export function groupsFrom<Settings extends object>(
  op: string,
  given: Iterable<Parameter> | readonly GroupOptions<Settings>[],
  defaults: Settings,
  settings: Partial<Settings>,
): Group<Settings>[] {
  assertParameterList(op, given);
  assertPlain(op, "settings", settings, `an object of ${Object.keys(defaults).join(", ")}`);
  assertKnown(op, settings, defaults);
  const entries: (Parameter | GroupOptions<Settings>)[] = [...given];
  for (const [at, entry] of entries.entries()) assertEntry(op, at, entry);
  const own = entries.filter(isParameter);
  const groups = entries.filter((entry) => isGroup<Settings>(entry));
  if (own.length + groups.length < entries.length || (own.length > 0 && groups.length > 0)) {
    throw new ValueError(
      op,
      { parameters: own.length, groups: groups.length, entries: entries.length },
      "takes parameters, or groups of them",
      "pass model.parameters(), or groups [{ parameters, learningRate }, …]",
    );
  }
  const made = (groups.length > 0 ? groups : [{ parameters: own }]).map((group): Group<Settings> => ({
    ...defaults,
    ...settings,
    ...group,
    parameters: [...group.parameters],
  }));
  for (const group of groups) assertKnown(op, group, defaults);
  for (const group of made) assertFitting(op, group, defaults);
  const all = made.flatMap(({ parameters }) => parameters);
  if (all.length === 0)
    throw new ValueError(op, { groups: made.length }, "there are no parameters to optimise", "pass model.parameters()");
  const repeated = all.find((parameter, at) => all.indexOf(parameter) !== at);
  if (repeated !== undefined) {
    throw new ValueError(
      op,
      { parameter: repeated.shape },
      "a parameter is in two groups, or twice in one",
      "it would be updated twice a step",
    );
  }
  return made;
}

/** @throws ValueError unless it is a list of parameters, or of groups */
export function assertParameterList(op: string, parameters: unknown): asserts parameters is Iterable<unknown> {
  const isList = typeof parameters === "object" && parameters !== null && Symbol.iterator in parameters;
  if (!isList) throw wrongArgument(op, "parameters", parameters, "a list of parameters", "pass model.parameters()");
}

/** @throws ValueError unless it is a parameter, or a group with a list of them */
function assertEntry(op: string, at: number, entry: unknown): void {
  if (isParameter(entry)) return;
  const isRecord = typeof entry === "object" && entry !== null && !isTensor(entry) && !isModule(entry);
  if (isRecord && "parameters" in entry) {
    assertParameterList(op, entry.parameters);
    return;
  }
  const fix = isModule(entry)
    ? "pass model.parameters()"
    : "pass model.parameters(), or groups [{ parameters, learningRate }, …]";
  throw wrongArgument(op, `parameters[${at}]`, entry, "a parameter, or a group { parameters, … }", fix);
}

function isGroup<Settings>(entry: Parameter | GroupOptions<Settings>): entry is GroupOptions<Settings> {
  return typeof entry === "object" && entry !== null && !isTensor(entry) && "parameters" in entry;
}

/** @throws ValueError on a setting that the optimiser does not have, such as `lr` */
export function assertKnown(op: string, group: object, defaults: object): void {
  const known = Object.keys(defaults);
  const unknown = Object.keys(group).find((name) => name !== "parameters" && !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new ValueError(
    op,
    { unknown, known: known.join(", ") },
    "there is no such setting",
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

/** @throws ValueError on a setting that is another kind of value than its default, such as `amsgrad: 1` */
export function assertFitting(op: string, group: object, defaults: object): void {
  const given: Readonly<Record<string, unknown>> = { ...group };
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof given[name] === typeof value) continue;
    throw wrongArgument(op, name, given[name], `a ${typeof value}`);
  }
}

/** @throws ValueError unless `value` is a number in [low, high), or in [low, ∞) without `high` */
export function assertSetting(op: string, name: string, value: number, low: number, high: number = Infinity): void {
  if (Number.isFinite(value) && value >= low && value < high) return;
  const evidence: Record<string, Evidence> = { [name]: value };
  throw new ValueError(
    op,
    evidence,
    `${name} must be ${high === Infinity ? `a number from ${low} up` : `in [${low}, ${high})`}`,
  );
}

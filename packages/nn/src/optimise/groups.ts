import { isTensor, type Evidence, ValueError } from "@unfoldjs/tensor-core";
import { isParameter, type Parameter } from "../module/parameter.ts";

/** Parameters with settings of their own; what is not given is as the optimiser's. */
export type GroupOptions<Settings> = { readonly parameters: Iterable<Parameter> } & Partial<Settings>;

/** Parameters and the settings that they are updated with. Settings may be changed between steps. */
export type Group<Settings> = { readonly parameters: readonly Parameter[] } & Settings;

/**
 * The groups of an optimiser: one for a list of parameters, or those that were given.
 * @throws ValueError if something is not a parameter, comes twice, or there are none
 */
export function groupsFrom<Settings extends object>(
  op: string,
  given: Iterable<Parameter> | readonly GroupOptions<Settings>[],
  defaults: Settings,
): Group<Settings>[] {
  const entries: (Parameter | GroupOptions<Settings>)[] = [...given];
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
    ...group,
    parameters: [...group.parameters],
  }));
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

function isGroup<Settings>(entry: Parameter | GroupOptions<Settings>): entry is GroupOptions<Settings> {
  return typeof entry === "object" && entry !== null && !isTensor(entry) && "parameters" in entry;
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

import type { AnyModule } from "../module/any-module.ts";

/**
 * How the modules of a model are set while it learns. Somebody else may set them between two steps, such as a callback that
 * looks at the model in use; so they are set for each step, and afterwards given back as they were.
 *
 * A module that is in use while the model as a whole is learning, such as a batch norm that somebody froze, is held there
 * and stays so, also when the whole model has been set to use in between.
 */
export class LearningModes {
  private held: ReadonlySet<AnyModule> = new Set();

  /**
   * Runs a step with the modules set to learn.
   * @param modules the whole model, then all below it
   */
  during<R>(modules: readonly AnyModule[], step: () => R): R {
    if (modules[0]?.training === true) {
      const held = modules.filter(({ training }) => !training);
      if (held.length > 0 || this.held.size > 0) this.held = new Set(held);
      return step();
    }
    return setFor(modules, (module) => !this.held.has(module), step);
  }
}

/** Runs a step with all modules set to use. */
export function inUse<R>(modules: readonly AnyModule[], step: () => R): R {
  return setFor(modules, () => false, step);
}

function setFor<R>(modules: readonly AnyModule[], modeOf: (module: AnyModule) => boolean, step: () => R): R {
  const changed: AnyModule[] = [];
  for (const module of modules) {
    const mode = modeOf(module);
    if (module.training === mode) continue;
    module.training = mode;
    changed.push(module);
  }
  try {
    return step();
  } finally {
    // What the step itself has set stays.
    for (const module of changed) if (module.training === modeOf(module)) module.training = !module.training;
  }
}

import manifest from "../../package.json" with { type: "json" };

/** The version of a peer's package: dependencies of the bench are exact. */
export function versionOf(name: keyof typeof manifest.dependencies): string {
  return manifest.dependencies[name];
}

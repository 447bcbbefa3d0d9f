/**
 * The first lines of a lab's program: how to run it while the packages are not on npm. It stands where they are found, and reads
 * them from their sources, so that nothing needs to be built.
 * @param id the lab, after which the file is called
 */
export function inClone(id: string): string {
  return `// In a clone of Unfold, once \`npm run setup\` has run: save this as apps/playground/${id}.ts, and then
// node --conditions=@unfoldjs/source apps/playground/${id}.ts`;
}

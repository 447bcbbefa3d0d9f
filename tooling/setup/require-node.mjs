// Imported before anything else, and written for any Node that knows modules: says which Node is needed.

const needed = [20, 19];

/** Whether `version`, as process.versions.node writes it, is one that set-up and the packages run on. */
export function isSupportedNode(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

if (!isSupportedNode(process.versions.node)) {
  console.error(
    "\nUnfold needs Node.js " +
      needed.join(".") +
      " or newer; this is " +
      process.versions.node +
      ".\n" +
      "Install a current Node.js (https://nodejs.org) and run the same command again.\n",
  );
  process.exit(1);
}

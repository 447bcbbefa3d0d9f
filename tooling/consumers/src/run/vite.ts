import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { createServer } from "vite";
import type { Project } from "../project.ts";
import { openFolder, openPage } from "./page.ts";

interface Vite {
  readonly createServer: typeof createServer;
}

const PROGRAM = "node_modules/vite/bin/vite.js";
/** Without a configuration, as the commands have it. */
const PLAIN = { configFile: false, logLevel: "error" } as const;

/** A server build with everything in one file, which some hosts want, and with names shortened, as pages have them. */
export const insideConfig: Readonly<Record<string, string>> = {
  "inside.config.js": 'export default { ssr: { noExternal: true }, build: { outDir: "inside", minify: true } };\n',
};

// The Vite of the project, and not the one that this workspace has.
async function viteOf({ folder }: Project): Promise<Vite> {
  const vite: Vite = await import(pathToFileURL(join(folder, "node_modules/vite/dist/node/index.js")).href);
  return vite;
}

/** Opens the page in Vite's server for development, then what Vite builds of it. */
export async function servedAndBuilt(project: Project): Promise<string> {
  const vite = await viteOf(project);
  const server = await vite.createServer({ ...PLAIN, root: project.folder, server: { host: "localhost", port: 0 } });
  let served: string;
  try {
    await server.listen();
    const [url] = server.resolvedUrls?.local ?? [];
    if (url === undefined) throw new Error("Vite's server does not say where it listens");
    served = await openPage(url);
  } finally {
    await server.close();
  }
  await project.node(PROGRAM, "build");
  return `${served}\n${await openFolder(join(project.folder, "dist"))}`;
}

/** Loads the program on a server as frameworks do: by Vite's server, then built with our packages outside and inside. */
export async function onServer(project: Project): Promise<string> {
  const vite = await viteOf(project);
  const server = await vite.createServer({
    ...PLAIN,
    root: project.folder,
    appType: "custom",
    server: { middlewareMode: true, ws: false },
  });
  let imported: string;
  try {
    const { train } = await server.ssrLoadModule("/training.js");
    imported = String(train());
  } finally {
    await server.close();
  }
  await project.node(PROGRAM, "build", "--ssr", "main.js");
  await project.node(PROGRAM, "build", "--ssr", "main.js", "--config", "inside.config.js");
  return `${imported}\n${await project.node("dist/main.js")}${await project.node("inside/main.js")}`;
}

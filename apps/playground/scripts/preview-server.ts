import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { preview, type PreviewServer } from "vite";

/** The folder of the playground, which holds its build in dist/. */
export const playground: string = resolve(import.meta.dirname, "..");

export interface Place {
  /** An address or a name of this machine, or `true` for all of its addresses; by default, for this machine alone. */
  readonly host?: string | true | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whose dist/ is served. */
  readonly folder?: string;
}

/** The pages cannot be served; the message says why and what to do. */
export class CannotServeError extends Error {
  override readonly name = "CannotServeError";
}

/** Serves the built pages as vite.config.ts says. @throws CannotServeError without a build, or where it may not listen */
export async function servePages({ host, port, folder = playground }: Place): Promise<PreviewServer> {
  if (!existsSync(join(folder, "dist", "index.html"))) {
    throw new CannotServeError(
      `There are no built pages in ${join(folder, "dist")}.\n` +
        "Run `npm start` in the repository's folder, which builds them first, or `pnpm --filter playground build`.",
    );
  }
  try {
    return await preview({
      root: folder,
      configFile: join(playground, "vite.config.ts"),
      configLoader: "native",
      logLevel: "silent", // what goes wrong is said here, once
      // Everybody may read these pages, so whatever name this machine goes by in its network will do.
      preview: { port, strictPort: true, allowedHosts: true, ...(host !== undefined && { host }) },
    });
  } catch (error) {
    throw new CannotServeError(reason(error, { host, port }), { cause: error });
  }
}

function reason(error: unknown, { host, port }: Place): string {
  const { message, code } = error as NodeJS.ErrnoException;
  // Vite reports a port in use with a message of its own and without a code.
  if (/already in use/i.test(message)) {
    return (
      `Port ${port} is in use by another program, perhaps by this page in another terminal.\n` +
      `Stop that one, or take another port: npm start -- --port ${port < 65_535 ? port + 1 : 4173}`
    );
  }
  if (code === "EACCES") {
    return `This user may not listen on port ${port}.\nTake one from 1024 up: npm start -- --port 4173`;
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EINVAL") {
    return (
      `${String(host)} is no address of this machine (${code}).\n` +
      "Leave out the address to be reached at all that it has: npm start -- --host"
    );
  }
  return `The pages cannot be served at port ${port}: ${message}`;
}

import { join } from "node:path";
import type { ModelFiles } from "@unfoldjs/example-kit";
import { MODEL_FILES } from "./model-over-http.ts";
import { createServer, type Plugin, searchForWorkspaceRoot, type ViteDevServer } from "vite";

/** With these a page may share memory between threads. */
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Serves the page and the model's files on this machine alone. @param port 0 for any that is free @returns what is to be closed */
export async function servePage(files: ModelFiles, port: number): Promise<{ address: string; server: ViteDevServer }> {
  const root = import.meta.dirname;
  const server = await createServer({
    root,
    configFile: false,
    logLevel: "warn",
    cacheDir: join(root, "../../node_modules/.cache/vite"),
    plugins: [modelFilesAt("/model/", files)],
    worker: { format: "es" },
    server: { host: "127.0.0.1", port, headers: ISOLATION, fs: { allow: [searchForWorkspaceRoot(root)] } },
  });
  await server.listen();
  return { address: server.resolvedUrls?.local[0] ?? "", server };
}

/** A model's files at an address; what is none of them is said to be so. */
function modelFilesAt(place: string, files: ModelFiles): Plugin {
  return {
    name: "model-files",
    configureServer(server) {
      server.middlewares.use(place, (request, response) => {
        const name = (request.url ?? "").replace(/^\//, "").split("?")[0] ?? "";
        try {
          if (!MODEL_FILES.includes(name)) throw new Error(`the page asks for ${MODEL_FILES.join(", ")} only`);
          const bytes = files(name);
          response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": bytes.length });
          response.end(bytes);
        } catch (error) {
          response.writeHead(404, { "Content-Type": "text/plain" });
          response.end(error instanceof Error ? error.message : String(error));
        }
      });
    },
  };
}

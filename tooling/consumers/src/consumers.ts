// Who uses our packages, and how: one row each. What all rows of one build of the core train must agree bit for bit.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Project, WORKSPACE } from "./project.ts";
import { BUNDLED_WORKER, CLASSIC_WORKER, MODULE_WORKER, openFolder, pageFiles } from "./run/page.ts";
import { insideConfig, onServer, servedAndBuilt } from "./run/vite.ts";

/** One way to use the packages. */
export interface Consumer {
  readonly name: string;
  /** In the shortened set, which needs nothing but what this workspace has. */
  readonly short?: true;
  readonly needs?: "browser";
  /** Packages that it installs beside ours: exact versions, or `WORKSPACE`. */
  readonly tools?: Readonly<Record<string, string>>;
  /** What it writes, beside the training program in TypeScript, as ES module and as CommonJS. */
  readonly files: Readonly<Record<string, string>>;
  /** How often it trains. */
  readonly results: number;
  /** How many threads share the work, each time that it tries. */
  readonly threads: readonly number[];
  /** @returns what its programs printed */
  readonly run: (project: Project) => Promise<string>;
}

const importing = {
  "main.js": 'import { share, train } from "./training.js";\nconsole.log(train());\nconsole.log(await share());\n',
};
const requiring = {
  "main.cjs":
    'const { share, train } = require("./training.cjs");\nconsole.log(train());\nshare().then(console.log);\n',
};

const WORKERD = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .main)]);
const main :Workerd.Worker = (
  modules = [
    (name = "main.js", esModule = embed "dist/main.js"),
    (name = "relaxed.wasm", wasm = embed "dist/relaxed.wasm"),
  ],
  compatibilityDate = "2026-01-01",
);
`;

export const consumers: readonly Consumer[] = [
  {
    name: "Node, import and require",
    short: true,
    files: { ...importing, ...requiring },
    results: 2,
    threads: [2, 2],
    run: async ({ node }) => (await node("main.js")) + (await node("main.cjs")),
  },
  nodeOf("20.19.0"),
  nodeOf("22.23.3"),
  nodeOf("24.21.0"),
  nodeOf("26.10.0"),
  typeScript("7"),
  typeScript("5", "5.9.3"),
  commonJs("7"),
  commonJs("5", "5.9.3"),
  vite("8"),
  vite("7", "7.3.8"),
  vite("6", "6.4.6"),
  {
    name: "Vite 8 on a server (import, built, built with everything inside and minified)",
    short: true,
    tools: { vite: WORKSPACE },
    files: { ...importing, ...insideConfig },
    results: 3,
    threads: [2, 2],
    run: onServer,
  },
  {
    name: "webpack 5",
    needs: "browser",
    tools: { webpack: "5.112.2", "webpack-cli": "7.3.1" },
    files: pageFiles(BUNDLED_WORKER),
    results: 2,
    threads: [2, 2],
    run: async ({ bin, folder }) => {
      await bin("webpack", "--mode", "production", "--entry", "./main.js");
      return openFolder(join(folder, "dist"));
    },
  },
  rollup("es", MODULE_WORKER),
  rollup("iife", CLASSIC_WORKER),
  esbuild("esm", MODULE_WORKER),
  esbuild("iife", CLASSIC_WORKER),
  {
    name: "Bun 1.4",
    tools: { bun: "1.4.5" },
    files: { ...importing, ...requiring },
    results: 2,
    threads: [2, 2],
    run: async ({ bin }) => (await bin("bun", "main.js")) + (await bin("bun", "main.cjs")),
  },
  {
    name: "Deno 2.9",
    tools: { deno: "2.9.6" },
    files: importing,
    results: 1,
    threads: [2],
    run: ({ bin }) => bin("deno", "run", "--no-prompt", "--cached-only", "main.js"),
  },
  {
    name: "workerd, bundled by esbuild",
    tools: { workerd: "1.20261117.1", esbuild: "0.28.2" },
    files: {
      "main.js": 'import { train } from "./training.js";\nexport default { test: () => console.log(train()) };\n',
      "workerd.capnp": WORKERD,
    },
    results: 1,
    threads: [],
    run: async ({ bin }) => {
      const bundle = ["--bundle", "--format=esm", "--conditions=workerd", "--outdir=dist"];
      await bin("esbuild", "main.js", ...bundle, "--loader:.wasm=copy", "--asset-names=[name]");
      return bin("workerd", "test", "workerd.capnp");
    },
  },
  {
    name: "Next 16, a page rendered when it is built",
    tools: { next: "16.4.6", react: "19.3.1", "react-dom": "19.3.1" },
    files: {
      "app/layout.js":
        "export default function Layout({ children }) {\n  return <html><body>{children}</body></html>;\n}\n",
      "app/page.js":
        'import { train } from "../training.js";\nexport default function Page() {\n  return <p>{train()}</p>;\n}\n',
    },
    results: 1,
    threads: [],
    run: async ({ bin, folder }) => {
      await bin("next", "build");
      const html = readFileSync(join(folder, ".next/server/app/index.html"), "utf8");
      return html.replace(/^[^]*?<p>(.*?)<\/p>[^]*$/, "$1");
    },
  },
];

/** As npm has it for this machine. */
function nodeOf(version: string): Consumer {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return {
    name: `Node ${version}, import and require`,
    tools: { [`node-${platform}-${process.arch}`]: version },
    files: { ...importing, ...requiring },
    results: 2,
    threads: [2, 2],
    run: async ({ bin }) => (await bin("node", "main.js")) + (await bin("node", "main.cjs")),
  };
}

/** Everything strict, our declarations checked too, resolved as Node does and as bundlers do; then run. */
function typeScript(name: string, version: string = WORKSPACE): Consumer {
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: "es2022",
    module: "nodenext",
    types: [],
    outDir: "out",
  };
  return {
    name: `TypeScript ${name}, strict`,
    ...(version === WORKSPACE && { short: true }),
    tools: { typescript: version },
    files: {
      "main.ts": 'import { train } from "./training.js";\n\nconst result: string = train();\nconsole.log(result);\n',
      "tsconfig.json": JSON.stringify({ compilerOptions, files: ["main.ts"] }),
    },
    results: 1,
    threads: [],
    run: async ({ node }) => {
      const tsc = "node_modules/typescript/bin/tsc";
      await node(tsc, "--module", "preserve", "--moduleResolution", "bundler", "--noEmit");
      await node(tsc);
      return node("out/main.js");
    },
  };
}

/** As CommonJS under the oldest setting that knows of both kinds of module; a tensor of one kind goes to the other. */
function commonJs(name: string, version: string = WORKSPACE): Consumer {
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    target: "es2022",
    module: "node16",
    types: [],
    outDir: "out",
  };
  return {
    name: `TypeScript ${name}, CommonJS under node16`,
    ...(version === WORKSPACE && { short: true }),
    tools: { typescript: version },
    files: {
      "main.cts": 'import { train } from "./training.cjs";\n\nconst result: string = train();\nconsole.log(result);\n',
      "doubled.cts":
        'import { Tensor } from "@unfoldjs/tensor-core";\nimport nn = require("@unfoldjs/nn");\n\n' +
        "export class Doubled extends nn.Module {\n" +
        "  override forward(x: Tensor<[2]>): Tensor<[2]> {\n" +
        '    if (!(x instanceof Tensor)) throw new Error("another Tensor");\n    return x.mul(2);\n  }\n}\n',
      "both.mts":
        'import { Module } from "@unfoldjs/nn";\nimport { tensor } from "@unfoldjs/tensor-core";\n' +
        'import { Doubled } from "./doubled.cjs";\n\nconst module: Module = new Doubled();\n' +
        'if (!(module instanceof Module)) throw new Error("another Module");\n' +
        "const [first, second] = new Doubled().forward(tensor([1, 2])).data();\n" +
        'if (first !== 2 || second !== 4) throw new Error("another product");\n',
      "tsconfig.json": JSON.stringify({ compilerOptions, files: ["main.cts", "both.mts"] }),
    },
    results: 1,
    threads: [],
    run: async ({ node }) => {
      await node("node_modules/typescript/bin/tsc");
      return (await node("out/both.mjs")) + (await node("out/main.cjs"));
    },
  };
}

function vite(name: string, version: string = WORKSPACE): Consumer {
  return {
    name: `Vite ${name}, served and built`,
    ...(version === WORKSPACE && { short: true }),
    needs: "browser",
    tools: { vite: version },
    files: pageFiles(BUNDLED_WORKER),
    results: 4,
    // Vite's server sends no isolation headers unless it is told to; what it builds is served with them.
    threads: [1, 1, 2, 2],
    run: servedAndBuilt,
  };
}

function rollup(format: "es" | "iife", worker: string): Consumer {
  return {
    name: `rollup 4, ${format}`,
    needs: "browser",
    tools: { rollup: "4.68.7", "@rollup/plugin-node-resolve": "16.0.3" },
    files: pageFiles(worker),
    results: 2,
    threads: [2, 2],
    run: async ({ bin, folder }) => {
      for (const entry of ["main", "worker"]) {
        await bin(
          "rollup",
          `${entry}.js`,
          "--plugin",
          "node-resolve",
          "--format",
          format,
          "--file",
          `dist/${entry}.js`,
        );
      }
      return openFolder(join(folder, "dist"));
    },
  };
}

function esbuild(format: "esm" | "iife", worker: string): Consumer {
  return {
    name: `esbuild 0.28, ${format}`,
    needs: "browser",
    tools: { esbuild: "0.28.2" },
    files: pageFiles(worker),
    results: 2,
    threads: [2, 2],
    run: async ({ bin, folder }) => {
      await bin("esbuild", "main.js", "worker.js", "--bundle", `--format=${format}`, "--outdir=dist");
      return openFolder(join(folder, "dist"));
    },
  };
}

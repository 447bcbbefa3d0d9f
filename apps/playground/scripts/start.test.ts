import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { labs } from "../src/labs/list.ts";
import { servePages } from "./preview-server.ts";

// Tries what people type, on the pages as they are built: by turbo before it runs these tests, or, if there are none, before the first test.

const started: ChildProcess[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.kill("SIGKILL");
});

/** What other machines of a network can call this one; none without a network. */
const others = Object.values(networkInterfaces())
  .flatMap((addresses = []) => addresses)
  .filter(({ family, internal }) => family === "IPv4" && !internal);

interface Started {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  printed(): string;
  /** Its exit code. */
  readonly end: Promise<number | null>;
}

function start(...options: string[]): Started {
  const child = spawn(process.execPath, [join(import.meta.dirname, "start.ts"), ...options]);
  started.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return { process: child, printed: () => text, end: once(child, "close").then(([code]) => code as number | null) };
}

/** Waits until it serves. @returns the address for this machine */
async function addressOf({ printed, end }: Started): Promise<string> {
  const ended = end.then(() => true);
  for (;;) {
    if (printed().includes("Ctrl-C stops it.")) break;
    const isOver = await Promise.race([ended, new Promise<false>((done) => setTimeout(() => done(false), 20))]);
    if (isOver) throw new Error(`it ended without serving:\n${printed()}`);
  }
  const address = /http:\/\/localhost:\d+\//.exec(printed())?.[0];
  if (address === undefined) throw new Error(`it printed no address:\n${printed()}`);
  return address;
}

async function failure(...options: string[]): Promise<string> {
  const { end, printed } = start(...options);
  expect(await end).toBe(1);
  expect(printed()).not.toMatch(/^\s+at /m); // a stack trace
  return printed();
}

test("the printed address answers with every lab's page, isolated", async () => {
  const address = await addressOf(start("--port", "0"));
  for (const path of ["", ...labs.map(({ id }) => `${id}/`)]) {
    const { status, headers } = await fetch(address + path);
    expect(status).toBe(200);
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
    expect(headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
  }
});

test("a lab's address without its last slash leads to its page, with its settings", async () => {
  const address = await addressOf(start("--port", "0"));
  for (const { id } of labs) {
    const { status, url } = await fetch(`${address}${id}?lang=zh`);
    expect([status, url]).toEqual([200, `${address}${id}/?lang=zh`]);
  }
  expect((await fetch(`${address}no-such-lab/`)).status).toBe(404);
});

test.each([
  [["--host"], others.length > 0],
  [[], false],
])("with %j pages are for other machines too, and then it says what they lack there: %s", async (options, isOpen) => {
  const served = start("--port", "0", ...options);
  await addressOf(served);
  expect(served.printed().includes("from other machines")).toBe(isOpen);
  expect(served.printed().includes("no secure context")).toBe(isOpen);
});

// Windows has no signals to send.
test.skipIf(process.platform === "win32")("Ctrl-C ends it well, and the port is free again", async () => {
  const first = start("--port", "0");
  const { port } = new URL(await addressOf(first));
  first.process.kill("SIGINT");
  expect(await first.end).toBe(0);
  expect(await addressOf(start("--port", port))).toBe(`http://localhost:${port}/`);
});

test("a port in use is named, and another one proposed", async () => {
  const occupant = createServer().listen(0, "localhost");
  await once(occupant, "listening");
  try {
    const address = occupant.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const message = await failure("--port", String(port));
    expect(message).toContain(`Port ${port} is in use by another program`);
    expect(message).toContain(`npm start -- --port ${port + 1}`);
  } finally {
    occupant.close();
  }
});

test.each([
  [["--port", "http"], "It must be a whole number from 0 to 65535."],
  [["--port", "65536"], "It must be a whole number from 0 to 65535."],
  [["--prot", "80"], "unknown option '--prot'"],
  [["4173"], "too many arguments"],
])("%j is refused, and --help named", async (options, message) => {
  const printed = await failure(...options);
  expect(printed).toContain(message);
  expect(printed).toContain("Add --help to see the options.");
});

test("an address that is not this machine's", async () => {
  // TEST-NET-3 of RFC 5737 is for documentation only.
  const printed = await failure("--port", "0", "--host", "203.0.113.1");
  expect(printed).toContain("203.0.113.1 is no address of this machine");
  expect(printed).toContain("npm start -- --host");
});

test("without a build it says how to make one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "unfold-unbuilt-"));
  try {
    await expect(servePages({ port: 0, folder })).rejects.toThrow(/no built pages in .*dist\.\nRun `npm start`/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import * as promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FileError } from "@unfoldjs/tensor-core";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fileSystem } from "./file-system.ts";
import { unfinishedName } from "./leftovers.ts";
import { readFile } from "./read-file.ts";
import { writeFile, writeFiles } from "./write-file.ts";

const root = mkdtempSync(join(tmpdir(), "nn-write-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = root;
let counter = 0;
beforeEach(() => mkdirSync((folder = join(root, String(counter++)))));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const bytes = Uint8Array.of(1, 2, 3);
const content = (name: string): number[] => [...readFileSync(join(folder, name))];

describe("a file that is written", () => {
  test("takes the place of a link's target, and the link stays", async () => {
    mkdirSync(join(folder, "far"));
    writeFileSync(join(folder, "far", "real"), "old");
    symlinkSync(join("far", "real"), join(folder, "link"));
    symlinkSync("link", join(folder, "link-to-link"));
    await writeFile(join(folder, "link-to-link"), bytes);
    expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(folder, "link-to-link"))).toBe("link");
    expect(content("far/real")).toEqual([1, 2, 3]);
    expect(readdirSync(join(folder, "far"))).toEqual(["real"]);
  });

  test("is made where a link leads to nothing yet, and refused where links lead to one another", async () => {
    symlinkSync(join("not", "there", "yet"), join(folder, "link"));
    await writeFile(join(folder, "link"), bytes);
    expect(content("not/there/yet")).toEqual([1, 2, 3]);
    symlinkSync("b", join(folder, "a"));
    symlinkSync("a", join(folder, "b"));
    await expect(writeFile(join(folder, "a"), bytes)).rejects.toThrow(/ELOOP/);
  });

  test.each([0o600, 0o640, 0o444 | 0o200, 0o755])("keeps the permissions %o of the one before", async (mode) => {
    const path = join(folder, "model");
    writeFileSync(path, "old");
    chmodSync(path, mode);
    await writeFile(path, bytes);
    expect([statSync(path).mode & 0o777, content("model")]).toEqual([mode, [1, 2, 3]]);
  });

  test("has the permissions of any new file where there was none", async () => {
    writeFileSync(join(folder, "any"), "");
    await writeFile(join(folder, "new"), bytes);
    expect(statSync(join(folder, "new")).mode).toBe(statSync(join(folder, "any")).mode);
  });

  test.skipIf(process.getuid?.() === 0)("does not replace one that must not be written to", async () => {
    const path = join(folder, "kept");
    writeFileSync(path, "old", { mode: 0o444 });
    await expect(writeFile(path, bytes)).rejects.toThrow(/EACCES/);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  test.skipIf(!existsSync("/dev/null"))("is not put in the place of a device", async () => {
    await writeFile("/dev/null", bytes);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("is not put in the place of a folder", async () => {
    mkdirSync(join(folder, "taken"));
    await expect(writeFile(join(folder, "taken"), bytes)).rejects.toThrow(FileError);
    await expect(writeFile(join(folder, "taken"), bytes)).rejects.toThrow(/EISDIR/);
    expect(readdirSync(folder)).toEqual(["taken"]);
  });

  test("leaves other names of the old file as they were", async () => {
    writeFileSync(join(folder, "model"), "old");
    linkSync(join(folder, "model"), join(folder, "other-name"));
    await writeFile(join(folder, "model"), bytes);
    expect(readFileSync(join(folder, "other-name"), "utf8")).toBe("old");
  });

  test("may have a long name, and be said by a URL", async () => {
    const name = "é".repeat(120);
    await writeFile(pathToFileURL(join(folder, name)), bytes);
    expect(content(name)).toEqual([1, 2, 3]);
  });

  test("is whole on the disk before it gets its name, and then its folder is", async () => {
    const steps: string[] = [];
    const files = new Proxy(promises, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== "function") return value;
        return async (...given: unknown[]): Promise<unknown> => {
          const result: unknown = await Reflect.apply(value, target, given);
          if (name === "rename") steps.push("rename");
          if (name !== "open") return result;
          const handle = result as promises.FileHandle;
          const what = given[1] === "r" ? "folder" : "file";
          return new Proxy(handle, {
            get(opened, method) {
              const own: unknown = Reflect.get(opened, method, opened);
              if (typeof own !== "function") return own;
              return (...inner: unknown[]): unknown => {
                if (method === "sync" || method === "writeFile") steps.push(`${method} ${what}`);
                return Reflect.apply(own, opened, inner);
              };
            },
          });
        };
      },
    });
    const real = process;
    vi.stubGlobal("process", {
      pid: real.pid,
      kill: real.kill.bind(real),
      uptime: () => real.uptime(),
      getBuiltinModule: (id: string) => (id === "node:fs/promises" ? files : real.getBuiltinModule(id as "node:fs")),
    });
    await writeFile(join(folder, "model"), bytes);
    vi.unstubAllGlobals();
    expect(steps).toEqual(["writeFile file", "sync file", "rename", "sync folder"]);
    expect(content("model")).toEqual([1, 2, 3]);
  });

  test("has a temporary name of its own, also where many are written at once and the clock stands still", async () => {
    vi.stubGlobal("performance", { now: () => 1 });
    vi.spyOn(Date, "now").mockReturnValue(1);
    const all = Array.from({ length: 200 }, (_, i) => writeFile(join(folder, "model"), Uint8Array.of(i)));
    expect((await Promise.allSettled(all)).filter(({ status }) => status === "rejected")).toEqual([]);
    expect(readdirSync(folder)).toEqual(["model"]);
  });
});

describe("pieces that are written", () => {
  async function* pieces(fails = false): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1);
    await Promise.resolve();
    yield Uint8Array.of(2, 3);
    if (fails) throw new RangeError("the maker's own");
  }

  test("are one file, like text", async () => {
    await writeFile(join(folder, "async"), pieces());
    await writeFile(join(folder, "list"), [Uint8Array.of(1), Uint8Array.of(2, 3)]);
    await writeFile(join(folder, "text"), "\u0001\u0002\u0003");
    for (const name of ["async", "list", "text"]) expect(content(name)).toEqual([1, 2, 3]);
  });

  test("leave what was there if their maker throws, whose error it stays", async () => {
    writeFileSync(join(folder, "kept"), "old");
    await expect(writeFile(join(folder, "kept"), pieces(true))).rejects.toThrow(RangeError);
    expect(readFileSync(join(folder, "kept"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["kept"]);
  });

  test.each([
    ["content", 3 as unknown as string],
    ["content", Promise.resolve("a") as unknown as string],
    ["a piece of content", [1, 2] as unknown as Uint8Array[]],
  ])("are refused where %s is none", async (name, wrong) => {
    await expect(writeFile(join(folder, "kept"), wrong)).rejects.toThrow(new RegExp(`^writeFile: .*${name}`));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("several files", () => {
  test("are all written, or none", async () => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    await writeFiles({ [one]: "1", [two]: Uint8Array.of(2) });
    expect([content("one"), content("two")]).toEqual([[49], [2]]);
    mkdirSync(join(folder, "taken"));
    await expect(writeFiles({ [one]: "new", [join(folder, "taken")]: "new", [two]: "new" })).rejects.toThrow(
      /^writeFiles: .*EISDIR/s,
    );
    expect([content("one"), content("two"), readdirSync(folder).length]).toEqual([[49], [2], 3]);
  });

  // As on a full disk: the file is there, and part of it is written.
  test("are as they were where the disk is full", async () => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    await writeFiles({ [one]: "old", [two]: "old" });
    const full = new Proxy(promises, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (name !== "open") return value;
        return async (path: string, flags: string, mode?: number): Promise<promises.FileHandle> => {
          const handle = await promises.open(path, flags, mode);
          if (!path.startsWith(two)) return handle;
          handle.writeFile = async () => {
            await handle.write("ne");
            throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
          };
          return handle;
        };
      },
    });
    const real = process;
    vi.stubGlobal("process", {
      pid: real.pid,
      kill: real.kill.bind(real),
      uptime: () => real.uptime(),
      getBuiltinModule: (id: string) => (id === "node:fs/promises" ? full : real.getBuiltinModule(id as "node:fs")),
    });
    const refused = writeFiles({ [one]: "new", [two]: "new" });
    await expect(refused).rejects.toThrow(/ENOSPC[^]*make room on the disk/);
    vi.unstubAllGlobals();
    expect(readdirSync(folder)).toEqual(["one", "two"]);
    for (const name of [one, two]) expect(readFileSync(name, "utf8")).toBe("old");
  });

  // There mkdir answers ENOENT although the parent is there.
  test.runIf(process.platform === "linux")("are refused where no folder can be made", async () => {
    await expect(writeFiles({ "/proc/unfold/out/file": "" })).rejects.toThrow(FileError);
  });
});

describe("what a save left unfinished", () => {
  const system = fileSystem("test", "");
  /** A leftover of a process, written so many seconds ago. */
  function leftover(pid: number, seconds: number, machine?: string): string {
    const own = unfinishedName(system).replace(`-${process.pid}-`, `-${pid}-`);
    const name = `old${machine === undefined ? own : own.replace(/^\.\w{8}/, `.${machine}`)}`;
    writeFileSync(join(folder, name), "half");
    const then = Date.now() / 1000 - seconds;
    utimesSync(join(folder, name), then, then);
    return name;
  }
  const isLeft = async (name: string): Promise<boolean> => {
    await writeFile(join(folder, "model"), bytes);
    return existsSync(join(folder, name));
  };
  const ended = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

  test("by a process that has ended is taken away by the next save in the folder", async () => {
    expect(await isLeft(leftover(ended(), 0))).toBe(false);
  });

  test("by a running process is left for an hour", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    try {
      const pid = child.pid ?? 0;
      expect(await isLeft(leftover(pid, 60))).toBe(true);
      expect(await isLeft(leftover(pid, 3700))).toBe(false);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("by a process before this one that had its number is taken away, what this one writes is not", async () => {
    expect(await isLeft(leftover(process.pid, 0))).toBe(true);
    expect(await isLeft(leftover(process.pid, process.uptime() + 60))).toBe(false);
  });

  test("by another machine is left for a day", async () => {
    expect(await isLeft(leftover(1, 7200, "00000000"))).toBe(true);
    expect(await isLeft(leftover(1, 90_000, "00000000"))).toBe(false);
  });

  test("is not mistaken for a file of somebody else's", async () => {
    for (const name of ["film.part", "model.safetensors.abc.part", "x.0badcafe-1-12345678.part.txt"]) {
      writeFileSync(join(folder, name), "mine");
      utimesSync(join(folder, name), 0, 0);
      expect(await isLeft(name)).toBe(true);
    }
  });

  test("by a process that was killed while it wrote is taken away, and the file is the old one or the new one", async () => {
    const path = join(folder, "model");
    const size = 2 ** 25;
    const program = `
      const { writeFile } = await import(${JSON.stringify(new URL("write-file.ts", import.meta.url).href)});
      for (let i = 1; ; i = (i % 200) + 1) await writeFile(${JSON.stringify(path)}, new Uint8Array(${size}).fill(i));
    `;
    let parts: string[] = [];
    while (parts.length === 0) {
      const child: ChildProcess = spawn(
        process.execPath,
        ["--conditions=@unfoldjs/source", "--input-type=module", "-e", program],
        { stdio: ["ignore", "ignore", "inherit"] },
      );
      const gone = once(child, "exit");
      while (!readdirSync(folder).some((name) => name.endsWith(".part")) && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(child.exitCode).toBeNull();
      child.kill("SIGKILL");
      await gone;
      parts = readdirSync(folder).filter((name) => name.endsWith(".part"));
    }
    const whole = existsSync(path) ? readFileSync(path) : new Uint8Array(size); // none yet is as good
    expect([whole.length, whole.every((byte) => byte === whole[0])]).toEqual([size, true]);
    await writeFile(path, bytes);
    expect(readdirSync(folder)).toEqual(["model"]);
  }, 60_000);
});

describe("a file that is read", () => {
  test("comes in pieces where it is larger than one call can give", async () => {
    const path = join(folder, "large");
    const large = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    writeFileSync(path, large);
    for (const piece of [1, 7, 999, 1000, 1001]) expect([...(await readFile(path, "load", piece))]).toEqual([...large]);
  });
});

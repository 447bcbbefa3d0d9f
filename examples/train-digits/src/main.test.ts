import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSafetensors } from "@unfoldjs/tensor-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program from its sources. */
function trainDigits(...options: string[]): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), ...options],
    { cwd: folder, encoding: "utf8", timeout: 200_000 },
  );
  return { code: status, stdout, stderr };
}

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "unfold-train-digits-"))));
afterAll(() => rm(folder, { recursive: true }));

describe("the command line", () => {
  test("lists its options", () => {
    const { code, stdout } = trainDigits("--help");
    expect(code).toBe(0);
    const options = ["--data", "--from", "--epochs", "--seed", "--threads", "--limit", "--quick", "--resume", "--out"];
    for (const option of options) expect(stdout).toContain(option);
    expect(stdout).toMatch(/"mnist", "fashion"/);
  });

  const wrong: [options: string[], message: RegExp][] = [
    [["--epoch", "3"], /unknown option '--epoch'[^]*Did you mean --epochs/],
    [["--epochs", "0"], /'--epochs <n>' argument '0' is invalid. It must be a whole number from 1 to 1000/],
    [["--epochs", "1e3"], /whole number/],
    [["--seed=-1"], /It must be a whole number from 0 to 4294967295/],
    [["--threads", "0"], /It must be a whole number from 1 to 32/],
    [["--data", "cifar"], /Allowed choices are mnist, fashion/],
    [["digits"], /too many arguments/],
  ];
  test.for(wrong)("refuses %s and says why", ([options, message]) => {
    const { code, stdout, stderr } = trainDigits(...options);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe("");
  });

  test("finds out before training that results cannot be written", async () => {
    await writeFile(join(folder, "file"), "");
    const { code, stdout, stderr } = trainDigits("--out", "file");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: OutputFolder: results cannot be written: a file of that name is in the way\n[^]*fix: choose another folder/,
    );
    expect(stdout).toBe("");
  });

  test("refuses pictures that are cut off", async () => {
    const pictures = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3);
    const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 9, 0);
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "train-images-idx3-ubyte"), pictures);
    await writeFile(join(folder, "data", "train-labels-idx1-ubyte"), labels);
    const { code, stderr } = trainDigits("--from", "data", "--out", "unused");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: parseIdx: the file ends before its last element\n +file +data.train-images-idx3-ubyte\n[^]*needed +1568 bytes\n +came +3 bytes\n/,
    );
    expect(await readdir(join(folder, "unused"))).toEqual([]);
  });

  test("says which file is missing", () => {
    const { code, stderr } = trainDigits("--from", "nowhere", "--out", "unused");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: mnist: the folder has neither this file nor its .gz\n[^]*nowhere/);
  });
});

describe("a short training", () => {
  const train = (out: string, ...more: string[]): Run =>
    trainDigits("--limit", "1920", "--epochs", "2", "--seed", "7", "--out", out, ...more);
  let first: Run;
  beforeAll(() => void (first = train("first")), 60_000);
  const result = (name: string, run = "first"): Promise<Buffer> => readFile(join(folder, run, name));

  test("ends well, and tells how it went", () => {
    expect(first.stderr).toMatch(/^epoch 1\/2 {2}loss [^]* images\/s[^]*^epoch 2\/2 {2}loss .*\n$/m);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^truth +0 +1 +2/m);
    expect(first.stdout).toMatch(/^seen as \d, \d+ %/m);
    expect(first.stdout).toMatch(/Test accuracy \d\d\.\d\d %/);
    expect(first.stdout).toContain("What to try next:");
  });

  test("has learned something about digits that it has not seen", async () => {
    const metrics = JSON.parse(String(await result("metrics.json"))) as Record<string, number>;
    expect(metrics).toMatchObject({ data: "mnist", epochs: 2, seed: 7, threads: expect.any(Number) });
    expect(metrics["testAccuracy"]).toBeGreaterThan(0.7);
    expect(metrics["trainSeconds"]).toBeGreaterThan(0);
    expect(metrics["imagesPerSecond"]).toBeCloseTo(3840 / (metrics["trainSeconds"] ?? 0), 6);
  });

  test("leaves its five files and nothing else", async () => {
    expect((await readdir(join(folder, "first"))).toSorted()).toEqual([
      "learned-filters.png",
      "loss-curve.svg",
      "metrics.json",
      "model.safetensors",
      "training.safetensors",
    ]);
    const { tensors } = decodeSafetensors(new Uint8Array(await result("model.safetensors")));
    const weights = [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const metrics = JSON.parse(String(await result("metrics.json"))) as Record<string, number>;
    expect(weights).toBe(metrics["parameters"]);
    expect((await result("learned-filters.png")).subarray(1, 4).toString()).toBe("PNG");
    expect(String(await result("loss-curve.svg"))).toMatch(/^<svg[^]*<polyline points="\d/);
  });

  test("gives the same weights, bit for bit, from the same seed", async () => {
    expect(train("second").code).toBe(0);
    expect(await result("model.safetensors", "second")).toEqual(await result("model.safetensors"));
  }, 60_000);

  test("goes on from its checkpoint: to the same where nothing is left, else with the epochs that are", async () => {
    for (const name of ["done", "more"]) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "training.safetensors"), await result("training.safetensors"));
    }
    expect(train("done", "--resume").code).toBe(0);
    for (const name of ["model.safetensors", "loss-curve.svg"]) {
      expect(await result(name, "done")).toEqual(await result(name));
    }
    const finalLoss = async (name: string): Promise<unknown> =>
      (JSON.parse(String(await result("metrics.json", name))) as Record<string, unknown>)["finalLoss"];
    expect(await finalLoss("done")).toBe(await finalLoss("first"));

    const more = train("more", "--resume", "--epochs", "3");
    expect(more.stderr).toMatch(/^epoch 3\/3 {2}loss .*\n$/);
    expect(await result("model.safetensors", "more")).not.toEqual(await result("model.safetensors"));
    expect(train("nothing", "--resume").stderr).toMatch(/^error: OutputFolder: there is nothing to go on from/);
  }, 120_000);

  test("uses as many threads as it is told, and gives the same weights on any number of them", async () => {
    for (const threads of ["1", "2"]) {
      expect(train(threads, "--threads", threads).code).toBe(0);
      expect(await result("model.safetensors", threads)).toEqual(await result("model.safetensors"));
      expect(JSON.parse(String(await result("metrics.json", threads)))).toMatchObject({ threads: Number(threads) });
    }
  }, 120_000);
});

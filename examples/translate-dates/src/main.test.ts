import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "@unfoldjs/nn";
import { AttentionSeq2Seq, layers } from "@unfoldjs/sequence-layers";
import { Generator } from "@unfoldjs/tensor-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judge } from "./translate/judge.ts";
import { drawExample, HELD_OUT_DAYS, SEEN } from "./dates/data.ts";
import { Draws } from "./dates/draws.ts";
import { CHARACTER_COUNT, TOKEN_COUNT } from "./dates/vocabulary.ts";

/** Runs the program from its sources. */
function translateDates(...options: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), ...options],
    { cwd: folder, encoding: "utf8", timeout: 200_000 },
  );
  return { code: status, stdout, stderr };
}

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "unfold-translate-dates-"))));
afterAll(() => rm(folder, { recursive: true }));

describe("the command line", () => {
  test("lists its options", () => {
    const { code, stdout } = translateDates("--help");
    expect(code).toBe(0);
    for (const option of ["--dates", "--epochs", "--hidden", "--seed", "--threads", "--quick", "--resume", "--out"]) {
      expect(stdout).toContain(option);
    }
  });

  test("finds no checkpoint to go on from, and says so", () => {
    const { code, stderr } = translateDates("--resume", "--out", "none");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: OutputFolder: there is nothing to go on from[^]*fix: run it without --resume/);
  });
});

describe("a run", () => {
  const small = ["--quick", "--dates", "256", "--hidden", "8", "--seed", "3"];

  test("writes a model that loads, pictures and numbers; the same seed gives the same model, and --resume the rest of its training", async () => {
    const { code, stdout, stderr } = translateDates(...small, "--epochs", "2", "--out", "whole");
    expect(stderr).toMatch(/^epoch 1\/2 [^]*epoch 2\/2 .*\n$/); // how it goes
    expect(code).toBe(0);
    expect(stdout).toMatch(/formats that it learned +\d+\.\d % of 200/);
    expect((await readdir(join(folder, "whole"))).sort()).toEqual(
      ["attention-cost.svg", "loss-curve.svg", "metrics.json", "model.safetensors", "training.safetensors"]
        .concat(stdout.includes("✓") ? ["attention.svg"] : [])
        .sort(),
    );
    const metrics = JSON.parse(await readFile(join(folder, "whole", "metrics.json"), "utf8")) as Record<
      string,
      unknown
    >;
    for (const name of ["exactMatch", "exactMatchUnseenFormats", "attentionOnMonth", "trainSeconds"]) {
      expect(metrics).toHaveProperty(name, expect.any(Number));
    }
    expect(metrics["dataHash"]).toMatch(/^[0-9a-f]{64}$/);
    const model = await load(join(folder, "whole", "model.safetensors"), { layers });
    expect(model).toBeInstanceOf(AttentionSeq2Seq);

    const bytes = (name: string): Promise<Buffer> => readFile(join(folder, name, "model.safetensors"));
    const first = await bytes("whole");
    expect(translateDates(...small, "--epochs", "2", "--out", "again").code).toBe(0);
    expect((await bytes("again")).equals(first)).toBe(true);
    // Nothing is left to do: the model is the one that the checkpoint holds.
    expect(translateDates(...small, "--epochs", "2", "--seed", "3", "--resume", "--out", "again").code).toBe(0);
    expect((await bytes("again")).equals(first)).toBe(true);
  });
});

test("a model that was not trained attends to the month about as to the rest, and is right about nothing", async () => {
  const model = new AttentionSeq2Seq(CHARACTER_COUNT, TOKEN_COUNT, 8, {
    embeddingSize: 4,
    generator: new Generator(1),
  }).eval();
  const draws = new Draws(new Generator(1));
  const examples = Array.from({ length: 40 }, () => drawExample(HELD_OUT_DAYS, SEEN, draws));
  const { exactMatch, attentionOnMonth, uniformOnMonth, translated } = await judge(model, examples);
  expect(exactMatch).toBe(0);
  expect(Math.abs(attentionOnMonth - uniformOnMonth)).toBeLessThan(0.1);
  expect(translated.every(({ written, attention }) => written.length <= 10 && attention.length === 10)).toBe(true);
  model.dispose();
});

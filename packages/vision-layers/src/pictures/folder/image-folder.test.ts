import { batches, splitExamples } from "@unfoldjs/nn";
import { FileError, FormatError, Generator, memory, NotFoundError, scope, ValueError } from "@unfoldjs/tensor-core";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodePicture, imageFolder, randomCrop, resize, toTensor } from "../../pictures.ts";
import { fixture, fixturePath } from "../testing/fixtures.ts";

const root = mkdtempSync(join(tmpdir(), "unfold-folder-"));
const put = (path: string, name: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  copyFileSync(fixturePath(name), join(root, path));
};

beforeAll(() => {
  put("tulip/2.png", "rgb.png");
  put("tulip/10.JPG", "rgb.jpg");
  put("tulip/red/1.webp", "rgb.webp");
  put("Rose/a.png", "rgba.png");
  put("Rose/b.jpeg", "gray.jpg");
  put("aster/x.avif", "rgb.avif");
  writeFileSync(join(root, "aster/notes.txt"), "no picture");
  writeFileSync(join(root, "README.md"), "no class");
});
afterAll(() => rmSync(root, { recursive: true }));

const small = (folder = imageFolder(root)): typeof folder => folder;

test("classes and files are in torchvision's order", () => {
  const flowers = small();
  expect(flowers.classes).toEqual(["Rose", "aster", "tulip"]); // capitals first, as Python sorts
  expect(flowers.paths).toEqual([
    "Rose/a.png",
    "Rose/b.jpeg",
    "aster/x.avif",
    "tulip/10.JPG",
    "tulip/2.png",
    "tulip/red/1.webp",
  ]);
  expect([...flowers.labels]).toEqual([0, 0, 1, 2, 2, 2]);
  expect(imageFolder(pathToFileURL(root)).paths).toEqual(flowers.paths);
});

test("an example now is one in its time, and what decodePicture gives", async () => {
  const flowers = small();
  for (let i = 0; i < flowers.length; i++) {
    const [now, later] = [flowers.get(i), await flowers.load(i)];
    expect(now.x.shape).toEqual([3, 11, 15]);
    expect(now.x.data()).toEqual(later.x.data());
    expect(now.y.item()).toBe(flowers.labels[i]);
    for (const each of [now.x, now.y, later.x, later.y]) each.dispose();
  }
  const x = toTensor(await decodePicture(fixture("rgb.jpg"), { channels: 3 }));
  const third = flowers.get(3);
  expect(third.x.data()).toEqual(x.data());
  for (const each of [x, third.x, third.y]) each.dispose();
});

test("batches of nn take it, and free what it makes", () => {
  const before = memory();
  const flowers = imageFolder(root, { transform: (picture) => toTensor(resize(picture, [8, 8])), cache: 1e6 });
  const seen: number[] = [];
  for (const { x, y } of batches(flowers, 4, { shuffle: 1 })) {
    expect(x.shape.slice(1)).toEqual([3, 8, 8]);
    expect(y.dtype).toBe("i32");
    seen.push(...y.data());
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 2, 2, 2]);
  expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  const [first, rest] = splitExamples(flowers, 2, { shuffle: 1 });
  expect([first.length, rest.length]).toEqual([2, 4]);
});

test("a transform draws from the folder's generator in batches, and is told where there is none", () => {
  const drawnBy = (seed: number): number[] => {
    const flowers = imageFolder(root, {
      transform: (picture, generator) => randomCrop(toTensor(picture), [4, 4], generator),
      generator: new Generator(seed),
    });
    const drawn: number[] = [];
    for (const { x } of batches(flowers, 6)) drawn.push(...x.data());
    return drawn;
  };
  expect(drawnBy(1)).toEqual(drawnBy(1));
  expect(drawnBy(1)).not.toEqual(drawnBy(2));
  const without = imageFolder(root, {
    transform: (picture, generator) => randomCrop(toTensor(picture), [4, 4], generator),
  });
  expect(() => without.get(0)).toThrow(/^imageFolder: .*no generator to draw from[^]*generator: new Generator/);
});

test("hidden folders are no classes", () => {
  put(".ipynb_checkpoints/a.png", "rgb.png");
  put("tulip/.cache/b.png", "rgb.png");
  expect(imageFolder(root).classes).toEqual(["Rose", "aster", "tulip"]);
  expect(imageFolder(root).length).toBe(6);
});

test("parts have what is theirs", () => {
  const [learned, unseen] = small().split(4, { shuffle: new Generator(3) });
  expect([learned.length, unseen.length]).toEqual([4, 2]);
  expect([...learned.paths, ...unseen.paths].toSorted()).toEqual([...small().paths].toSorted());
  expect(learned.labels.every((label, i) => learned.paths[i]?.startsWith(learned.classes[label] ?? "-"))).toBe(true);
  expect(() => small().split(7)).toThrow(ValueError);
});

test("kept pictures are not read again, and no more are kept than there is room for", () => {
  const folder = mkdtempSync(join(tmpdir(), "unfold-cached-"));
  mkdirSync(join(folder, "a"));
  for (const name of ["1", "2", "3"]) copyFileSync(fixturePath("rgb.png"), join(folder, "a", `${name}.png`));
  const size = 11 * 15 * 3;
  scope(() => {
    const two = imageFolder(folder, { cache: 2 * size });
    for (const place of [0, 1, 0, 2]) two.get(place); // the second is the one asked for longest ago
    rmSync(join(folder, "a"), { recursive: true });
    expect(two.get(0).x.shape).toEqual([3, 11, 15]);
    expect(two.get(2).x.shape).toEqual([3, 11, 15]);
    expect(() => two.get(1)).toThrow(NotFoundError);
  });
  rmSync(folder, { recursive: true });
});

describe("what is wrong is told by its path", () => {
  test("damaged files are refused when they are read, listed by findDamaged and left out by skip", async () => {
    const folder = mkdtempSync(join(tmpdir(), "unfold-damaged-"));
    mkdirSync(join(folder, "a"));
    copyFileSync(fixturePath("rgb.png"), join(folder, "a/1.png"));
    writeFileSync(join(folder, "a/2.png"), fixture("rgb.png").slice(0, 150));
    writeFileSync(join(folder, "a/3.jpg"), "<html>404</html>");
    copyFileSync(fixturePath("bomb.png"), join(folder, "a/4.png"));
    const pictures = imageFolder(folder);
    expect(() => pictures.get(1)).toThrow(FormatError);
    expect(() => pictures.get(1)).toThrow(/cut off[^]*a\/2\.png/);
    await expect(pictures.load(2)).rejects.toThrow(/HTML[^]*a\/3\.jpg/);
    const damaged = await pictures.findDamaged();
    expect(damaged.map(({ path }) => path)).toEqual(["a/2.png", "a/3.jpg", "a/4.png"]);
    expect(damaged[2]?.problem).toMatch(/3600000000 pixels/);
    const rest = imageFolder(folder, { skip: damaged.map(({ path }) => path) });
    expect(rest.paths).toEqual(["a/1.png"]);
    expect(imageFolder(folder, { skip: damaged }).paths).toEqual(["a/1.png"]);
    expect(() => imageFolder(folder, { skip: ["a/22.png"] })).toThrow(
      /no such picture to skip[^]*did you mean a\/2\.png/,
    );
    rmSync(folder, { recursive: true });
  });

  test("links that lead back, nowhere, or round and round, and folders called as pictures", async () => {
    const folder = mkdtempSync(join(tmpdir(), "unfold-links-"));
    mkdirSync(join(folder, "a/deep.png"), { recursive: true });
    mkdirSync(join(folder, "b"));
    copyFileSync(fixturePath("rgb.png"), join(folder, "a/deep.png/1.png"));
    copyFileSync(fixturePath("rgb.png"), join(folder, "b/2.png"));
    symlinkSync("../..", join(folder, "a/deep.png/back"));
    symlinkSync("..", join(folder, "b/up"));
    symlinkSync("../a/deep.png", join(folder, "b/aside")); // leads to what is not above: listed, as torchvision does
    symlinkSync("gone.png", join(folder, "b/nowhere.png"));
    symlinkSync("round.png", join(folder, "b/round.png"));
    const pictures = imageFolder(folder);
    expect(pictures.paths).toEqual(["a/deep.png/1.png", "b/2.png", "b/nowhere.png", "b/round.png", "b/aside/1.png"]);
    expect(() => pictures.get(2)).toThrow(NotFoundError);
    expect(() => pictures.get(3)).toThrow(FileError);
    const damaged = await pictures.findDamaged();
    expect(damaged.map(({ path }) => path)).toEqual(["b/nowhere.png", "b/round.png"]);
    expect(imageFolder(folder, { skip: damaged })).toHaveLength(3);
    rmSync(folder, { recursive: true });
  });

  test("no folder, no classes, an empty class, no such place, a transform that gives no tensor", () => {
    expect(() => imageFolder(join(root, "none"))).toThrow(NotFoundError);
    expect(() => imageFolder(join(root, "Rose"))).toThrow(/no folders in it/);
    mkdirSync(join(root, "tulip/sub/empty"), { recursive: true });
    const empty = mkdtempSync(join(tmpdir(), "unfold-empty-"));
    mkdirSync(join(empty, "nothing"));
    expect(() => imageFolder(empty)).toThrow(/a class has no picture[^]*nothing/);
    rmSync(empty, { recursive: true });
    expect(() => small().get(6)).toThrow(/index must be a whole number/);
    const wrong = imageFolder(root, { transform: ((picture: unknown) => picture) as never });
    expect(() => wrong.get(0)).toThrow(/what transform gives must be a tensor/);
    const drawing = imageFolder(root, {
      transform: (picture, generator) => toTensor(randomCrop(picture, 4, generator)),
    });
    expect(() => drawing.get(0)).toThrow(/generator/);
    expect(() => imageFolder(root, { transfrom: toTensor } as never)).toThrow(/did you mean transform/);
  });

  test("without native code", () => {
    scope(() => {
      const pure = imageFolder(root, { decoder: "pure" });
      expect(pure.get(4).x.shape).toEqual([3, 11, 15]);
      expect(() => pure.get(2)).toThrow(/AVIF is read by the package sharp/);
    });
  });
});

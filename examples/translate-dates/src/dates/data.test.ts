import { Generator } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { drawExample, FOREIGN, FORMATS, HELD_OUT_DAYS, LEARNED_DAYS, SEEN, UNSEEN } from "./data.ts";
import { isoOf, partsOf } from "./format.ts";
import { distance, mistyped } from "./mistake.ts";
import { Draws } from "./draws.ts";
import { CHARACTER_COUNT, numbersOf, textOf, tokensOf } from "./vocabulary.ts";

const day = { year: 2024, month: 3, day: 4 };
const written = (locale: string, style: string): string => {
  const format = FORMATS.find((each) => each.locale === locale && each.style === style);
  return format === undefined
    ? ""
    : partsOf(day, format)
        .map(({ text }) => text)
        .join("");
};

describe("formats", () => {
  test("write dates as people do", () => {
    expect(written("en-US", "full")).toBe("monday, march 4, 2024");
    expect(written("de", "long")).toBe("4. märz 2024");
    expect(written("fr", "full")).toBe("lundi 4 mars 2024");
    expect(written("ja", "full")).toBe("2024年3月4日月曜日");
    expect(written("hu", "long")).toBe("2024. március 4.");
  });

  test("no name means two months, in whatever language", () => {
    const months = new Map<string, number>();
    for (const format of FORMATS) {
      format.months.forEach((name, at) => {
        expect([name, months.get(name) ?? at]).toEqual([name, at]);
        months.set(name, at);
      });
    }
    expect(months.size).toBeGreaterThan(150);
  });

  test("are learned, held back, or of another language", () => {
    expect(SEEN.length + UNSEEN.length + FOREIGN.length).toBe(FORMATS.length);
    expect(UNSEEN.map(({ locale }) => SEEN.some((seen) => seen.locale === locale))).not.toContain(false);
    expect(FOREIGN.map(({ locale }) => SEEN.some((seen) => seen.locale === locale))).not.toContain(true);
  });
});

describe("days", () => {
  test("are learned or held out, never both, and each exists", () => {
    const [learned, heldOut] = [new Set(LEARNED_DAYS.map(isoOf)), new Set(HELD_OUT_DAYS.map(isoOf))];
    expect(learned.size + heldOut.size).toBe(109_573); // 1800 to 2099
    expect([...heldOut].filter((iso) => learned.has(iso))).toEqual([]);
    expect(heldOut.size / 109_573).toBeCloseTo(0.1, 2);
    expect(learned.has("2000-02-29") || heldOut.has("2000-02-29")).toBe(true);
    expect(learned.has("1900-02-29") || heldOut.has("1900-02-29")).toBe(false);
  });
});

describe("examples", () => {
  test("say where the month stands, and are made of known characters", () => {
    const draws = new Draws(new Generator(1));
    for (let at = 0; at < 2000; at++) {
      const { text, iso, format, month } = drawExample(HELD_OUT_DAYS, SEEN, draws);
      expect(iso).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(numbersOf(text).every((number) => number > 1 && number < CHARACTER_COUNT)).toBe(true);
      expect(month === undefined).toBe(format.months.length === 0);
      if (month === undefined) continue;
      const name = Array.from(text).slice(month.start, month.end).join("");
      const nearest = format.months.map((each) => distance(name, each));
      expect([text, nearest.indexOf(Math.min(...nearest)) + 1]).toEqual([text, Number(iso.slice(5, 7))]);
    }
  });

  test("are the same for the same seed", () => {
    const drawn = (seed: number): string[] => {
      const draws = new Draws(new Generator(seed));
      return Array.from({ length: 20 }, () => drawExample(LEARNED_DAYS, SEEN, draws).text);
    };
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn(3)).not.toEqual(drawn(4));
  });
});

test("mistakes are in letters, and leave short words and the first letter alone", () => {
  const draws = new Draws(new Generator(2));
  const typed = Array.from({ length: 200 }, () => mistyped("september", ["september", "october"], draws));
  expect(new Set(typed).size).toBeGreaterThan(50);
  expect(typed.every((word) => word.startsWith("s") && distance(word, "september") <= 2)).toBe(true);
  expect(mistyped("mars", [], draws)).toBe("mars");
  expect(mistyped("3월", [], draws)).toBe("3월");
});

test("tokens of a date and back", () => {
  expect(textOf(tokensOf("2024-03-04"))).toBe("2024-03-04");
});

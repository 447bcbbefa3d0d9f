import type { Shape } from "@unfoldjs/tensor-core";
import type { Form } from "../row/formula.ts";

/** One formula, for a terminal and for a page. */
export interface Notation {
  /** "dA[2, 3] = dy[2, 1] · x[3, 1]ᵀ": each tensor's shape stands where it comes first. */
  readonly text: string;
  /** The same as LaTeX, with shapes below: `\underset{2 \times 3}{\bar{A}} = …`, where \bar{A} is ∂L/∂A. */
  readonly latex: string;
}

/** What a sign in a formula stands for. */
export interface Sign {
  readonly text: string;
  readonly latex: string;
  /** Undefined for a number. */
  readonly shape: Shape | undefined;
}

/** The signs that one call's formulas use: inputs and results by name, and gradients of results. */
export interface Signs {
  readonly values: Readonly<Record<string, Sign | undefined>>;
  /** Of an op with one result it is called "". */
  readonly gradients: Readonly<Record<string, Sign | undefined>>;
  readonly attributes: unknown;
}

/** A tensor by its name: A, v1, or the path of a parameter. */
export function signOf(name: string, shape: Shape): Sign {
  return { text: name, latex: latexName(name), shape };
}

/** The gradient of the loss by a tensor of that name. */
export function gradientSign(name: string, shape: Shape): Sign {
  const isWord = /^\w+$/.test(name);
  return { text: isWord ? `d${name}` : `d(${name})`, latex: latexName(name, "\\bar"), shape };
}

/** A number that stands in a formula as it is. */
export function numberSign(value: number): Sign {
  const text = numberText(value);
  return { text, latex: text.replace("−", "-").replace("∞", "\\infty"), shape: undefined };
}

/** A number for a reader. @param digits that mean something */
export function numberText(value: number, digits = 5): string {
  if (Number.isNaN(value)) return "NaN";
  const size = Math.abs(value) === Infinity ? "∞" : String(Number(Math.abs(value).toPrecision(digits)));
  return value < 0 ? `−${size}` : size;
}

/** @param over a command for what stands over the letters, such as a bar */
function latexName(name: string, over = ""): string {
  const [, letters, digits = ""] = /^([A-Za-z]+)(\d*)$/.exec(name) ?? [];
  const base = letters ?? name.replaceAll("_", "\\_");
  const set = base.length === 1 ? base : `\\mathrm{${base}}`;
  const word = over === "" ? set : `${over}{${set}}`;
  return digits === "" ? word : `${word}_{${digits}}`;
}

/** An equation of a sign and a formula. */
export function equation(left: Sign, right: Form, signs: Signs): Notation {
  const [text, latex] = right;
  return {
    text: `${withShape(left)} = ${written(text, signs, "text", new Set([left.text]))}`,
    latex: `${latexShape(left)} = ${written(latex, signs, "latex", new Set([left.text]))}`,
  };
}

/** A formula alone. */
export function phrase([text, latex]: Form, signs: Signs): Notation {
  return { text: written(text, signs, "text"), latex: written(latex, signs, "latex") };
}

/** ?bias( + $bias) */
const OPTIONAL = /\?(\w+)\(([^()]*)\)/g;
/** $x, @, @values, #axes */
const SIGN = /([$#](?=[A-Za-z])|@)([A-Za-z0-9]*)/g;

/** @param shown signs whose shapes the reader has seen */
function written(
  form: string,
  { values, gradients, attributes }: Signs,
  kind: keyof Notation,
  shown: Set<string> = new Set(),
): string {
  const present = form.replace(OPTIONAL, (_, name: string, rest: string) => (values[name] === undefined ? "" : rest));
  return present.replace(SIGN, (whole, mark: string, name: string) => {
    if (mark === "#") return attributeText(name, (attributes as Readonly<Record<string, unknown>>)[name], kind);
    const sign = mark === "$" ? values[name] : gradients[name];
    if (sign === undefined) return whole;
    const isFirst = !shown.has(sign.text);
    shown.add(sign.text);
    if (kind === "text") return isFirst ? withShape(sign) : sign.text;
    return isFirst ? `{${latexShape(sign)}}` : `{${sign.latex}}`;
  });
}

function withShape({ text, shape }: Sign): string {
  return shape === undefined || shape.length === 0 ? text : `${text}[${shape.join(", ")}]`;
}

function latexShape({ latex, shape }: Sign): string {
  return shape === undefined || shape.length === 0 ? latex : `\\underset{${shape.join(" \\times ")}}{${latex}}`;
}

/** Axes come with their word: "axis 1", "axes 0, 2". */
function attributeText(name: string, value: unknown, kind: keyof Notation): string {
  const list = Array.isArray(value) ? value : [value];
  const text = list.map((each) => (typeof each === "number" ? numberSign(each)[kind] : String(each))).join(", ");
  return name === "axes" ? `${list.length === 1 ? "axis" : "axes"} ${text}` : text;
}

import { domToCanvas } from "modern-screenshot";
import type { Scheme } from "./scheme.svelte.ts";

interface Titles {
  readonly title: string;
  /** Whose it is. */
  readonly name: string;
  readonly scheme: Scheme;
}

/** Twice as sharp as the page. */
const SCALE = 2;
/** In pixels of the page. */
const MARGIN = 32;
/** Frames and outlines that are drawn around something at the part's edge reach this far beyond it, into the margin. */
const BLEED = 4;
const TITLE = { size: 28, room: 52 };
const NAME = { size: 15, room: 36 };

/** A picture of a part of the page, with a margin, a title over it and a name under it, in the page's colours. @returns a PNG */
export async function pictureOf(part: HTMLElement, { title, name, scheme }: Titles): Promise<Blob> {
  const style = getComputedStyle(document.documentElement);
  // A copy of the page within a picture knows nothing of the scheme that was chosen: what the browser draws needs to be told.
  const inner = await unbroken(part, () =>
    domToCanvas(part, {
      scale: SCALE,
      width: part.offsetWidth + 2 * BLEED,
      height: part.offsetHeight + 2 * BLEED,
      style: {
        colorScheme: scheme,
        inlineSize: `${part.offsetWidth}px`,
        transform: `translate(${BLEED}px, ${BLEED}px)`,
      },
      onCloneEachNode: keepLine,
    }),
  );
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser gives no canvas to draw a picture on");
  canvas.width = inner.width + 2 * SCALE * (MARGIN - BLEED);
  canvas.height = inner.height + SCALE * (2 * (MARGIN - BLEED) + TITLE.room + NAME.room);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(inner, SCALE * (MARGIN - BLEED), SCALE * (MARGIN - BLEED + TITLE.room));
  const width = canvas.width - 2 * SCALE * MARGIN;
  context.fillStyle = style.color;
  context.textBaseline = "top";
  context.font = `600 ${SCALE * TITLE.size}px ${style.fontFamily}`;
  context.fillText(title, SCALE * MARGIN, SCALE * MARGIN, width); // a title too wide is drawn narrower
  context.textBaseline = "bottom";
  context.font = `${SCALE * NAME.size}px ${style.fontFamily}`;
  context.fillText(name, SCALE * MARGIN, canvas.height - SCALE * MARGIN, width);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("the picture could not be packed")) : resolve(blob)));
  });
}

/** Stands at what is one line on the page. */
const ONE_LINE = "data-one-line";

/**
 * Does something while everything on a part of the page that is one line is marked as such: rows of things, and texts. A copy has
 * the page's widths to the pixel, but draws letters a hair wider, and what only just fitted would break and lie over what is below.
 */
async function unbroken<Result>(part: HTMLElement, action: () => Promise<Result>): Promise<Result> {
  const lines = Array.from(part.querySelectorAll<HTMLElement>("*")).filter(isOneLine);
  for (const line of lines) line.setAttribute(ONE_LINE, "");
  try {
    return await action();
  } finally {
    for (const line of lines) line.removeAttribute(ONE_LINE);
  }
}

function isOneLine(element: HTMLElement): boolean {
  const isRow = getComputedStyle(element).flexWrap === "wrap";
  const hasText = Array.from(element.childNodes).some(
    (node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim(),
  );
  if (!isRow && !hasText) return false;
  const range = document.createRange();
  range.selectNodeContents(element);
  const boxes = isRow
    ? Array.from(element.children, (child) => child.getBoundingClientRect())
    : Array.from(range.getClientRects());
  const lowestTop = Math.max(...boxes.map(({ top }) => top));
  return boxes.length > 0 && boxes.every(({ bottom }) => bottom > lowestTop);
}

function keepLine(copy: Node): void {
  if (!(copy instanceof HTMLElement) || !copy.hasAttribute(ONE_LINE)) return;
  copy.style.flexWrap = "nowrap";
  copy.style.whiteSpace = "nowrap";
}

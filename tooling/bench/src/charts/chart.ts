import { element, svg, text } from "./svg.ts";

/** One library at one case. */
export interface Bar {
  readonly name: string;
  readonly isOurs: boolean;
  /** as it is shown: `5.31 ms` */
  readonly time: string;
  /** its time ÷ ours: the length of the bar */
  readonly ratio: number;
}

export interface Group {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface Chart {
  readonly title: string;
  /** what was measured, where and how, in lines */
  readonly conditions: readonly string[];
  readonly groups: readonly Group[];
}

const WIDTH = 760;
const MARGIN = 24;
const NAMES = 148; // of libraries, flush right before the axis
const VALUES = 148; // after the longest bar
const LEFT = MARGIN + NAMES + 8;
const SPAN = WIDTH - LEFT - VALUES - MARGIN;
const LINE = 18; // of conditions, under the title
const ROW = 18;
const HEADING = 26;
const GAP = 10;

/** Ratios further apart than this do not fit on one straight scale: the short bars would be dots. */
const FAR_APART = 20;

/** Horizontal bars in groups on a common scale: how many times as long as ours each library takes. */
export function drawChart({ title, conditions, groups }: Chart): string {
  const ratios = groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio));
  const scale = makeScale(ratios);
  const unit = `time, ours = 1; shorter is better${scale.isLogarithmic ? "; logarithmic scale" : ""}`;
  const lines = [...conditions, unit];
  const top = 34 + LINE * lines.length + 34;
  const heights = groups.map(({ bars }) => HEADING + bars.length * ROW + GAP);
  const height = top + heights.reduce((sum, each) => sum + each, 0) + 12;
  let y = top;
  const drawn = groups.map((group, i) => {
    const at = y;
    y += heights[i] ?? 0;
    return drawGroup(group, at, scale);
  });
  return svg({
    width: WIDTH,
    height,
    title,
    description: [...lines.map((line) => `${line}.`), ...groups.map(describe)].join(" "),
    body: [
      text({ x: MARGIN, y: 34, class: "title" }, title),
      ...lines.map((line, i) => text({ x: MARGIN, y: 56 + LINE * i, class: "quiet" }, line)),
      ...scale.ticks.flatMap((tick) => [
        element("line", {
          x1: scale.place(tick),
          x2: scale.place(tick),
          y1: top - 2,
          y2: height - 16,
          class: tick === 1 ? "grid one" : "grid",
        }),
        text({ x: scale.place(tick), y: top - 8, class: "quiet middle" }, `${tick} ×`),
      ]),
      ...drawn,
    ].join("\n"),
  });
}

function drawGroup({ title, bars }: Group, top: number, scale: Scale): string {
  const heading = text({ x: MARGIN, y: top + 18, class: "case" }, title);
  const rows = bars.map(({ name, isOurs, time, ratio }, i) => {
    const y = top + HEADING + i * ROW;
    const end = scale.place(ratio);
    const kind = isOurs ? "ours" : "peer";
    return [
      text({ x: LEFT - 8, y: y + 12, class: `end ${kind}-name` }, name),
      element("rect", { x: LEFT, y: y + 2, width: Math.max(1, end - LEFT), height: ROW - 5, rx: 2, class: kind }),
      text({ x: end + 8, y: y + 12, class: `${kind}-name` }, isOurs ? time : `${time}, ${digits(ratio)} ×`),
    ].join("\n");
  });
  return [heading, ...rows].join("\n");
}

interface Scale {
  readonly isLogarithmic: boolean;
  readonly ticks: readonly number[];
  place(ratio: number): number;
}

function makeScale(ratios: readonly number[]): Scale {
  const largest = Math.max(1, ...ratios);
  const smallest = Math.min(1, ...ratios);
  if (largest / smallest <= FAR_APART) {
    const step = [0.5, 1, 2, 5].find((each) => largest / each <= 6) ?? 5;
    const ticks = Array.from({ length: Math.floor(largest / step) }, (_, i) => (i + 1) * step);
    return { isLogarithmic: false, ticks, place: (ratio) => LEFT + (ratio / largest) * SPAN };
  }
  // Bars of a logarithmic scale begin where one chooses: well below the shortest, so that it is seen.
  const [start, end] = [Math.log10(smallest / 3), Math.log10(largest)];
  const ticks = [0.1, 1, 10, 100, 1000, 10_000].filter((tick) => tick >= smallest / 3 && tick <= largest);
  return {
    isLogarithmic: true,
    ticks,
    place: (ratio) => LEFT + ((Math.log10(ratio) - start) / (end - start)) * SPAN,
  };
}

function describe({ title, bars }: Group): string {
  return `${title}: ${bars.map(({ name, time }) => `${name} ${time}`).join(", ")}.`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

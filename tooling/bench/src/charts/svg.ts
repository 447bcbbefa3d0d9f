type Attributes = Readonly<Record<string, string | number>>;

// In the taste of the reader's system: both looks are designed, and neither is the other inverted.
const STYLE = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums; fill: #24292f; }
  .title { font-size: 17px; font-weight: 600; }
  .case { font-weight: 600; }
  .quiet, .peer-name { fill: #59636e; }
  .ours-name { fill: #0550ae; font-weight: 600; }
  .ours-name, .peer-name, .case { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
  .end { text-anchor: end; }
  .middle { text-anchor: middle; }
  .page { fill: #ffffff; }
  .grid { stroke: #d8dee4; stroke-width: 1; }
  .one { stroke: #0969da; }
  .ours { fill: #0969da; }
  .peer { fill: #afb8c1; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet, .peer-name { fill: #9198a1; }
    .ours-name { fill: #79c0ff; }
    .ours-name, .peer-name, .case { stroke: #0d1117; }
    .page { fill: #0d1117; }
    .grid { stroke: #2a313c; }
    .one { stroke: #388bfd; }
    .ours { fill: #388bfd; }
    .peer { fill: #525c68; }
  }`;

/** A whole picture with what a screen reader says of it. */
export function svg(picture: {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly body: string;
}): string {
  const { width, height, title, description, body } = picture;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">${escape(title)}</title>
<desc id="description">${escape(description)}</desc>
<style>${STYLE}
</style>
${element("rect", { width, height, rx: 6, class: "page" })}
${body}
</svg>
`;
}

export function element(name: string, attributes: Attributes): string {
  return `<${name}${attributesOf(attributes)}/>`;
}

export function text(attributes: Attributes, content: string): string {
  return `<text${attributesOf(attributes)}>${escape(content)}</text>`;
}

function attributesOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(
      ([name, value]) => ` ${name}="${escape(typeof value === "number" ? String(Number(value.toFixed(1))) : value)}"`,
    )
    .join("");
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

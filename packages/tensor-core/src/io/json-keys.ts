/** The first key that stands twice in one record of a valid JSON text; `JSON.parse` would take the last in silence. */
export function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []; // the keys of a record, undefined for a list
  let lastText = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const start = at;
      at = closingQuote(text, start);
      lastText = text.slice(start, at + 1);
    } else if (character === ":") {
      const key = JSON.parse(lastText) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

function closingQuote(text: string, openingQuote: number): number {
  let at = openingQuote + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

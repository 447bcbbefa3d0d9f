/** The element that a selector finds, of the kind that it must be. @throws TypeError where the page has no such element */
export function elementOf<E extends Element>(within: ParentNode, selector: string, kind: new () => E): E {
  const found = within.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`The page has no ${selector} that is a ${kind.name}.`);
}

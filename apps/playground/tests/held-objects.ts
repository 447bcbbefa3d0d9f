import type { Page } from "playwright";

/** The name under which the browser keeps what is asked here, so that it can be let go again. */
const GROUP = "held-objects";

/** What is under way is held for a moment too: the least counts, after so many looks that found no less. */
const LOOKS = 5;
/** Looks at most, and milliseconds between two of them: on a busy machine a moment is long. */
const MOST_LOOKS = 60;
const LOOK_EVERY = 100;

/**
 * How many objects the page's own script holds, functions and promises among them, once what it dropped has been collected.
 * Unlike bytes this does not grow while the browser compiles what runs often, so a count that goes up is a leak.
 */
export async function heldObjects(page: Page): Promise<number> {
  let least = Infinity;
  for (let looks = 0, since = 0; looks < MOST_LOOKS && since < LOOKS; looks++) {
    if (looks > 0) await page.waitForTimeout(LOOK_EVERY);
    const held = await heldNow(page);
    since = held < least ? 1 : since + 1;
    least = Math.min(least, held);
  }
  return least;
}

async function heldNow(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  try {
    const { result: prototype } = await session.send("Runtime.evaluate", {
      expression: "Object.prototype", // of the page itself: what looks into it has another
      objectGroup: GROUP,
    });
    if (prototype.objectId === undefined) throw new Error("the page has no objects");
    const { objects } = await session.send("Runtime.queryObjects", {
      prototypeObjectId: prototype.objectId,
      objectGroup: GROUP,
    });
    if (objects.objectId === undefined) throw new Error("the browser does not tell the page's objects");
    const { result: count } = await session.send("Runtime.callFunctionOn", {
      objectId: objects.objectId,
      functionDeclaration: "function () { return this.length; }",
      returnByValue: true,
    });
    return Number(count.value);
  } finally {
    await session.send("Runtime.releaseObjectGroup", { objectGroup: GROUP });
    await session.detach();
  }
}

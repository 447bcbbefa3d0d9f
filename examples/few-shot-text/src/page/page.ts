import { Asking, LostError } from "./asking.ts";
import { ClassCards } from "./class-cards.ts";
import { elementOf } from "./element.ts";
import type { Answer, Learned } from "./messages.ts";
import { readState, writeState } from "./state.ts";

const part = (id: string): HTMLElement => elementOf(document, `#${id}`, HTMLElement);
const button = (id: string): HTMLButtonElement => elementOf(document, `#${id}`, HTMLButtonElement);
const [asked, answer, learned, notice] = [
  elementOf(document, "#asked", HTMLTextAreaElement),
  part("answer"),
  part("learned"),
  part("notice"),
];
const [tune, cancel, undo, copy] = [button("tune"), button("cancel"), button("undo"), button("copy")];
const copied = part("copied");
const [progress, progressText] = [part("progress"), part("progress-text")];
const bar = elementOf(progress, "progress", HTMLProgressElement);

/** Pairs of each kind that tuning takes for each text: with the paper's 20 a person would wait four times as long. */
const ITERATIONS = 5;

/** Milliseconds after the last key before anything is computed, and before the address changes: browsers limit how often it may. */
const [AFTER_CLASSES, AFTER_TEXT, AFTER_ALL] = [500, 150, 400];

/** Of what waits for the last key. */
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let isReady = false;
let isTuning = false;
/** What the latest change is: an answer to an earlier one is not shown. */
let version = 0;

let asking = open("The model is read first; then it learns, and answers as you type.");

const cards = new ClassCards(part("classes"), () => {
  later("learn", AFTER_CLASSES, () => void learn());
  later("address", AFTER_ALL, keepAddress);
});
showAddress();
asked.addEventListener("input", () => {
  later("answer", AFTER_TEXT, () => void show());
  later("address", AFTER_ALL, keepAddress);
});
addEventListener("hashchange", () => {
  showAddress();
  void show();
});
addEventListener("pagehide", () => void keepAddress());
copy.addEventListener("click", () => void copyLink());
part("again").addEventListener("click", () => {
  // A step of the history: going back brings the texts back.
  if (keepAddress()) location.hash = "";
});
part("add").addEventListener("click", () => {
  cards.add({ name: `class ${cards.length + 1}`, texts: "" });
  cards.focusLast();
});
tune.addEventListener("click", () => void tuneAll());
cancel.addEventListener("click", () => {
  cancel.disabled = true;
  void asking.ask({ kind: "cancel" });
});
undo.addEventListener("click", () => void takeBack());

/** @param words what is said while it begins */
function open(words = ""): Asking {
  const own = new Asking(lost);
  isReady = false;
  tune.disabled = true;
  learned.textContent = words;
  progress.hidden = false;
  progressText.textContent = "reading the model …";
  void begin(own);
  return own;
}

/** Starts another worker where one has ended while it worked; one that does not even begin waits for a person. */
function lost(reason: string): void {
  if (!isReady) {
    fail(`The worker that computes has ended: ${reason}.`);
    return;
  }
  const isTuned = !undo.hidden || isTuning;
  [isTuning, undo.hidden, undo.disabled, cancel.hidden] = [false, true, false, true];
  tune.textContent = "Tune the network";
  notice.hidden = false;
  notice.textContent = `The worker that computes has ended (${reason}) and was started again. Your texts are as they were${isTuned ? "; the network is no longer tuned" : ""}.`;
  asking = open("beginning again …");
}

async function begin(own: Asking): Promise<void> {
  try {
    await own.ask({ kind: "open" }, ({ share, text }) => {
      bar.value = share;
      progressText.textContent = text;
    });
  } catch (error) {
    if (!(error instanceof LostError)) fail(wordsOf(error)); // the other has been told
    return;
  }
  isReady = true;
  progress.hidden = true;
  await learn();
}

/** Says that something is broken, with the one way out. */
function fail(message: string): void {
  isReady = false;
  progress.hidden = true;
  notice.hidden = false;
  notice.textContent = `${message} `;
  const again = document.createElement("button");
  again.className = "button small";
  again.type = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => {
    notice.hidden = true;
    asking.dispose();
    asking = open();
  });
  notice.append(again);
}

async function learn(): Promise<void> {
  if (!isReady || isTuning) return;
  const own = ++version;
  const fault = cards.fault();
  tune.disabled = fault !== undefined;
  if (fault !== undefined) {
    learned.textContent = fault;
    answer.replaceChildren();
    return;
  }
  learned.textContent = "learning …";
  try {
    const found = await asking.ask({ kind: "learn", examples: cards.examples() });
    if (own !== version) return;
    say(found);
    await show();
  } catch (error) {
    if (own === version) tell(error);
  }
}

/** What the head says of the text that stands there. */
async function show(): Promise<void> {
  if (isTuning) answer.innerHTML = `<p class="quiet wide">It is answered when tuning has ended, or is stopped.</p>`;
  if (!isReady || isTuning || cards.fault() !== undefined) return;
  const text = asked.value.trim();
  if (text === "") {
    answer.innerHTML = `<p class="quiet wide">Type a text, and it is answered as you type.</p>`;
    return;
  }
  try {
    const found = await asking.ask({ kind: "answer", text });
    if (asked.value.trim() === text) draw(found);
  } catch (error) {
    tell(error);
  }
}

function draw({ classes, probabilities }: Answer): void {
  const best = probabilities.indexOf(Math.max(...probabilities));
  answer.replaceChildren(
    ...classes.flatMap((name, at) => {
      const share = probabilities[at] ?? 0;
      const [label, track, number] = [element("span", "name"), element("span", "bar"), element("span", "number")];
      const filled = element("span", at === best ? "best" : "");
      label.textContent = name;
      if (at === best) label.classList.add("best");
      filled.style.inlineSize = `${100 * share}%`;
      track.append(filled);
      number.textContent = `${(100 * share).toFixed(0)} %`;
      return [label, track, number];
    }),
  );
}

function say({ classes, accuracy, seconds, isTuned }: Learned): void {
  const right =
    accuracy === undefined
      ? "Give each class two texts, and it says how good it is."
      : `Of your own texts, left out in turns, it tells ${(100 * accuracy).toFixed(0)} % right.`;
  learned.textContent = `Learned ${classes.length} classes in ${seconds.toFixed(1)} s. ${right}`;
  undo.hidden = !isTuned;
  tune.textContent = isTuned ? "Tune it further" : "Tune the network";
}

async function tuneAll(): Promise<void> {
  if (cards.fault() !== undefined) return;
  [isTuning, tune.disabled, cancel.disabled, cancel.hidden, progress.hidden] = [true, true, false, false, false];
  [undo.disabled, bar.value, progressText.textContent] = [true, 0, "beginning …"];
  let words: string | undefined;
  try {
    const ask = { kind: "tune", examples: cards.examples(), iterations: ITERATIONS } as const;
    const found = await asking.ask(ask, ({ share, text }) => {
      bar.value = share;
      progressText.textContent = text;
    });
    say(found);
    if (found.accuracy !== undefined) {
      words = `Tuned in ${found.seconds.toFixed(0)} s. It has seen all your texts now, so only new ones show what that brought.`;
    }
  } catch (error) {
    words = wordsOf(error);
  }
  if (!isReady) return; // the worker was lost, and another begins
  [isTuning, tune.disabled, undo.disabled, cancel.hidden, progress.hidden] = [false, false, false, true, true];
  await learn();
  if (words !== undefined) learned.textContent = words;
}

async function takeBack(): Promise<void> {
  undo.disabled = true;
  try {
    await asking.ask({ kind: "undo" });
    await learn();
  } catch (error) {
    tell(error);
  }
  undo.disabled = false;
}

/** Shows what the address holds. */
function showAddress(): void {
  const state = readState(location.hash);
  asked.value = state.asked;
  cards.show(state.classes);
}

/** Keeps the address at what is on the screen, without steps in the history. @returns false of more than an address can have */
function keepAddress(): boolean {
  const fragment = writeState({ classes: cards.written(), asked: asked.value });
  if (fragment === undefined) {
    copied.textContent = "Too much text for a link: it is here until the page is left.";
    return false;
  }
  if (copied.textContent !== "") copied.textContent = "";
  const address = `${location.pathname}${location.search}${fragment === "" ? "" : `#${fragment}`}`;
  if (address !== `${location.pathname}${location.search}${location.hash}`) history.replaceState(null, "", address);
  return true;
}

async function copyLink(): Promise<void> {
  if (!keepAddress()) return;
  try {
    await navigator.clipboard.writeText(location.href);
    copied.textContent = "Copied: the link holds your texts.";
  } catch {
    copied.textContent = "The browser does not let the page copy: the link is in the address bar.";
  }
}

function later(name: string, milliseconds: number, act: () => void): void {
  clearTimeout(timers.get(name));
  timers.set(name, setTimeout(act, milliseconds));
}

function element(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

/** Says what went wrong; that the worker is gone has been said. */
function tell(error: unknown): void {
  if (!(error instanceof LostError)) learned.textContent = wordsOf(error);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

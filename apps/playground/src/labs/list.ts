import type { Component } from "svelte";
import type { Language } from "../frame/languages.ts";
import { heading as digits } from "./digits/heading.ts";
import { heading as edges } from "./edges/heading.ts";

/** What is shown of a lab on every page. Its own texts have it too. */
export interface LabTexts {
  /** In the navigation. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what it is for. */
  readonly why: string;
}

/** What a lab's tile is told. */
export interface TileProps {
  /** It is in view and nobody paused it: otherwise it computes nothing. */
  readonly isRunning: boolean;
  /** The person wants nothing to move: it shows what comes of it, once. */
  readonly isStill: boolean;
}

/** A lab: a folder beside this file with its view, its worker's part and its texts. What is imported here every page loads. */
export interface Lab {
  /** The folder's name, and the page's address. */
  readonly id: string;
  readonly texts: Readonly<Record<Language, LabTexts>>;
  readonly view: () => Promise<{ readonly default: Component }>;
  /** A small part of it, alive on the first page. */
  readonly tile: () => Promise<{ readonly default: Component<TileProps> }>;
}

/** All labs, in the order of the navigation. */
export const labs: readonly Lab[] = [
  {
    id: "digits",
    texts: digits,
    view: () => import("./digits/View.svelte"),
    tile: () => import("./digits/Tile.svelte"),
  },
  {
    id: "edges",
    texts: edges,
    view: () => import("./edges/View.svelte"),
    tile: () => import("./edges/Tile.svelte"),
  },
];

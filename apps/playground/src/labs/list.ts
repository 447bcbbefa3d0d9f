import type { Component } from "svelte";
import { en as digitsEn } from "./digits/texts.en.ts";
import { zh as digitsZh } from "./digits/texts.zh.ts";
import { en as edgesEn } from "./edges/texts.en.ts";
import { zh as edgesZh } from "./edges/texts.zh.ts";
import type { Language } from "../frame/languages.ts";

/** What every lab's texts have, whatever else is in them. */
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

/** A lab: a folder beside this file with its view, its worker's part and its texts. */
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
    texts: { en: digitsEn, zh: digitsZh },
    view: () => import("./digits/View.svelte"),
    tile: () => import("./digits/Tile.svelte"),
  },
  {
    id: "edges",
    texts: { en: edgesEn, zh: edgesZh },
    view: () => import("./edges/View.svelte"),
    tile: () => import("./edges/Tile.svelte"),
  },
];

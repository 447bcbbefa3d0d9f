/** As in the style sheets of the lab: from here on everything is on the screen at once. */
export const WIDE = "min-width: 1001px";

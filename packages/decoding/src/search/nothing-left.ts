import { SearchError } from "../errors/decoding-error.ts";
import type { BeamSettings } from "./beam-settings.ts";
import type { LiveBeam } from "./live-beam.ts";
import type { SentenceRows } from "./row-search.ts";

/** The error for a beam of which no hypothesis is left: whose fault it is, and what to do. */
export function nothingLeft(settings: BeamSettings, beam: LiveBeam, rows: SentenceRows): SearchError {
  const { op, sentence, processors } = settings;
  const isModel = beam.all.every((_, row) => rows.raw(row).every((value) => value === -Infinity));
  const guilty = new Set(beam.all.map((_, row) => rows.forbiddenBy(row)).filter((name) => name !== undefined));
  const came = {
    sentence,
    step: beam.length,
    processors: processors.join(", ") || "none",
    ...(guilty.size > 0 && { "nothing is left after": [...guilty].join(", ") }),
  };
  return isModel
    ? new SearchError(op, came, "step gave −∞ for every token", "a model must leave some token possible")
    : new SearchError(
        op,
        came,
        "no hypothesis is left: the processors forbid every token, or every way to end",
        "loosen one of them, lower minLength, or raise maxLength or width",
      );
}

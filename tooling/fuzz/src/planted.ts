import type { Part } from "./part.ts";

/**
 * A part with faults that end its process, for the tests of the supervisor: lists of numbers of which 7 hangs, 13 stops the
 * process, and 5 is wrong.
 */
export const planted: Part<readonly number[]> = {
  name: "planted",
  accepts: () => false,

  async explore({ seed, trying, tried, count }) {
    const numbers = seed.split("/")[0] ?? "";
    const subject = numbers.split(" ").map(Number);
    trying(subject);
    count("lists");
    await tried(subject, await planted.check(subject));
  },

  check(subject) {
    if (subject.includes(7)) for (;;);
    if (subject.includes(13)) process.abort();
    return Promise.resolve(subject.includes(5) ? ["list: 5 is wrong"] : []);
  },

  *simpler(subject) {
    for (let at = 0; at < subject.length; at++) if (subject.length > 1) yield subject.toSpliced(at, 1);
  },

  describe: (subject) => subject.join(" "),
};

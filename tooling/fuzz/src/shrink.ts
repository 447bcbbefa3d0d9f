/** How many subjects are tried, at most, to find a simpler one. */
const MOST_TRIED = 400;

/**
 * The simplest subject that still fails: the first simpler one that does, again and again.
 * @param fails what is wrong with a subject, or undefined if it no longer fails as the first did
 * @param until when to be content, in milliseconds since 1970
 */
export async function shrink<Subject>(
  first: Subject,
  simpler: (subject: Subject) => Iterable<Subject>,
  fails: (subject: Subject) => Promise<boolean>,
  until: number = Infinity,
): Promise<Subject> {
  let best = first;
  let tried = 0;
  for (let found = true; found;) {
    found = false;
    for (const candidate of simpler(best)) {
      if (tried++ >= MOST_TRIED || Date.now() > until) return best;
      if (!(await fails(candidate))) continue;
      best = candidate;
      found = true;
      break;
    }
  }
  return best;
}

/** What a failure is about, numbers aside: two of one kind are told once. */
export function kindOf(problem: string): string {
  const op = /^[\w.]+/.exec(problem)?.[0] ?? "";
  const end = problem.lastIndexOf("]: ");
  const what = problem.slice(Math.max(problem.lastIndexOf("}: "), end, problem.indexOf(": ")) + 2);
  return `${op} ${what
    .replace(/-?(?:\d[\d.e+-]*|NaN|Infinity)/g, "#")
    .replace(/#\w*/g, "#")
    .slice(0, 60)}`;
}

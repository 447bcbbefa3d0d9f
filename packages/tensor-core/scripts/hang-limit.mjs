// Ends a run of Rust's tests that hangs, and says in which test.

/** Seconds without a line after which a run hangs: to compile the crate takes two minutes on a small machine. */
const limit = Number(process.env.UNFOLD_HANG_LIMIT ?? 600);
/** What the test harness says of a test once it has run for a minute. */
const slow = /^test (\S+) has been running for over/gm;

/**
 * Watches a process, which must lead a group of its own, and ends the group when it says nothing any more.
 * @param {import("node:child_process").ChildProcess} child its output is piped
 * @param {(message: string) => void} report
 */
export function limitSilence(child, report, seconds = limit) {
  let output = "";
  let timer;
  const end = () => {
    const begun = [...output.matchAll(slow)].map(([, name]) => name);
    const hung = begun.filter((name) => !output.includes(`test ${name} ... `));
    report(`hung for ${seconds} s, so it is ended: ${hung.join(", ") || "no test had run for a minute"}`);
    endGroup(child, "SIGKILL");
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(end, 1000 * seconds);
  };
  wait();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
      wait();
    });
  }
  for (const event of ["exit", "error"]) child.on(event, () => clearTimeout(timer));
}

/** For a process that leads a group of its own. */
export const leading = { detached: process.platform !== "win32" };

/** Ends a process and those that it started; on Windows, which has no groups, that one alone. */
export function endGroup(child, signal) {
  if (child.pid === undefined) return;
  if (leading.detached) process.kill(-child.pid, signal);
  else child.kill(signal);
}

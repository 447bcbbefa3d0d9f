// What the commands say, and how they stop.

/** A reason why a command cannot go on, and what to run or do about it. */
export class CannotContinue extends Error {
  /**
   * @param {string} sentence what is wrong, as one sentence
   * @param {string} command the exact command that helps
   * @param {number} exitCode 1, or 2 for a wrong call
   */
  constructor(sentence, command, exitCode = 1) {
    super(sentence);
    this.command = command;
    this.exitCode = exitCode;
  }
}

/** Says what is about to happen and why. */
export function announce(what) {
  console.log(`• ${what}`);
}

/** Prints why a command stopped. @returns its exit code */
export function reportFailure(error) {
  if (!(error instanceof CannotContinue)) throw error;
  console.error(`\n✗ ${error.message}\n  Run: ${error.command}\n`);
  return error.exitCode;
}

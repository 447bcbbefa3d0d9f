/** What a person chose or did on this machine, kept from visit to visit where the browser lets pages keep anything. */
export type Remembered = "unfold.language" | "unfold.scheme" | "unfold.digits.solved";

/** What was chosen last; undefined without a choice, and where a page may keep nothing. */
export function recall(name: Remembered): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined; // with cookies blocked even naming the storage throws (HTML, § 12.2.3)
  }
}

/** Keeps a choice for the next visit. Where a page may keep nothing it holds until the page is left. */
export function remember(name: Remembered, choice: string): void {
  try {
    localStorage.setItem(name, choice);
  } catch {
    // Blocked, or full: the page itself goes by the choice all the same.
  }
}

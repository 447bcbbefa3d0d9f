/** What several hold, each as long as it needs it: it goes with the last of them. */
export class Holder {
  private holders = 0;
  private readonly release: () => void;

  /** @param release lets go of what is held */
  constructor(release: () => void) {
    this.release = release;
  }

  /** @returns lets go of this hold; a second call does nothing */
  hold(): () => void {
    this.holders++;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.holders--;
      if (this.holders === 0) this.release();
    };
  }
}

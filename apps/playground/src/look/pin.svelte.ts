/**
 * The one number that is looked at closely: whatever is pointed at, until a click or a tap pins one. A pinned one stays,
 * whatever is pointed at after, until it is pinned again or let go. The same gesture in every lab.
 */
export class Pin<Place extends object> {
  pinned: Place | undefined = $state.raw();
  private pointed: Place | undefined = $state.raw();
  private readonly changed: () => void;

  /** @param changed is told whenever `place` is another one */
  constructor(pinned: Place | undefined, changed: () => void) {
    this.pinned = pinned;
    this.changed = changed;
  }

  get place(): Place | undefined {
    return this.pinned ?? this.pointed;
  }

  /** Undefined once nothing is pointed at: what was stays in sight. */
  point(place: Place | undefined): void {
    if (place === undefined || this.pinned !== undefined || isSame(place, this.pointed)) return;
    this.pointed = place;
    this.changed();
  }

  /** A click or a tap: pins a number, or lets go the one that is pinned. */
  press(place: Place): void {
    const isPinned = isSame(place, this.pinned);
    this.pinned = isPinned ? undefined : place;
    this.pointed = place;
    this.changed();
  }

  /** Lets go what is pinned; it stays in sight until something else is pointed at. */
  free(): void {
    this.pointed = this.pinned ?? this.pointed;
    this.pinned = undefined;
  }

  /** There is nothing any more where it pointed. */
  clear(): void {
    this.pinned = undefined;
    this.pointed = undefined;
  }
}

function isSame(place: object, other: object | undefined): boolean {
  return JSON.stringify(place) === JSON.stringify(other);
}

/** Something to tell the person, which stays until it is closed. */
export interface Notice {
  readonly id: number;
  /** A problem is read out at once. */
  readonly kind: "problem" | "news";
  readonly text: string;
  /** A way out of it. */
  readonly way?: { readonly label: string; readonly go: () => void } | undefined;
}

/** What a lab has to say. The same text stands there once, however often it is told. */
export class Notices {
  all: Notice[] = $state([]);
  private last = 0;

  /** @returns what closes it */
  tell(kind: Notice["kind"], text: string, way?: Notice["way"]): Notice["id"] {
    const same = this.all.find((notice) => notice.text === text);
    if (same !== undefined) return same.id;
    this.all.push({ id: ++this.last, kind, text, way });
    return this.last;
  }

  close(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }
}

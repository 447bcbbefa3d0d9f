/** Levels at most: points that lie on one place share a leaf. */
const DEEPEST = 48;
const CHILDREN = 4;

/**
 * A tree of squares over points of a plane (Barnes & Hut 1986): each square knows how many points lie in it and their mean,
 * so that far ones count as one. Built anew for each step in arrays that stay.
 */
export class QuadTree {
  private readonly capacity: number;
  private readonly child: Int32Array;
  private readonly count: Float64Array;
  private readonly sumX: Float64Array;
  private readonly sumY: Float64Array;
  private readonly width: Float64Array;
  private readonly point: Int32Array;
  private readonly centreX: Float64Array;
  private readonly centreY: Float64Array;
  private readonly stack = new Int32Array(CHILDREN * DEEPEST + CHILDREN);
  private cells = 0;

  /** @param points how many at most */
  constructor(points: number) {
    this.capacity = Math.max(64, points * 8);
    this.child = new Int32Array(this.capacity * CHILDREN);
    [this.count, this.sumX, this.sumY, this.width, this.centreX, this.centreY] = Array.from(
      { length: 6 },
      () => new Float64Array(this.capacity),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    this.point = new Int32Array(this.capacity);
  }

  /** Takes the points of a step: x and y in turn. */
  build(points: Float64Array): void {
    const length = points.length / 2;
    let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let at = 0; at < length; at++) {
      const [x, y] = [points[2 * at] ?? 0, points[2 * at + 1] ?? 0];
      lowX = Math.min(lowX, x);
      highX = Math.max(highX, x);
      lowY = Math.min(lowY, y);
      highY = Math.max(highY, y);
    }
    this.cells = 0;
    const size = Math.max(highX - lowX, highY - lowY, 1e-12) * (1 + 1e-9);
    this.cell((lowX + highX) / 2, (lowY + highY) / 2, size);
    for (let at = 0; at < length; at++) this.insert(points, at);
  }

  /**
   * The repulsion of all points on one: Σ (1 + d²)⁻² (y − y_j), written to `to`, and Σ (1 + d²)⁻¹, given.
   * @param theta squares whose width is below this share of their distance count as one
   */
  repulsion(x: number, y: number, self: number, theta: number, to: Float64Array): number {
    const { stack, child, count, sumX, sumY, width, point } = this;
    let [top, forceX, forceY, sum] = [1, 0, 0, 0];
    stack[0] = 0;
    const limit = theta * theta;
    while (top > 0) {
      const cell = stack[--top] as number;
      const n = count[cell] as number;
      if (n === 0) continue;
      const isLeaf = (point[cell] as number) >= 0;
      const weight = isLeaf && point[cell] === self ? n - 1 : n;
      if (weight === 0) continue;
      const dx = x - (sumX[cell] as number) / n;
      const dy = y - (sumY[cell] as number) / n;
      const squared = dx * dx + dy * dy;
      const w = width[cell] as number;
      if (isLeaf || w * w < limit * squared) {
        const q = 1 / (1 + squared);
        sum += weight * q;
        const force = weight * q * q;
        forceX += force * dx;
        forceY += force * dy;
        continue;
      }
      const first = cell * CHILDREN;
      for (let i = 0; i < CHILDREN; i++) {
        const next = child[first + i] as number;
        if (next > 0) stack[top++] = next;
      }
    }
    to[0] = forceX;
    to[1] = forceY;
    return sum;
  }

  private cell(x: number, y: number, width: number): number {
    const at = this.cells++;
    this.child.fill(0, at * CHILDREN, (at + 1) * CHILDREN);
    this.count[at] = 0;
    this.sumX[at] = 0;
    this.sumY[at] = 0;
    this.point[at] = -1;
    this.centreX[at] = x;
    this.centreY[at] = y;
    this.width[at] = width;
    return at;
  }

  private insert(points: Float64Array, index: number): void {
    const [x, y] = [points[2 * index] as number, points[2 * index + 1] as number];
    let cell = 0;
    for (let depth = 0; ; depth++) {
      const before = this.count[cell] as number;
      this.count[cell] = before + 1;
      this.sumX[cell] = (this.sumX[cell] as number) + x;
      this.sumY[cell] = (this.sumY[cell] as number) + y;
      if (before === 0) {
        this.point[cell] = index;
        return;
      }
      const held = this.point[cell] as number;
      if (held >= 0) {
        const isSame = points[2 * held] === x && points[2 * held + 1] === y;
        if (isSame || depth >= DEEPEST || this.cells + 2 >= this.capacity) return; // the leaf counts it along
        this.point[cell] = -1;
        const down = this.childFor(cell, points[2 * held] as number, points[2 * held + 1] as number);
        const inside = before; // points on one place that the leaf counted
        this.count[down] = inside;
        this.sumX[down] = inside * (points[2 * held] as number);
        this.sumY[down] = inside * (points[2 * held + 1] as number);
        this.point[down] = held;
      }
      cell = this.childFor(cell, x, y);
    }
  }

  private childFor(cell: number, x: number, y: number): number {
    const [centreX, centreY] = [this.centreX[cell] as number, this.centreY[cell] as number];
    const [right, upper] = [x > centreX ? 1 : 0, y > centreY ? 1 : 0];
    const place = cell * CHILDREN + 2 * upper + right;
    const there = this.child[place] as number;
    if (there > 0) return there;
    const half = (this.width[cell] as number) / 2;
    const made = this.cell(centreX + (right - 0.5) * half, centreY + (upper - 0.5) * half, half);
    this.child[place] = made;
    return made;
  }
}

/** CSS pixels; browsers lay out nothing beyond some 33 million (Chromium) or 17 million (Firefox). */
const TALLEST = 16_000_000;

/** Between the offsets of a list and those of the element that scrolls it, which is made less high when it must be. */
export class ScrollScale {
  private listHeight = 0;
  private viewHeight = 0;

  set(listHeight: number, viewHeight: number): void {
    this.listHeight = listHeight;
    this.viewHeight = viewHeight;
  }

  /** How high the scrolled element is. */
  get height(): number {
    return Math.min(this.listHeight, TALLEST);
  }

  /** Pixels of the list for one of the element; 1 but for lists that are too high. */
  get ratio(): number {
    if (this.listHeight <= TALLEST) return 1;
    return (this.listHeight - this.viewHeight) / (TALLEST - this.viewHeight);
  }

  toList(scrollTop: number): number {
    return scrollTop * this.ratio;
  }

  toElement(offset: number): number {
    return offset / this.ratio;
  }
}

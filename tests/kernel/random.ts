/** Random choices that a seed decides, so that a network can be made again. */
export class Random {
  #state: number;

  constructor(seed: string) {
    // FNV-1a: https://datatracker.ietf.org/doc/draft-eastlake-fnv
    this.#state = 0x811c9dc5;
    for (const character of seed) {
      this.#state = Math.imul(this.#state ^ character.charCodeAt(0), 0x01000193) >>> 0;
    }
  }

  /** A number from 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  /** One of the items, or undefined if there are none. */
  maybe<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : this.pick(items);
  }

  /** `count` of the items, in random order. */
  some<T>(items: readonly T[], count: number): T[] {
    return items
      .map((item) => ({ item, at: this.next() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, count)
      .map(({ item }) => item);
  }

  /** An id as AWS gives it: `subnet-0a1b2c3d4e5f60718`. */
  id(prefix: string): string {
    const digits = Array.from({ length: 16 }, () => this.between(0, 15).toString(16)).join("");
    return `${prefix}-0${digits}`;
  }
}

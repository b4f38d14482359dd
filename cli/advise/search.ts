/** A network to consider. */
export interface Candidate<Shape> {
  readonly shape: Shape;
  /** A price that it is never below, in USD a month. */
  readonly floor: number;
  /** How many settings differ from the stack's. Of two of one price the one with fewer changes wins. */
  readonly changes: number;
}

/** What building a network tells. */
export interface Evaluation {
  /** USD a month. */
  readonly price: number;
  /** The promises that it does not keep. */
  readonly broken: readonly string[];
}

export interface Evaluated<Shape> extends Evaluation {
  readonly shape: Shape;
  readonly changes: number;
}

export interface SearchResult<Shape> {
  /** The cheapest network that keeps every promise; undefined if there is none. */
  readonly best: Evaluated<Shape> | undefined;
  /** Every network that was built, the cheapest first. Each that is cheaper than the best is among them. */
  readonly evaluated: readonly Evaluated<Shape>[];
}

/** Less than any price: rounding of sums of floating-point numbers. */
const ROUNDING = 1e-6;

/**
 * Finds the cheapest network that keeps every promise. It builds networks in the order of their floors, and stops at the
 * first whose floor is above the best price: no later one can be cheaper, because no price is below its floor.
 * @param evaluate undefined for a network that the configuration refuses
 * @throws Error if a price is below its floor, because then the search might miss the cheapest
 */
export async function search<Shape>(
  candidates: readonly Candidate<Shape>[],
  evaluate: (shape: Shape) => Promise<Evaluation | undefined>,
): Promise<SearchResult<Shape>> {
  const byFloor = [...candidates].sort((a, b) => a.floor - b.floor || a.changes - b.changes);
  const evaluated: Evaluated<Shape>[] = [];
  let best: Evaluated<Shape> | undefined;
  for (const { shape, floor, changes } of byFloor) {
    if (best !== undefined && floor > best.price + ROUNDING) break;
    const found = await evaluate(shape);
    if (found === undefined) continue;
    if (found.price < floor - ROUNDING)
      throw new Error(`a price of ${found.price} is below its floor of ${floor}`);
    const each = { shape, changes, ...found };
    evaluated.push(each);
    if (each.broken.length === 0 && (best === undefined || compare(each, best) < 0)) best = each;
  }
  return { best, evaluated: evaluated.sort(compare) };
}

function compare<Shape>(a: Evaluated<Shape>, b: Evaluated<Shape>): number {
  const difference = a.price - b.price;
  return Math.abs(difference) > ROUNDING ? difference : a.changes - b.changes;
}

/**
 * What one promise, or two together, add to the price of the cheapest network, with the network that is the cheapest
 * without them.
 */
export interface PromisePrice<Shape> {
  readonly promises: readonly string[];
  /** USD a month; 0 if no network becomes cheaper without it. */
  readonly price: number;
  readonly without?: Evaluated<Shape>;
}

/** The price of each promise by itself: all the others are kept. */
export function promisePrices<Shape>(
  result: SearchResult<Shape>,
  promises: readonly string[],
): PromisePrice<Shape>[] {
  return promises.map((promise) => priceWithout(result, [promise]));
}

/**
 * The prices of two promises together, of which one at least costs nothing by itself, because a network that breaks one
 * breaks the other too. Pairs that save no more than one of the two are left out.
 */
export function pairPrices<Shape>(
  result: SearchResult<Shape>,
  singles: readonly PromisePrice<Shape>[],
): PromisePrice<Shape>[] {
  return singles.flatMap((one, i) =>
    singles.slice(i + 1).flatMap((other) => {
      if (one.price > 0 && other.price > 0) return [];
      const pair = priceWithout(result, [...one.promises, ...other.promises]);
      return pair.price > Math.max(one.price, other.price) + ROUNDING ? [pair] : [];
    }),
  );
}

function priceWithout<Shape>(
  { best, evaluated }: SearchResult<Shape>,
  promises: readonly string[],
): PromisePrice<Shape> {
  // The first is the cheapest. What was not built is not cheaper than the best.
  const without = evaluated.find(({ broken }) => broken.every((one) => promises.includes(one)));
  if (best === undefined || without === undefined || without.price > best.price - ROUNDING)
    return { promises, price: 0 };
  return { promises, price: best.price - without.price, without };
}

/**
 * Three-valued logic (Kleene's): what is not known stays "unknown" until the rest decides without it.
 * A deny that surely applies makes the answer certain whatever else is unknown, and likewise an `and` with one false.
 */
export type Truth = boolean | "unknown";

/** False as soon as one is false, true when all are, otherwise unknown. True for none. */
export function and(...truths: readonly Truth[]): Truth {
  let result: Truth = true;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === "unknown") result = "unknown";
  }
  return result;
}

/** True as soon as one is true, false when all are, otherwise unknown. False for none. */
export function or(...truths: readonly Truth[]): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === "unknown") result = "unknown";
  }
  return result;
}

export function not(truth: Truth): Truth {
  return truth === "unknown" ? "unknown" : !truth;
}

/** The value all agree on; "unknown" when they differ, because then it depends on something nobody settled. */
export function agreed(first: Truth, ...others: readonly Truth[]): Truth {
  return others.every((other) => other === first) ? first : "unknown";
}

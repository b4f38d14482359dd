/**
 * Three-valued logic (Kleene's): "unknown" stays unknown unless the other operands decide alone. For example, a deny
 * that surely applies makes the answer certain, and so does a false operand of `and`.
 */
export type Truth = boolean | "unknown";

/** False if one operand is false, true if all are true, otherwise unknown. True without operands. */
export function and(...truths: readonly Truth[]): Truth {
  let result: Truth = true;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === "unknown") result = "unknown";
  }
  return result;
}

/** True if one operand is true, false if all are false, otherwise unknown. False without operands. */
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

/** The common value; "unknown" if the values differ, because then the answer depends on something undecided. */
export function agreed(first: Truth, ...others: readonly Truth[]): Truth {
  return others.every((other) => other === first) ? first : "unknown";
}

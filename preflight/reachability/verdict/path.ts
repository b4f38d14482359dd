import type { ResourceRef } from "../../graph/model.js";
import type { Blocked, Carrier, Hop, Stop, Undecided, Verdict } from "./verdict.js";

/**
 * One packet's way so far. A check passes a hop, or answers with the block. What is not known is noted and the walk
 * goes on as if it let the packet through: a certain block further on counts, and without one the verdict is unknown.
 */
export class Walk {
  readonly #path: Hop[] = [];
  readonly #missing = new Map<string, ResourceRef>();
  readonly #reasons = new Set<string>();

  pass(at: ResourceRef, text: string, by?: ResourceRef): undefined {
    this.#path.push(by === undefined || by.urn === at.urn ? { at, text } : { at, by, text });
  }

  miss(missing: ResourceRef, why: string): undefined {
    this.#missing.set(missing.urn || missing.name, missing);
    this.#reasons.add(why);
  }

  block({ at, code, why, mend, by }: Stop): Blocked {
    const rest = { why, mend, path: [...this.#path] };
    return by === undefined || by.urn === at.urn
      ? { status: "blocked", at, code, ...rest }
      : { status: "blocked", at, code, by, ...rest };
  }

  /** For when nothing can be said of what comes next. */
  unknown(missing: ResourceRef, why: string): Undecided {
    this.miss(missing, why);
    return this.#undecided();
  }

  arrive(via: Carrier, name?: string): Verdict {
    if (this.#missing.size > 0) return this.#undecided();
    const rest = { path: [...this.#path], via };
    return name === undefined ? { status: "reachable", ...rest } : { status: "reachable", ...rest, name };
  }

  /** A walk that has come as far as this one, for a way that divides. */
  fork(): Walk {
    const copy = new Walk();
    copy.#path.push(...this.#path);
    for (const [key, missing] of this.#missing) copy.#missing.set(key, missing);
    for (const reason of this.#reasons) copy.#reasons.add(reason);
    return copy;
  }

  #undecided(): Undecided {
    return {
      status: "unknown",
      missing: [...this.#missing.values()],
      why: [...this.#reasons].join("; "),
      path: [...this.#path],
    };
  }
}

/** Of ways that must all be open: the first certain block, or else what is not known, or else the first way. */
export function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  const undecided = verdicts.filter((verdict) => verdict.status === "unknown");
  const [first] = undecided;
  const unknown: Undecided | undefined = first && {
    ...first,
    missing: unique(undecided.flatMap(({ missing }) => missing)),
    why: [...new Set(undecided.map(({ why }) => why))].join("; "),
  };
  return verdicts.find(({ status }) => status === "blocked") ?? unknown ?? verdicts[0];
}

/** Of ways of which one will be taken, but nobody knows which: what holds for all of them, or else unknown. */
export function whichever(
  verdicts: readonly Verdict[],
  doubt: ResourceRef,
  why: string,
): Verdict | undefined {
  const [first] = verdicts;
  if (first === undefined || verdicts.every(({ status }) => status === first.status)) return worst(verdicts);
  const known = worst(verdicts);
  const missing = verdicts.flatMap((verdict) => (verdict.status === "unknown" ? verdict.missing : []));
  return { status: "unknown", missing: unique([doubt, ...missing]), why, path: known?.path ?? [] };
}

function unique(refs: readonly ResourceRef[]): ResourceRef[] {
  return [...new Map(refs.map((ref) => [ref.urn || ref.name, ref])).values()];
}

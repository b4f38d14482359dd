import type { ResourceRef } from "../../graph/model.js";
import type { Code } from "./explanation-codes.js";
import type { Blocked, Explanation, Hop, Undecided, Verdict, Via } from "./verdict.js";

/**
 * Builds the verdict on one packet, hop by hop. A check adds a hop, or returns a block. If a check is undetermined, the
 * trace goes on as if the packet passed: a certain block further on counts, and without one the verdict is unknown.
 */
export class TraceBuilder {
  readonly #path: Hop[] = [];
  readonly #missing = new Map<string, ResourceRef>();
  readonly #reasons = new Set<string>();

  hop(at: ResourceRef, text: string, by?: ResourceRef): undefined {
    this.#path.push(by === undefined || by.urn === at.urn ? { at, text } : { at, by, text });
  }

  undetermined(missing: ResourceRef, reason: string): undefined {
    this.#missing.set(missing.urn || missing.name, missing);
    this.#reasons.add(reason);
  }

  blocked({ at, code, reason, fix, by }: Explanation): Blocked {
    const rest = { reason, fix, path: [...this.#path] };
    return by === undefined || by.urn === at.urn
      ? { status: "blocked", at, code, ...rest }
      : { status: "blocked", at, code, by, ...rest };
  }

  /** The verdict if the next step is not known. */
  unknown(missing: ResourceRef, reason: string): Undecided {
    this.undetermined(missing, reason);
    return this.#undecided();
  }

  reached(via: Via, name?: string): Verdict {
    if (this.#missing.size > 0) return this.#undecided();
    const rest = { path: [...this.#path], via };
    return name === undefined ? { status: "reachable", ...rest } : { status: "reachable", ...rest, name };
  }

  /** A copy of the trace, for a path that divides. */
  fork(): TraceBuilder {
    const copy = new TraceBuilder();
    copy.#path.push(...this.#path);
    for (const [key, missing] of this.#missing) copy.#missing.set(key, missing);
    for (const reason of this.#reasons) copy.#reasons.add(reason);
    return copy;
  }

  #undecided(): Undecided {
    return {
      status: "unknown",
      missing: [...this.#missing.values()],
      reason: [...this.#reasons].join("; "),
      path: [...this.#path],
    };
  }
}

/** The verdict if all paths have to be open: the first block, else what is unknown, else the first verdict. */
export function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  const undecided = verdicts.filter((verdict) => verdict.status === "unknown");
  const [first] = undecided;
  const unknown: Undecided | undefined = first && {
    ...first,
    missing: unique(undecided.flatMap(({ missing }) => missing)),
    reason: [...new Set(undecided.map(({ reason }) => reason))].join("; "),
  };
  return verdicts.find(({ status }) => status === "blocked") ?? unknown ?? verdicts[0];
}

/** The verdict if it is not known which path is taken: what holds for all paths, else unknown. */
export function whichever(
  verdicts: readonly Verdict[],
  doubt: ResourceRef,
  reason: string,
): Verdict | undefined {
  const [first] = verdicts;
  if (first === undefined || verdicts.every(({ status }) => status === first.status)) return worst(verdicts);
  const known = worst(verdicts);
  const missing = verdicts.flatMap((verdict) => (verdict.status === "unknown" ? verdict.missing : []));
  return { status: "unknown", missing: unique([doubt, ...missing]), reason, path: known?.path ?? [] };
}

/**
 * The verdict if callers may be led by any of several ways: what holds for all of them, else unknown. So a ban holds only
 * if all are blocked, and the block of one of them stays known, because a requirement fails on it.
 */
export function everyWay(
  verdicts: readonly Verdict[],
  doubt: ResourceRef,
  reason: string,
): Verdict | undefined {
  const verdict = whichever(verdicts, doubt, reason);
  if (verdict?.status !== "unknown") return verdict;
  const [block] = verdicts.flatMap((each) =>
    each.status === "blocked" ? [each] : each.status === "unknown" ? (each.block ?? []) : [],
  );
  return block === undefined ? verdict : { ...verdict, reason: `${reason}: ${block.reason}`, block };
}

/** The verdict on a requirement, which fails on the certain block of any way. */
export function asRequired(verdict: Verdict): Verdict {
  return verdict.status === "unknown" ? (verdict.block ?? verdict) : verdict;
}

function unique(refs: readonly ResourceRef[]): ResourceRef[] {
  return [...new Map(refs.map((ref) => [ref.urn || ref.name, ref])).values()];
}

/** Blocks of one name of an API. Another name may still work. */
const OF_THE_NAME: ReadonlySet<Code> = new Set<Code>([
  "API_EXECUTE_ENDPOINT_DISABLED",
  "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
]);

/**
 * The verdict on a call that may take any of several ways, such as the names of an API: a way that is open, else one
 * that is unknown. If all are blocked, the first verdict counts, or the second if the API's own name is disabled.
 */
export function bestOf(own: Verdict, others: readonly Verdict[]): Verdict {
  const all = [own, ...others];
  const open = all.find(({ status }) => status === "reachable");
  const undecided = all.filter((verdict) => verdict.status === "unknown");
  const unsure = undecided.find(({ block }) => block === undefined) ?? undecided[0];
  if (open !== undefined || unsure !== undefined) return open ?? unsure ?? own;
  const replaced = own.status === "blocked" && OF_THE_NAME.has(own.code);
  return replaced ? (others[0] ?? own) : own;
}

/** The verdict on a connection that may use IPv4 or IPv6. It is open if one of them is, which the verdict tells. */
export function eitherFamily(ipv4: Verdict, ipv6: Verdict): Verdict {
  if (ipv4.status !== "reachable" && ipv6.status === "reachable") return { ...ipv6, overIpv4: ipv4 };
  return bestOf(ipv4, [ipv6]);
}

/**
 * The verdict for a caller that needs both IP versions: what is open over IPv6 only is not known to be reachable,
 * because the other end may have no IPv6 address.
 */
export function withoutIpv6(verdict: Verdict): Verdict {
  if (verdict.status !== "reachable" || verdict.overIpv4 === undefined) return verdict;
  const { overIpv4, path } = verdict;
  const missing = overIpv4.status === "blocked" ? [overIpv4.at] : overIpv4.missing;
  const reason = `open over IPv6, and the other end may have no IPv6 address; over IPv4: ${overIpv4.reason}`;
  return { status: "unknown", missing, reason, path };
}

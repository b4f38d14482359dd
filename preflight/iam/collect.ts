/** Collects what the statements of policies mean for one request. The decision which of them matter comes later. */
import {
  ALLOWED,
  type Clause,
  every,
  missing,
  type PolicyKind,
  refOf,
  type StatementRef,
  some,
  type UnknownReason,
  unknown,
} from "./decision.js";
import { inAnyWay, matchPrincipal, type PrincipalMatch } from "./match-principal.js";
import type { NamedPolicy } from "./policy.js";
import type { Principal } from "./principal.js";
import { type CompiledStatement, compiled, fits, type Question } from "./statement.js";
import { and, type Truth } from "./truth.js";

/** The caller, for policies that name principals; undefined for identity policies, which belong to the caller. */
export interface Caller {
  readonly principal: Principal;
  readonly hasBoundary: boolean;
  /** Set for gateway endpoint policies, where `*` is the only principal that can be relied on. */
  readonly onlyEveryone?: boolean;
}

/** Allows, grouped by how they name the caller, and denies. Identity policies allow `direct` only. */
export interface Findings {
  readonly direct: Clause;
  readonly limited: Clause;
  readonly account: Clause;
  readonly denied: readonly StatementRef[];
  readonly perhapsDenied: readonly UnknownReason[];
}

/** The policies in which AWS completes an ARN of fewer than six parts: those of the caller itself. */
const COMPLETING: ReadonlySet<PolicyKind> = new Set<PolicyKind>(["identity", "boundary"]);

const WAYS = ["direct", "limited", "account"] as const;

export function collect(
  kind: PolicyKind,
  policies: readonly NamedPolicy[],
  question: Question,
  caller: Caller | undefined,
): Findings {
  const ways: Record<keyof PrincipalMatch, Clause[]> = { direct: [], limited: [], account: [] };
  const denied: StatementRef[] = [];
  const perhapsDenied: UnknownReason[] = [];
  for (const { label, document, doubt } of policies) {
    if (document === undefined) {
      const reason = { policy: label, kind, reason: doubt ?? "the policy is not known yet" };
      ways.direct.push(unknown(reason));
      perhapsDenied.push(reason);
      continue;
    }
    for (const statement of compiled(document)) {
      const ref = refOf(label, kind, statement.statement);
      const { match, rest, because } = read(statement, ref, question, caller, doubt);
      if (ref.effect === "Deny") {
        const applies = and(inAnyWay(match), rest);
        if (applies === true) denied.push(ref);
        if (applies === "unknown") perhapsDenied.push(...because);
        continue;
      }
      for (const way of WAYS) ways[way].push(clauseOf(kind, and(match[way], rest), ref, because));
    }
  }
  const gathered = (way: keyof PrincipalMatch): Clause => some(...ways[way], missing(kind));
  return {
    direct: gathered("direct"),
    limited: gathered("limited"),
    account: gathered("account"),
    denied,
    perhapsDenied,
  };
}

/** Reads how a statement names the caller, whether the rest of it fits, and what leaves either open. */
function read(
  statement: CompiledStatement,
  ref: StatementRef,
  question: Question,
  caller: Caller | undefined,
  doubt: string | undefined,
): { match: PrincipalMatch; rest: Truth; because: UnknownReason[] } {
  const open = new Set<string>();
  const match = matchCaller(statement, caller, open);
  const completes = COMPLETING.has(ref.kind);
  const fit = inAnyWay(match) === false ? false : fits(statement, question, completes, open);
  if (doubt !== undefined) open.add(doubt);
  const rest = doubt === undefined ? fit : and(fit, "unknown");
  if (rest === false) return { match, rest, because: [] };
  if (WAYS.some((way) => match[way] === "unknown")) open.add("whether it names the caller is not known");
  // Without a reason the open question would be lost, and the unknown with it.
  if (open.size === 0) open.add("whether it applies is not known");
  const because = [...open].map((reason) => ({ policy: ref.policy, statement: ref, reason }));
  return { match, rest, because };
}

/** A hierarchy in which every level has to allow, such as an organization's control policies. */
export function everyLevel(levels: readonly Findings[]): Clause {
  return every(...levels.map((level) => some(level.direct, level.limited, level.account)));
}

function matchCaller(
  { statement }: CompiledStatement,
  caller: Caller | undefined,
  open: Set<string>,
): PrincipalMatch {
  const element = statement.principals;
  if (caller === undefined || element === undefined) {
    // AWS would have refused a document of another kind than it is used as, so it must prove nothing.
    if (caller === undefined && element === undefined)
      return { direct: true, limited: false, account: false };
    open.add("the policy is of another kind than the place it is in");
    return { direct: "unknown", limited: false, account: false };
  }
  const everyone = element.everyone || element.aws.includes("*");
  if (caller.onlyEveryone === true && (!everyone || element.negated)) {
    open.add("a gateway endpoint's policy needs the principal *");
    return { direct: "unknown", limited: false, account: false };
  }
  const deny = statement.effect === "Deny";
  return matchPrincipal(element, caller.principal, { deny, boundary: caller.hasBoundary });
}

function clauseOf(
  kind: PolicyKind,
  truth: Truth,
  ref: StatementRef,
  because: readonly UnknownReason[],
): Clause {
  if (truth === "unknown") return unknown(...because);
  return truth ? { ...ALLOWED, by: [ref] } : missing(kind);
}

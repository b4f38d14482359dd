/**
 * Least privilege: grants beyond the needs.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
 */
import { ARN_PARTS } from "./arn.js";
import { refOf, type StatementRef } from "./decision.js";
import type { NamedPolicy, PolicyDocument, Statement } from "./policy.js";
import { colonsIn, template } from "./variables.js";
import { contains, globTokens, intersects, resourceTokens, sourceChars, type Token } from "./wildcard.js";

/**
 * An action that the code really calls, on a resource. Both may be patterns, for example for the streams of a log
 * group.
 */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly reason?: string;
}

/**
 * An action for which AWS supports no finer resource, so that `*` (or this pattern) is the narrowest possible grant.
 */
export interface Accepted {
  readonly action: string;
  /** The widest accepted resource. @default `*` */
  readonly resource?: string;
  readonly reason: string;
}

/** One action pattern on one resource pattern of an Allow statement. */
export interface Grant {
  readonly by: StatementRef;
  readonly action: string;
  readonly resource: string;
}

export type ExcessGrant = Grant &
  (
    | { readonly excess: "unused" }
    /** Needed, but wider than every need. `needs` are those that it serves and should be reduced to. */
    | {
        readonly excess: "broader";
        readonly in: readonly ("action" | "resource")[];
        readonly needs: readonly Need[];
      }
    /** `NotAction` or `NotResource`: includes every action or resource that AWS adds later. */
    | { readonly excess: "open-ended" }
  );

export interface GrantReport {
  readonly excess: readonly ExcessGrant[];
  /** Grants that are wider than the needs for a given reason. */
  readonly accepted: readonly (Grant & { readonly reason: string })[];
  /** Labels of policies that are not known yet. The report does not cover them, so it proves nothing about them. */
  readonly unknown: readonly string[];
}

/**
 * Compares every grant of the policies with the needs. A grant is within the needs if a single need covers all of it.
 * Denies and conditions only reduce a grant and are ignored, so the report can name a grant too many but never one too
 * few.
 */
export function excessGrants(
  policies: readonly NamedPolicy[],
  needs: readonly Need[],
  accepted: readonly Accepted[] = [],
): GrantReport {
  const excess: ExcessGrant[] = [];
  const reasoned: (Grant & { reason: string })[] = [];
  const unknown: string[] = [];
  const scopes = needs.map((need) => ({ need, ...scope(need.action, need.resource) }));
  const allowances = accepted.map((item) => ({ item, ...scope(item.action, item.resource ?? "*") }));
  for (const { label, document } of policies) {
    if (document === undefined) {
      unknown.push(label);
      continue;
    }
    for (const statement of document.statements.filter(({ effect }) => effect === "Allow")) {
      for (const grant of grantsOf(label, statement)) {
        if (statement.actions.negated || statement.resources?.negated === true) {
          excess.push({ ...grant, excess: "open-ended" });
          continue;
        }
        const given = scopeOfGrant(grant, document);
        if (scopes.some((need) => covers(need, given))) continue;
        const needed = scopes.some((need) => contains(need.action, given.action));
        const allowance = allowances.find((candidate) => covers(candidate, given));
        if (needed && allowance !== undefined) reasoned.push({ ...grant, reason: allowance.item.reason });
        else excess.push({ ...grant, ...judge(given, scopes) });
      }
    }
  }
  return { excess, accepted: reasoned, unknown };
}

interface Scope {
  readonly action: readonly Token[];
  readonly resource: readonly Token[];
}

type NeedScope = Scope & { readonly need: Need };
type Judgement =
  | { readonly excess: "unused" }
  | { readonly excess: "broader"; readonly in: ("action" | "resource")[]; readonly needs: Need[] };

function judge(given: Scope, scopes: readonly NeedScope[]): Judgement {
  const served = scopes.filter(
    (need) => intersects(need.action, given.action) && intersects(need.resource, given.resource),
  );
  if (served.length === 0) return { excess: "unused" };
  const beyond: ("action" | "resource")[] = [];
  if (!served.some((need) => contains(need.action, given.action))) beyond.push("action");
  if (!served.some((need) => contains(need.resource, given.resource))) beyond.push("resource");
  // Each side is within some need, but no need covers both, so the pair as a whole is too wide.
  if (beyond.length === 0) beyond.push("action", "resource");
  return { excess: "broader", in: beyond, needs: served.map(({ need }) => need) };
}

function covers(outer: Scope, inner: Scope): boolean {
  return contains(outer.action, inner.action) && contains(outer.resource, inner.resource);
}

function scope(action: string, resource: string): Scope {
  return {
    action: globTokens(sourceChars(action.toLowerCase())),
    resource: resourceTokens(sourceChars(resource)),
  };
}

/** Scope of a grant. A variable in its resource can become any text, so it counts as `*`. */
function scopeOfGrant(grant: Grant, document: PolicyDocument): Scope {
  const source = template(grant.resource, document.version === "2012-10-17");
  const { parts } = source;
  // AWS completes an ARN of fewer than six parts in an identity policy.
  const lacking = grant.resource.startsWith("arn:") ? Math.max(0, ARN_PARTS - 1 - colonsIn(source)) : 0;
  const widest = [
    ...parts.flatMap((part) => (part.type === "text" ? part.chars : sourceChars("*"))),
    ...sourceChars(":*".repeat(lacking)),
  ];
  const resource = parts.length === 0 ? sourceChars("*") : widest;
  return { action: scope(grant.action, "*").action, resource: resourceTokens(resource) };
}

function grantsOf(label: string, statement: Statement): Grant[] {
  const by = refOf(label, "identity", statement);
  return statement.actions.patterns.flatMap((action) =>
    (statement.resources?.patterns ?? ["*"]).map((resource) => ({ by, action, resource })),
  );
}

import { usd } from "../cost/money.js";
import { words } from "../resources/terms.js";
import type { ProofReport, Report } from "./model.js";
import { outcome, whole } from "./text/wording.js";

/** One difference, in words. */
export interface Change {
  readonly kind: "added" | "removed" | "changed";
  readonly what: string;
  readonly before?: string;
  readonly after?: string;
}

export interface Difference {
  readonly proofs: readonly Change[];
  readonly figures: readonly Change[];
  readonly subnets: readonly Change[];
  readonly resources: readonly Change[];
}

/** Differences of `after` from `before`. */
export function differenceOf(before: Report, after: Report): Difference {
  return {
    proofs: compared(
      before.proofs.map((proof) => [proofName(proof), outcomeText(proof)]),
      after.proofs.map((proof) => [proofName(proof), outcomeText(proof)]),
    ),
    figures: compared(figures(before), figures(after)),
    subnets: compared(subnets(before), subnets(after)),
    resources: compared(drawn(before), drawn(after)),
  };
}

/** All differences, a line each: `changed: fixed cost a month: $109.50 -> $32.12`. Empty if nothing differs. */
export function differenceTexts(before: Report, after: Report): string[] {
  const { proofs, figures, subnets, resources } = differenceOf(before, after);
  return [...proofs, ...figures, ...subnets, ...resources].map(({ kind, what, before, after }) => {
    const values = [before, after].filter((value) => value !== undefined);
    return `${kind}: ${what}: ${values.join(" -> ")}`;
  });
}

/**
 * The saved report to compare a stack's report with: that of the same stack or, if there is one report of each, the
 * other, because two stacks may be compared too.
 */
export function savedFor(
  stack: string,
  saved: readonly Report[],
  { isOnly }: { readonly isOnly: boolean },
): Report | undefined {
  const same = saved.find(({ stack: { name } }) => name === stack);
  const [first, ...others] = saved;
  return same ?? (isOnly && others.length === 0 ? first : undefined);
}

type Entries = readonly (readonly [name: string, value: string])[];

function compared(before: Entries, after: Entries): Change[] {
  const old = new Map(before);
  const now = new Map(after);
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].flatMap((what): Change[] => {
    const [was, is] = [old.get(what), now.get(what)];
    if (was === is) return [];
    if (was === undefined) return [{ kind: "added", what, after: is }];
    return is === undefined
      ? [{ kind: "removed", what, before: was }]
      : [{ kind: "changed", what, before: was, after: is }];
  });
}

function proofName({ from, to, action = to, must, port }: ProofReport): string {
  const on = port === 443 ? "" : ` on port ${port}`;
  return `${from} ${must === "reach" ? "must reach" : "must not reach"} ${action}${on}`;
}

function outcomeText(proof: ProofReport): string {
  const { verdict } = proof;
  const how = verdict.status === "reachable" ? `reachable by ${words(verdict.via)}` : verdict.status;
  return `${outcome(proof)}, ${how}${verdict.status === "blocked" ? ` (${verdict.code})` : ""}`;
}

function figures({ cost, capacity, stack }: Report): Entries {
  return [
    ["fixed cost a month", usd(cost.fixedMonthly)],
    ["cost per million requests", usd(cost.perMillionRequests)],
    ["cost a month with the assumed usage", usd(cost.monthly)],
    ["resources", whole(stack.resources)],
    ["function network interfaces", whole(capacity.lambdaInterfaces)],
    ["free addresses", whole(capacity.subnets.reduce((total, { free }) => total + free, 0))],
  ];
}

function subnets({ capacity }: Report): Entries {
  return capacity.subnets.map(({ subnet, tier, cidrBlock, availabilityZone }) => [
    subnet.name,
    `${tier} ${cidrBlock} in ${availabilityZone}`,
  ]);
}

/** Drawn nodes, counted by name, because the same resource of two stacks has two URNs. */
function drawn({ topology }: Report): Entries {
  const counts = new Map<string, number>();
  for (const { kind, label } of topology.nodes) {
    if (kind === "region" || kind === "zone" || kind === "subnet") continue;
    const name = `${words(kind)} ${label}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => [name, count === 1 ? "in one place" : `in ${count} places`]);
}

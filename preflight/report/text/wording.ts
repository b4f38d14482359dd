import { usd } from "../../cost/money.js";
import { words } from "../../resources/terms.js";
import type {
  CoverageReport,
  HopReport,
  OrderReport,
  ProofReport,
  QuotaReport,
  Report,
  SubnetReport,
  UnusedReport,
  UpdateReport,
  VerdictReport,
} from "../model.js";

// Wording that the terminal and Markdown share.

/** `8,182` */
export function whole(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** `1 proof`, `2 proofs` */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${whole(count)} ${count === 1 ? singular : plural}`;
}

export function failedProofs(report: Report): readonly ProofReport[] {
  return report.proofs.filter(({ ok }) => !ok);
}

/** `AWS would refuse 1 policy and 1 quota`; undefined if it accepts everything. */
export function refusalText(reports: readonly Report[]): string | undefined {
  const policies = reports.reduce((sum, { permissions }) => sum + permissions.refused.length, 0);
  const quotas = reports.reduce((sum, report) => sum + quotasIn(report, "refused").length, 0);
  const refused = [
    ...(policies === 0 ? [] : [counted(policies, "policy", "policies")]),
    ...(quotas === 0 ? [] : [`what is over ${counted(quotas, "limit")}`]),
  ];
  return refused.length === 0 ? undefined : `AWS would refuse ${refused.join(" and ")}`;
}

/** The quotas of a report in some states. */
export function quotasIn(report: Report, ...states: readonly QuotaReport["state"][]): readonly QuotaReport[] {
  return report.quotas.filter(({ state }) => states.includes(state));
}

/** `NAT gateway vpc-nat-a, vpc-nat-b: $73.00 a month, and no security group … In the configuration: vpc.nat: none.` */
export function unusedText({ what, resources, fixedMonthly, reason, fix }: UnusedReport): string {
  const those = resources.map(({ name }) => name).join(", ");
  return `${what} ${those}: ${usd(fixedMonthly)} a month, and ${reason}. ${fix}`;
}

interface QuotaFigures extends Pick<QuotaReport, "what" | "used" | "limit" | "state"> {
  readonly of?: { readonly name: string } | undefined;
  readonly most?: number | undefined;
}

/** `61 of 60 rules of a security group in one direction (api-endpoint). AWS refuses the rest, unless …` */
export function quotaText({ what, of, used, limit, most, state }: QuotaFigures): string {
  const where = of === undefined ? "" : ` (${of.name})`;
  const figures = `${whole(used)} of ${whole(limit)} ${what}${where}`;
  const upTo = most === undefined ? "" : ` (AWS raises it to ${whole(most)} at most)`;
  switch (state) {
    case "refused":
      return `${figures}. AWS allows ${whole(most ?? limit)} at most, and refuses the rest in the middle of an update`;
    case "over":
      return `${figures}. AWS refuses the rest in the middle of an update, unless the account's quota is higher${upTo}`;
    case "near":
    case "ok":
      return figures;
  }
}

/** `order: 2 of 6 paths may start too early`; undefined if none may. */
export function orderFailure(reports: readonly Report[]): string | undefined {
  const count = (of: (order: OrderReport) => number) =>
    reports.reduce((sum, { order }) => sum + of(order), 0);
  const late = count(({ late }) => late.length);
  if (late === 0) return undefined;
  return `order: ${late} of ${counted(
    count(({ paths }) => paths),
    "path",
  )} may start too early`;
}

/** `6 paths are made before what uses them`, and how many are not judged. */
export function orderText({ paths, late, notJudged }: OrderReport): string {
  const open = notJudged.length === 0 ? "" : `; ${counted(notJudged.length, "path")} not judged`;
  if (paths === 0) return `no path judged${open}`;
  const early = paths - late.length;
  const made =
    late.length === 0
      ? `${counted(paths, "path is", "paths are")} made before what uses ${paths === 1 ? "it" : "them"}`
      : `${whole(early)} of ${counted(paths, "path")} ${early === 1 ? "is" : "are"} made before what uses ${paths === 1 ? "it" : "them"}`;
  return `${made}${open}`;
}

/** `fetcher -> ssm: fetcher-live may be made before …. Fix: …`, for each late path. */
export function latePathTexts({ late }: OrderReport): string[] {
  return late.map(({ from, to, reason, fix }) => `${from} -> ${to}: ${reason}. Fix: ${fix}`);
}

/** Paths whose order is not judged, those with the same reason together. */
export function notJudgedTexts({ notJudged }: OrderReport): string[] {
  const reasons = [...new Set(notJudged.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const paths = notJudged
      .filter((each) => each.reason === reason)
      .map(({ from, to }) => `${from} -> ${to}`);
    return `${paths.join(", ")}: ${reason}`;
  });
}

/** Whether a report proves nothing, because the stack declares no intents. */
export function provesNothing({ proofs }: Report): boolean {
  return proofs.length === 0;
}

/** What to do about a stack without intents. */
export const DECLARE_INTENTS =
  "nothing proved: no component of the stack says what must or must not be reachable. Declare it in a component's output `intents` (docs/modelled.md)";

/** `3 intents in intents.yaml`; undefined if the project has no such file. */
export function pinsText({ pins, stack }: Report): string | undefined {
  if (pins === undefined) return undefined;
  const { file, count } = pins;
  return count > 0
    ? `${counted(count, "intent")} in ${file}, whatever the configuration says`
    : `none: ${file} says nothing about stack ${stack.name}, so its configuration alone says what must hold`;
}

/**
 * A tier of subnets as AWS calls it: each subnet without a route to an internet gateway is private. Isolated ones, which
 * have no way to the internet at all, are told apart only from others that have.
 * https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
 */
export function tierText(tier: SubnetReport["tier"], all: readonly SubnetReport[]): string {
  if (tier !== "isolated") return tier;
  return all.some((subnet) => subnet.tier === "private") ? "private without internet" : "private";
}

/** `58 of 67 resources judged`, and the types of the others. */
export function coverageText({ judged, resources, notModelled }: CoverageReport, types = Infinity): string {
  const shown = notModelled.slice(0, types).map(({ type, count }) => `${type} (${count})`);
  const rest = notModelled.length - shown.length;
  const more = rest > 0 ? [`${counted(rest, "more type")}`] : [];
  const others = notModelled.length === 0 ? "" : `; not modelled: ${[...shown, ...more].join(", ")}`;
  return `${whole(judged)} of ${counted(resources, "resource")} judged${others}`;
}

/** `fetcher-function: egress rule (all traffic to 0.0.0.0/0)`, for each thing that no resource explains. */
export function openTexts({ open }: Report): { readonly isMeant: boolean; readonly text: string }[] {
  return open.map(({ method, who, does, needsKey, meant, fix }) => {
    const whom = who === "everybody" ? "everybody on the internet" : "whoever signs up for the user pool";
    const key = needsKey ? ", with an API key, which proves nothing about its sender" : "";
    const what = `${method} is open to ${whom}${key}: it ${does.join(", ")}`;
    return meant === undefined
      ? { isMeant: false, text: `${what}. Fix: ${fix}` }
      : { isMeant: true, text: `${what} (meant, ${meant.where}: ${meant.reason})` };
  });
}

/** `of vpc-…, which is not the stack's: no …, no …. Check: aws …`, for each VPC of somebody else. */
export function assumedTexts({ assumed }: Report): string[] {
  return assumed.map(
    ({ vpc, facts, check }) =>
      `of ${vpc.id ?? vpc.name}, which is not the stack's: ${facts.join(", ")}. Check: ${check.join("; ")}`,
  );
}

export function byHandTexts({ byHand }: Report): string[] {
  return byHand.map(({ resource, what }) => `${resource.name}: ${what}`);
}

/**
 * Where a proof leads: `ssm`. If another proof has the same two ends, the action or the port tells them apart:
 * `dynamodb:PutItem`, `database on port 5432`.
 * @param withPort false if the reader is told the port anyway
 */
export function destinationText(proof: ProofReport, all: readonly ProofReport[], withPort = true): string {
  const { from, to, action = to, port } = proof;
  const others = all.filter((other) => other !== proof && other.from === from && other.to === to);
  const name = others.some((other) => (other.action ?? other.to) !== action) ? action : to;
  return withPort && others.some((other) => other.port !== port) ? `${name} on port ${port}` : name;
}

/** `with the saved report of prod: 3 changes` */
export function comparedText({ stack }: Report, changes: number): string {
  const result = changes === 0 ? "nothing differs" : counted(changes, "change");
  return `with the saved report of ${stack.name}: ${result}`;
}

/** Outcome of a proof, in one word. */
export function outcome({ ok, verdict }: ProofReport): "ok" | "FAIL" | "UNKNOWN" {
  if (ok) return "ok";
  return verdict.status === "unknown" ? "UNKNOWN" : "FAIL";
}

/** Short texts for the blockers that keep most intents. */
const BRIEFLY: Readonly<Record<string, string>> = {
  API_DOMAIN_NAME_POLICY_DENIES: "refused by its policy",
  API_AUTHORIZER_MISSING: "no authorizer",
  API_AUTHORIZER_REFUSES: "only with a token",
  API_METHOD_REQUIRES_AUTHORIZATION: "only signed requests",
  API_POLICY_DENIES: "refused by its policy",
  API_PRIVATE_REQUIRES_VPCE: "not through the endpoint",
  ENI_SG_RULES_MISMATCH: "no security group rule",
  FUNCTION_HAS_NO_ADDRESS: "a function does not listen",
  IDENTITY_POLICY_DENIES: "the role may not",
  IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: "no public address",
  NO_ROUTE_TO_DESTINATION: "no route",
  RESOURCE_POLICY_DENIES: "its policy refuses the caller",
  SG_HAS_NO_RULES: "no security group rule",
};

/** `pinned in intents.yaml:12`; empty for an intent of a component. */
export function originText({ pinnedIn }: ProofReport): string {
  return pinnedIn === undefined ? "" : `pinned in ${pinnedIn}`;
}

/** Like {@link proofReason}, but as short as possible, for an intent that holds. */
export function shortReason(proof: ProofReport): string {
  const { verdict } = proof;
  if (verdict.status === "blocked") return `blocked: ${BRIEFLY[verdict.code] ?? verdict.code}`;
  if (verdict.status === "unknown") return proofReason(proof);
  // The public name needs no mention. A caller must know any other name.
  const isPublicName = verdict.name === undefined || /^https:\/\/[a-z0-9]+\.execute-api\./.test(verdict.name);
  return `${words(verdict.via)}${isPublicName ? "" : `, as ${verdict.name}`}`;
}

/** Reason for a proof's outcome, in one line: the path, the blocker with its fix, or what is missing. */
export function proofReason({ failure, verdict }: ProofReport): string {
  const code = verdict.status === "blocked" ? ` (${verdict.code})` : "";
  if (failure !== undefined) return `${sentence(`${failure.reason}${code}`)} Fix: ${failure.fix}`;
  switch (verdict.status) {
    case "reachable":
      return `by ${words(verdict.via)}${verdict.name === undefined ? "" : `, as ${verdict.name}`}`;
    case "blocked":
    case "unknown":
      return `${verdict.status}: ${verdict.reason}`;
  }
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

/** Path of a verdict, a line for each hop, as `at: text`. */
export function hops(verdict: VerdictReport): string[] {
  return verdict.path.map(hop);
}

function hop({ at, by, text }: HopReport): string {
  const rule = by === undefined || by.urn === at.urn ? "" : ` (${by.name})`;
  return `${at.name}: ${text}${rule}`;
}

type Removal = UpdateReport["removals"][number];

const ACTIONS: Readonly<Record<Removal["action"], string>> = {
  replace: "REPLACE",
  "may-replace": "MAY REPLACE",
  delete: "DELETE",
};

/** `against export.json: 3 created, 12 updated, 5 replaced, 1 perhaps replaced, 8 deleted, 60 unchanged` */
export function updateHead({ against, created, updated, unchanged, removals }: UpdateReport): string {
  const count = (action: Removal["action"]) => removals.filter((one) => one.action === action).length;
  const perhaps = count("may-replace") === 0 ? "" : `, ${count("may-replace")} perhaps replaced`;
  return `against ${against}: ${created} created, ${updated} updated, ${count("replace")} replaced${perhaps}, ${count("delete")} deleted, ${unchanged} unchanged`;
}

/** An entry of the list of what an update replaces, deletes or cuts off. */
export interface UpdateEntry {
  /** `REPLACE`, `MAY REPLACE`, `DELETE` or `CUTS OFF` */
  readonly label: string;
  /** `vpc-vpc: cidrBlock`, with what becomes of it. */
  readonly text: string;
  /** What is lost, a line each: `DATA every item in table orders`. */
  readonly lost: readonly string[];
}

export function updateEntries({ removals, cuts }: UpdateReport): UpdateEntry[] {
  return [
    ...removals.map(({ resource, action, because, kept, lost }) => ({
      label: ACTIONS[action],
      text: `${resource.name} (${resource.type}): ${because.join(", ")}${kept === undefined ? "" : `. ${KEPT[kept]}`}`,
      lost: lost.map((one) => lossText(one, kept)),
    })),
    ...cuts.map(({ resource, lost }) => ({
      label: "CUTS OFF",
      text: `${resource.name} (${resource.type}), updated in place`,
      lost: lost.map(({ what }) => what),
    })),
  ];
}

const KEPT = {
  retained: "AWS keeps the old resource; the stack no longer has it",
  protected: "Protected: the engine refuses the update, and nothing changes",
} as const;

function lossText({ kind, what }: Removal["lost"][number], kept: Removal["kept"]): string {
  if (kind !== "data") return what;
  return kept === undefined ? `DATA LOST: ${what}` : `data: ${what}`;
}

/** What to do about lost data; undefined if none is lost, or if the configuration lets it go. */
export function dataLossText({ update }: Report): string | undefined {
  if (update === undefined || !update.losesData || update.isLetGo) return undefined;
  return "the update would lose data (keepData: false lets it go; docs/data.md)";
}

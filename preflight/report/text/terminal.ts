import { usd } from "../../cost/money.js";
import { differenceTexts } from "../difference.js";
import type { CostReport, OrderReport, ProofReport, Report, RoleReport, UpdateReport } from "../model.js";
import {
  assumedTexts,
  byHandTexts,
  comparedText,
  counted,
  coverageText,
  DECLARE_INTENTS,
  dataLossText,
  destinationText,
  failedProofs,
  hops,
  latePathTexts,
  notJudgedTexts,
  openTexts,
  orderFailure,
  orderText,
  originText,
  outcome,
  pinsText,
  proofReason,
  provesNothing,
  quotasIn,
  quotaText,
  refusalText,
  shortReason,
  tierText,
  unusedText,
  updateEntries,
  updateHead,
  whole,
} from "./wording.js";

/** Types that are not modelled and still fit into a terminal. The other formats list all. */
const MOST_TYPES = 8;

/** Maximum width of a line, in columns. */
const WIDTH = 100;

/**
 * A report for a terminal: short and aligned. It reads the same without colour, because it uses words only.
 * @param saved an earlier report: the text then says what differs from it
 */
export function terminalReport(report: Report, saved?: Report): string {
  const { stack, proofs, call } = report;
  const labels = proofs.map((proof) => `${proof.from} -> ${destinationText(proof, proofs)}`);
  const width = Math.min(42, Math.max(24, ...labels.map(({ length }) => length)));
  const lines = [
    heading(`${stack.name}  ${stack.region}  ${stack.summary}`, counted(stack.resources, "resource")),
    ...proofs.flatMap((proof, i) => proofLines(proof, labels[i] ?? "", width)),
    ...(provesNothing(report) ? row("proofs", DECLARE_INTENTS) : []),
    ...pins(report),
    ...order(report.order),
    ...row("judged", coverageText(report.coverage, MOST_TYPES)),
    ...assumedTexts(report).flatMap((text) => row("assumed", text)),
    ...byHand(byHandTexts(report)),
    ...openTexts(report).flatMap(({ isMeant, text }) => row(isMeant ? "open" : "WARNING", text)),
    ...row("permissions", permissions(report.permissions.roles)),
    ...report.permissions.roles.flatMap(roleLines),
    ...report.permissions.refused.flatMap(({ policy, reason }) =>
      wrapped(`    FAIL  AWS refuses ${policy.name}: `, reason, 6),
    ),
    ...row("addresses", addresses(report)),
    ...limits(report),
    ...quotas(report),
    ...row("cost", cost(report.cost)),
    ...report.cost.unused.flatMap((each) => row("unused", unusedText(each))),
    ...difference(report, saved),
    ...(report.update === undefined ? [] : updateLines(report.update)),
    ...(call === undefined
      ? []
      : row(call.request, `${call.statusCode} in ${whole(call.milliseconds)} ms   ${call.summary}`)),
  ];
  return lines.join("\n");
}

/** The last line: the number of proofs, how many of them failed, and the stacks of which nothing is proved. */
export function verdictLine(reports: readonly Report[]): string {
  const total = reports.reduce((sum, { proofs }) => sum + proofs.length, 0);
  const failed = reports.reduce((sum, report) => sum + failedProofs(report).length, 0);
  const without = reports.filter(provesNothing).map(({ stack }) => stack.name);
  const lost = reports.flatMap((report) => dataLossText(report) ?? [])[0];
  const more = [orderFailure(reports), refusalText(reports), lost].filter((text) => text !== undefined);
  if (total === 0) return [`nothing proved of ${without.join(" and ")}`, ...more].join("; ");
  const verdict =
    failed === 0 ? `${counted(total, "proof")} hold` : `${failed} of ${counted(total, "proof")} failed`;
  const nothing = without.length === 0 ? [] : [`nothing proved of ${without.join(" and ")}`];
  return [verdict, ...nothing, ...more].join("; ");
}

function difference(report: Report, saved: Report | undefined): string[] {
  if (saved === undefined) return [];
  const texts = differenceTexts(saved, report);
  return [
    ...row("compared", comparedText(saved, texts.length)),
    ...texts.flatMap((text) => wrapped("    ", text, 6)),
  ];
}

function heading(left: string, right: string): string {
  return `${left.padEnd(WIDTH - right.length - 1)} ${right}`;
}

function order(report: OrderReport): string[] {
  if (report.paths + report.notJudged.length === 0) return [];
  return [
    ...row("order", orderText(report)),
    ...latePathTexts(report).flatMap((text) => wrapped("    FAIL  ", text, 6)),
    ...notJudgedTexts(report).flatMap((text) => wrapped("    not judged: ", text, 6)),
  ];
}

function pins(report: Report): string[] {
  const text = pinsText(report);
  return text === undefined ? [] : row("pinned", text);
}

/** What an update would replace, delete and cut off. */
function updateLines(update: UpdateReport): string[] {
  return [
    ...row("update", updateHead(update)),
    ...updateEntries(update).flatMap(({ label, text, lost }) => [
      ...wrapped(`    ${label.padEnd(11)}  `, text, 19),
      ...lost.flatMap((what) => wrapped("                   - ", what, 21)),
    ]),
    ...update.notes.flatMap((note) => wrapped("    Note: ", note, 10)),
  ];
}

function byHand(texts: readonly string[]): string[] {
  if (texts.length === 0) return [];
  const head = `${counted(texts.length, "thing")} in the outputs that no resource explains (or not refreshed)`;
  return [...row("by hand", head), ...texts.flatMap((text) => wrapped("    ", text, 6))];
}

function proofLines(proof: ProofReport, label: string, width: number): string[] {
  const must = proof.must === "reach" ? "must reach" : "must not reach";
  const start = `${must.padEnd(14)}  ${label.padEnd(width)}  ${outcome(proof).padEnd(4)}  `;
  const lines = wrapped(start, proof.ok ? shortLine(proof) : failureLine(proof));
  if (proof.ok) return lines;
  return [...lines, ...hops(proof.verdict).flatMap((hop) => wrapped("    passed ", hop, 8))];
}

function shortLine(proof: ProofReport): string {
  return proof.pinnedIn === undefined ? shortReason(proof) : `${shortReason(proof)} (pinned)`;
}

/** A pinned intent says why it is there, because nothing else of the stack may say so any more. */
function failureLine(proof: ProofReport): string {
  const origin = originText(proof);
  return origin === "" ? proofReason(proof) : `${origin}, because ${proof.reason}: ${proofReason(proof)}`;
}

function permissions(roles: readonly RoleReport[]): string {
  const excess = roles.reduce((sum, { excess }) => sum + excess.length, 0);
  const unknown = roles.reduce((sum, { unknown }) => sum + unknown.length, 0);
  const unread = unknown === 0 ? "" : `, ${counted(unknown, "policy", "policies")} not known`;
  const undeclared = roles.filter((role) => role.undeclared.length > 0).length;
  const uncompared = undeclared === 0 ? "" : `, ${counted(undeclared, "role")} without a declared use`;
  return `${counted(roles.length, "role")}, ${counted(excess, "grant")} beyond need${uncompared}${unread}`;
}

function roleLines({ role, excess, undeclared, unknown }: RoleReport): string[] {
  return [
    ...excess.flatMap((grant) => wrapped(`    ${role.name}: `, grant, 6)),
    ...(undeclared.length === 0
      ? []
      : wrapped(`    ${role.name}: no use declared: `, undeclared.join(", "), 6)),
    ...unknown.flatMap((policy) => wrapped(`    ${role.name}: not known: `, policy, 6)),
  ];
}

function addresses({ capacity }: Report): string {
  const tiers = ["private", "isolated", "public"] as const;
  const free = tiers.flatMap((tier) => {
    const subnets = capacity.subnets.filter((subnet) => subnet.tier === tier);
    return subnets.length === 0
      ? []
      : [
          `${tierText(tier, capacity.subnets)} ${whole(subnets.reduce((sum, subnet) => sum + subnet.free, 0))} free`,
        ];
  });
  const interfaces = counted(capacity.lambdaInterfaces, "function interface");
  const where =
    free.length === 0 ? "none taken: no VPC" : `${free.join(", ")}; ${interfaces} at any concurrency`;
  const first = capacity.firstToRunOut;
  return first === undefined ? where : `${where}; first to run out: ${first.what} at ${first.at}`;
}

function limits({ capacity }: Report): string[] {
  return capacity.limits
    .filter(({ ok }) => !ok)
    .flatMap(({ what, used, limit, unit }) =>
      wrapped("    over a limit: ", `${what}: ${whole(used)} of ${whole(limit)} ${unit}`),
    );
}

/** Only what is over a limit of AWS or near it. */
function quotas(report: Report): string[] {
  const label = { refused: "FAIL  over a limit: ", over: "over a quota: ", near: "near a quota: ", ok: "" };
  return quotasIn(report, "refused", "over", "near").flatMap((quota) =>
    wrapped(`    ${label[quota.state]}`, quotaText(quota), 6),
  );
}

function cost({ fixedMonthly, perMillionRequests, alternatives, notPriced }: CostReport): string {
  const current = alternatives.find(({ isCurrent }) => isCurrent);
  const others = alternatives
    .filter(({ isCurrent, endpoints }) => !isCurrent && String(endpoints) === String(current?.endpoints))
    .map(
      ({ nat, fixedMonthly, broken }) =>
        `${nat}: ${broken === undefined ? usd(fixedMonthly) : "does not work"}`,
    );
  const without = notPriced.length === 0 ? "" : `; not priced: ${notPriced.join(", ")}`;
  const choice = others.length === 0 ? "" : `   (${others.join(", ")})`;
  return `${usd(fixedMonthly)} a month fixed + ${usd(perMillionRequests)} per million calls${without}${choice}`;
}

function row(label: string, text: string): string[] {
  return wrapped(`${label.padEnd(14)}  `, text);
}

/** Text after a prefix, broken at spaces. Further lines are indented to the prefix's width. */
function wrapped(start: string, text: string, indent = Math.min(start.length + 2, 40)): string[] {
  const lines: string[] = [];
  let line = `  ${start}`;
  let room = false;
  for (const word of text.split(" ")) {
    if (room && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = `${" ".repeat(indent)}${word}`;
    } else {
      line += room ? ` ${word}` : word;
    }
    room = true;
  }
  return [...lines, line];
}

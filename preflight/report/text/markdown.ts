import { usd } from "../../cost/money.js";
import { differenceTexts } from "../difference.js";
import type { Report } from "../model.js";
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
  outcome,
  pinsText,
  proofReason,
  provesNothing,
  quotasIn,
  quotaText,
  refusalText,
  unusedText,
  updateEntries,
  updateHead,
  whole,
} from "./wording.js";

/** A report for a pull request: the verdict first, then tables. Long tables are folded. */
export function markdownReport(report: Report, saved?: Report): string {
  const { stack, proofs, call } = report;
  const failed = failedProofs(report).length;
  const verdict = provesNothing(report)
    ? "nothing proved"
    : failed === 0
      ? `${counted(proofs.length, "proof")} hold`
      : `${failed} of ${counted(proofs.length, "proof")} failed`;
  const others = [orderFailure([report]), refusalText([report])].filter((text) => text !== undefined);
  return [
    `## ${asText(stack.name)}: ${verdict}${others.map((text) => `; ${text}`).join("")}`,
    `${asText(stack.region)} · ${asText(stack.summary)} · ${counted(stack.resources, "resource")}`,
    provesNothing(report) ? asText(DECLARE_INTENTS) : proofTable(report),
    failures(report),
    orderList(report),
    pins(report),
    updateList(report),
    `**Judged:** ${asText(coverageText(report.coverage))}`,
    assumedTexts(report)
      .map((text) => `**Assumed** ${asText(text)}`)
      .join("\n\n"),
    byHandList(report),
    openList(report),
    costTable(report),
    capacityTable(report),
    quotaList(report),
    permissionList(report),
    difference(report, saved),
    ...(call === undefined
      ? []
      : [`\`${call.request}\` answered ${call.statusCode}: ${asText(call.summary)}`]),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function proofTable({ proofs }: Report): string {
  const rows = proofs.map((proof) => {
    const must = proof.must === "reach" ? "must reach" : "must not reach";
    const origin = proof.pinnedIn ?? "component";
    return [
      must,
      `${proof.from} → ${destinationText(proof, proofs)}`,
      `**${outcome(proof)}**`,
      proofReason(proof),
      origin,
    ];
  });
  return table(["", "Intent", "Proof", "How", "From"], rows);
}

function pins(report: Report): string {
  const text = pinsText(report);
  return text === undefined ? "" : `**Pinned:** ${asText(text)}`;
}

function difference(report: Report, saved: Report | undefined): string {
  if (saved === undefined) return "";
  const texts = differenceTexts(saved, report);
  const head = `**Compared** ${asText(comparedText(saved, texts.length))}`;
  return [head, ...texts.map((text) => `- ${asText(text)}`)].join("\n");
}

function failures(report: Report): string {
  return failedProofs(report)
    .map((proof) => {
      const { from, verdict } = proof;
      const to = destinationText(proof, report.proofs);
      const path = hops(verdict).map((hop, i) => `${i + 1}. ${asText(hop)}`);
      return folded(
        `${asText(from)} → ${asText(to)}, hop by hop`,
        path.length === 0 ? "No hop was passed." : path.join("\n"),
      );
    })
    .join("\n\n");
}

function orderList({ order }: Report): string {
  if (order.paths + order.notJudged.length === 0) return "";
  const items = [
    ...latePathTexts(order).map((text) => `- **FAIL** ${asText(text)}`),
    ...notJudgedTexts(order).map((text) => `- not judged: ${asText(text)}`),
  ];
  return [`**Order:** ${orderText(order)}`, ...items].join("\n");
}

function updateList(report: Report): string {
  const { update } = report;
  if (update === undefined) return "";
  const loss = dataLossText(report);
  const entries = updateEntries(update).flatMap(({ label, text, lost }) => [
    `- **${label}** ${asText(text)}`,
    ...lost.map((what) => `  - ${asText(what)}`),
  ]);
  return [
    `**Update ${asText(updateHead(update))}.**${loss === undefined ? "" : ` **FAIL:** ${asText(loss)}.`}`,
    ...(entries.length === 0 ? [] : ["", ...entries]),
    ...(update.notes.length === 0 ? [] : ["", ...update.notes.map((note) => `${asText(note)}`)]),
  ].join("\n");
}

function byHandList(report: Report): string {
  const texts = byHandTexts(report);
  if (texts.length === 0) return "";
  const head = "**By hand, or not refreshed:** no resource of the stack explains";
  return [head, ...texts.map((text) => `- ${asText(text)}`)].join("\n");
}

function openList(report: Report): string {
  const items = openTexts(report).map(
    ({ isMeant, text }) => `- ${isMeant ? "" : "**Warning:** "}${asText(text)}`,
  );
  return items.length === 0 ? "" : ["**Open to the internet:**", ...items].join("\n");
}

function costTable({ cost }: Report): string {
  const lines = cost.lines
    .filter(
      ({ fixedMonthly, perMillionRequests, monthly }) => fixedMonthly + perMillionRequests + monthly > 0,
    )
    .map(({ what, resource, fixedMonthly, perMillionRequests }) => [
      resource === undefined ? what : `${what} (${resource.name})`,
      usd(fixedMonthly),
      usd(perMillionRequests),
    ]);
  const others = cost.alternatives.map(({ name, fixedMonthly, monthly, isCurrent, broken }) => [
    isCurrent ? `**${name}** (as configured)` : name,
    broken ?? usd(fixedMonthly),
    broken === undefined ? usd(monthly) : "",
  ]);
  const head = `**Cost:** ${usd(cost.fixedMonthly)} a month fixed + ${usd(cost.perMillionRequests)} per million calls, prices of ${asText(cost.pricedAs)} on ${asText(cost.pricedOn)}.`;
  const missing = cost.notPriced.length === 0 ? "" : ` Not priced: ${asText(cost.notPriced.join(", "))}.`;
  return [
    head + missing,
    cost.unused.map((each) => `- **unused:** ${asText(unusedText(each))}`).join("\n"),
    folded("What it is made of", table(["What", "Fixed a month", "Per million calls"], lines)),
    others.length === 0
      ? ""
      : folded(
          "The same workload otherwise",
          table(["Network", "Fixed a month", "With the assumed traffic"], others),
        ),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function capacityTable({ capacity }: Report): string {
  const first = capacity.firstToRunOut;
  const head =
    first === undefined
      ? "**Capacity**"
      : `**Capacity:** first to run out: ${asText(first.what)} at ${asText(first.at)}`;
  const subnets = capacity.subnets.map(({ subnet, cidrBlock, availabilityZone, used, free }) => [
    subnet.name,
    cidrBlock,
    availabilityZone,
    whole(used),
    whole(free),
  ]);
  const limits = capacity.limits.map(({ what, used, limit, unit, ok }) => [
    what,
    `${whole(used)} ${unit}`,
    `${whole(limit)} ${unit}`,
    ok ? "ok" : "**over**",
  ]);
  return [
    head,
    subnets.length === 0
      ? ""
      : folded("Addresses", table(["Subnet", "Block", "Zone", "Used", "Free"], subnets)),
    folded("Limits", table(["Limit", "Used", "Allowed", ""], limits)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Only what is over a limit of AWS or near it. */
function quotaList(report: Report): string {
  const listed = quotasIn(report, "refused", "over", "near");
  if (listed.length === 0) return "";
  const items = listed.map((quota) => {
    const label = { refused: "**FAIL** ", over: "**over:** ", near: "near: ", ok: "" }[quota.state];
    return `- ${label}${asText(quotaText(quota))} ([AWS](${quota.page}))`;
  });
  return ["**Quotas:** the stack's own share, without what else the account has", ...items].join("\n");
}

function permissionList({ permissions }: Report): string {
  const excess = permissions.roles.flatMap(({ role, excess }) =>
    excess.map((grant) => `- ${asText(role.name)}: ${asText(grant)}`),
  );
  const unknown = permissions.roles.flatMap(({ role, unknown }) =>
    unknown.map((policy) => `- ${asText(role.name)}: not known: ${asText(policy)}`),
  );
  const undeclared = permissions.roles.flatMap(({ role, undeclared: grants }) =>
    grants.length === 0 ? [] : [`- ${asText(role.name)}: no use declared: ${asText(grants.join(", "))}`],
  );
  const refused = permissions.refused.map(
    ({ policy, reason }) => `- **FAIL** AWS refuses ${asText(policy.name)}: ${asText(reason)}`,
  );
  const head = `**Permissions:** ${counted(permissions.roles.length, "role")}, ${counted(excess.length, "grant")} beyond need`;
  return [head, ...refused, ...excess, ...undeclared, ...unknown].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((cells) => line(cells.map(cell)))].join("\n");
}

/** A table cell. It may be bold; everything else in it is escaped. */
function cell(text: string): string {
  const bold = /^\*\*(.*)\*\*(.*)$/.exec(text);
  return bold === null ? asText(text) : `**${asText(bold[1] ?? "")}**${asText(bold[2] ?? "")}`;
}

function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/**
 * Escapes Markdown, because any author of a stack may have chosen the names. An invisible space keeps `@name`, `#1` and
 * `GH-1` from being a mention or a reference, which GitHub looks for in the rendered text; an entity is no part of a
 * link. https://docs.github.com/en/get-started/writing-on-github
 */
function asText(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>|~$&@#]|:(?=\/\/)|(?<=\bwww)\.|(?<=\bGH)-/gi, (character) => {
      const entity = `&#${character.charCodeAt(0)};`;
      return /[@#-]/.test(character) ? `${entity}&#8203;` : entity;
    })
    .replace(/\s+/g, " ");
}

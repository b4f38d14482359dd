import {
  type Alternative,
  alternatives,
  type CostLine,
  forecastCost,
  type Usage,
  unusedResources,
} from "../../cost/index.js";
import type { Graph } from "../../graph/index.js";
import type { Proof } from "../../reachability/index.js";
import { withCache } from "../../usage/parameter-reads.js";
import type { CostAlternative, CostReport } from "../model.js";

/** Cost section of the report. It names the types without a price, and no sum includes them. */
export function costReport(
  graph: Graph,
  usage: Usage,
  region: string | undefined,
  proofs: readonly Proof[],
): CostReport {
  const forecast = forecastCost(graph, usage, region);
  const { totals, lines } = forecast;
  const unpriced = lines.filter(({ unitPriceUsd }) => unitPriceUsd === undefined);
  const foreign = forecast.pricedElsewhere.length > 0;
  return {
    currency: "USD",
    pricedAs: foreign ? `${forecast.region}, in part us-east-1` : forecast.region,
    pricedOn: forecast.pricedOn?.oldest ?? "no date: nothing has a price",
    fixedMonthly: totals.fixedMonthlyUsd,
    perMillionRequests: totals.perMillionRequestsUsd,
    monthly: totals.monthlyUsd,
    lines: lines.flatMap(lineReport),
    notPriced: [
      ...forecast.notPriced.map(({ type }) => type),
      ...unpriced.map(({ what, resource }) => `${what} of ${resource.name}`),
    ],
    notes: forecast.notes,
    alternatives: alternatives(graph, usage, forecast).map(alternativeReport),
    unused: unusedResources(graph, proofs, forecast).map(({ fixedMonthlyUsd, ...rest }) => ({
      ...rest,
      fixedMonthly: fixedMonthlyUsd,
    })),
    usage: Object.fromEntries(
      Object.entries(withCache(graph, usage)).flatMap(([key, value]) =>
        typeof value === "number" || typeof value === "string" ? [[key, value]] : [],
      ),
    ),
  };
}

function lineReport(line: CostLine): CostReport["lines"] {
  const { resource, what, fixedMonthlyUsd, perMillionRequestsUsd, monthlyUsd } = line;
  if (fixedMonthlyUsd === undefined || perMillionRequestsUsd === undefined || monthlyUsd === undefined)
    return [];
  return [
    {
      resource,
      what,
      fixedMonthly: fixedMonthlyUsd,
      perMillionRequests: perMillionRequestsUsd,
      monthly: monthlyUsd,
    },
  ];
}

const NAT_NAMES = {
  none: "no NAT",
  single: "single NAT",
  perAz: "NAT per AZ",
  regional: "regional NAT",
  instance: "NAT instance",
  other: "as it is",
} as const;

function alternativeReport({
  nat,
  endpoints,
  isCurrent,
  totals,
  broken,
  remarks,
}: Alternative): CostAlternative {
  const services = endpoints.length === 0 ? "no endpoints" : `endpoints ${endpoints.join(", ")}`;
  return {
    name: `${NAT_NAMES[nat]}, ${services}`,
    nat: NAT_NAMES[nat],
    endpoints,
    fixedMonthly: totals.fixedMonthlyUsd,
    monthly: totals.monthlyUsd,
    isCurrent,
    ...(broken.length > 0 && { broken: broken.join("; ") }),
    remarks,
  };
}

import { forecastCost, type Graph } from "@lambda-networking/preflight";
import { usd } from "@lambda-networking/preflight/report";
import type { Violation } from "./intents.js";
import { numberOf, usageConfig, usageOf } from "./policy-config.js";

/** Budget in USD a month. */
const DEFAULT_BUDGET = 150;

export const costConfigSchema = {
  properties: {
    monthlyBudget: {
      type: "number",
      minimum: 0,
      default: DEFAULT_BUDGET,
      description: "USD a month that the stack may cost, with the usage",
    },
    usage: usageConfig,
  },
} as const;

/** Number of the most expensive lines that the message names. */
const NAMED = 3;

/** Reports a stack that costs more than its budget, or that may cost more. */
export function costViolations(graph: Graph, config: unknown): Violation[] {
  const budget = numberOf(config, "monthlyBudget", DEFAULT_BUDGET);
  const { totals, lines, notPriced } = forecastCost(
    graph,
    usageOf({ name: "cost-forecast", ...costConfigSchema }, config, graph),
  );
  const { fixedMonthlyUsd, monthlyUsd, complete } = totals;
  const least = complete ? "" : "at least ";
  if (monthlyUsd > budget) {
    const dearest = [...lines]
      .sort((a, b) => (b.monthlyUsd ?? 0) - (a.monthlyUsd ?? 0))
      .slice(0, NAMED)
      .map(({ resource, what, monthlyUsd: each = 0 }) => `${resource.name}, ${what}: ${usd(each)}`);
    const sum = `${least}${usd(monthlyUsd)} a month, ${usd(fixedMonthlyUsd)} of it before the first request`;
    return [about(`It costs ${sum}. The budget is ${usd(budget)}. Most of it: ${dearest.join("; ")}.`)];
  }
  if (complete) return [];
  const types = notPriced.map(({ type }) => type).join(", ");
  const missing = types === "" ? "" : ` No price is known for ${types}.`;
  const sum = `It costs at least ${usd(monthlyUsd)} a month`;
  return [about(`${sum}; whether it keeps to the budget of ${usd(budget)} cannot be said.${missing}`)];
}

function about(message: string): Violation {
  return { message, urn: undefined };
}

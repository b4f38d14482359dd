import { type StackView, viewStack } from "@lambda-networking/preflight/policy";
import { PolicyPack, type ReportViolation, type StackValidation } from "@pulumi/policy";
import { pinsFor } from "./pins.js";
import { capacityConfigSchema, capacityViolations } from "./policies/capacity.js";
import { costConfigSchema, costViolations } from "./policies/cost.js";
import { brokenIntents, undecidedIntents, type Violation } from "./policies/intents.js";
import { openToEverybody } from "./policies/open-methods.js";
import { latePaths } from "./policies/order.js";
import { checkNoConfig } from "./policies/policy-config.js";
import { publicAddress } from "./policies/public-addresses.js";
import { exceededQuotas, refusedQuotas } from "./policies/quotas.js";

/**
 * The names of each resource's inputs. A stack policy sees only outputs, which include values that the provider copied
 * from other resources. The engine validates every resource before the stack, so the names are recorded then.
 */
const written = new Map<string, readonly string[]>();

/** A policy on the whole stack, which runs at the end of each preview and update. */
function onStack(judge: (stack: StackView, config: unknown) => readonly Violation[]): StackValidation {
  return ({ resources, getConfig }, report) => {
    reportAll(judge(viewStack(resources, written), getConfig()), report);
  };
}

/** A policy on the whole stack that has no settings but its level. */
function withoutSettings(policy: string, judge: (stack: StackView) => readonly Violation[]): StackValidation {
  return onStack((stack, config) => {
    checkNoConfig(policy, config);
    return judge(stack);
  });
}

function reportAll(violations: readonly Violation[], report: ReportViolation): void {
  for (const { message, urn } of violations) report(message, urn);
}

new PolicyPack("lambda-networking", {
  description: "Proves what the network lets through, forecasts cost, and counts addresses",
  policies: [
    {
      name: "network-intents-hold",
      displayName: "The network lets through what it must, and nothing else",
      description: "What a component or intents.yaml says must be reachable is, and what must not be is not.",
      enforcementLevel: "mandatory",
      severity: "critical",
      validateStack: withoutSettings("network-intents-hold", (view) =>
        brokenIntents(view, pinsFor(view.graph)),
      ),
    },
    {
      name: "network-intents-decided",
      displayName: "Every intent is proved or refuted",
      description: "What is not known before deployment is no proof.",
      enforcementLevel: "mandatory",
      severity: "high",
      validateStack: withoutSettings("network-intents-decided", (view) =>
        undecidedIntents(view, pinsFor(view.graph)),
      ),
    },
    {
      name: "network-order",
      displayName: "Every required path is made before what uses it",
      description: "What the calls of an alias, a trigger or an API's stage need is there when they start.",
      enforcementLevel: "mandatory",
      severity: "high",
      validateStack: withoutSettings("network-order", latePaths),
    },
    {
      name: "no-public-addresses",
      displayName: "Nothing has a public address of its own",
      description: "Subnets, instances and databases give out no public addresses.",
      enforcementLevel: "mandatory",
      severity: "high",
      validateResource: ({ urn, type, props }, report) => {
        written.set(urn, Object.keys(props));
        const message = publicAddress(type, props);
        if (message !== undefined) report(message);
      },
    },
    {
      name: "open-to-internet",
      displayName: "No method is open to everybody unless it is meant",
      description:
        "A method that the internet reaches wants proof of who calls, or is pinned as meant to be open.",
      enforcementLevel: "advisory",
      severity: "medium",
      validateStack: withoutSettings("open-to-internet", (view) =>
        openToEverybody(view, pinsFor(view.graph)),
      ),
    },
    {
      name: "cost-forecast",
      displayName: "The stack keeps to its budget",
      description: "What the stack costs a month is within the budget.",
      enforcementLevel: "advisory",
      severity: "low",
      configSchema: costConfigSchema,
      validateStack: onStack(({ graph }, config) => costViolations(graph, config)),
    },
    {
      name: "capacity",
      displayName: "The stack has room for its traffic",
      description: "Subnets have addresses left, and the busiest second stays below AWS's quotas.",
      enforcementLevel: "advisory",
      severity: "low",
      configSchema: capacityConfigSchema,
      validateStack: onStack(({ graph }, config) => capacityViolations(graph, config)),
    },
    {
      name: "within-aws-limits",
      displayName: "AWS takes what the stack creates",
      description: "No number and no size is above what AWS raises its limit to for anybody.",
      enforcementLevel: "mandatory",
      severity: "high",
      validateStack: withoutSettings("within-aws-limits", ({ graph }) => refusedQuotas(graph)),
    },
    {
      name: "account-quotas",
      displayName: "The stack keeps to AWS's default quotas",
      description: "No number and no size is above a default quota, which the account may have had raised.",
      enforcementLevel: "advisory",
      severity: "low",
      validateStack: withoutSettings("account-quotas", ({ graph }) => exceededQuotas(graph)),
    },
  ],
});

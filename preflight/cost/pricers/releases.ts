import { list } from "../../resources/read.js";
import { HOURS_PER_MONTH } from "../money.js";
import { numberOf, type Pricer } from "./pricer.js";

const SECONDS_PER_HOUR = 3600;

/**
 * Provisioned concurrency is billed by memory and time, whether it is used or not.
 * https://aws.amazon.com/lambda/pricing/
 */
const provisioned: Pricer = (resource, { graph }) => {
  const { functionName } = resource.properties;
  const dependencies = resource.propertyDependencies?.functionName ?? [];
  const lambda = [...graph.resources.values()].find(
    ({ urn, type, properties }) =>
      type === "aws:lambda/function:Function" &&
      (dependencies.includes(urn) || (functionName !== undefined && properties.name === functionName)),
  );
  if (lambda === undefined) return undefined;
  const memory = numberOf(lambda, "memorySize", 128);
  const environments = numberOf(resource, "provisionedConcurrentExecutions", 1);
  const arm = list(lambda.properties.architectures).includes("arm64");
  return [
    {
      what: `${environments.value} environments of ${memory.value} MB kept ready`,
      product: arm ? "Lambda arm64 provisioned concurrency" : "Lambda x86_64 provisioned concurrency",
      fixed: environments.value * (memory.value / 1024) * HOURS_PER_MONTH * SECONDS_PER_HOUR,
      atLeast: !environments.known || !memory.known,
    },
  ];
};

/** Pricers of versions and aliases of functions. */
export const releasePricers: Readonly<Record<string, Pricer>> = {
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": provisioned,
};

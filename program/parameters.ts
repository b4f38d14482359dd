import type { DataRetention } from "../components/base/data-retention.js";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import { SeededParameters } from "../components/parameters/seeded-parameters.js";
import type { StackConfig } from "../config/index.js";
import { tagged } from "./tags.js";

/** Creates the parameters whose values the configuration holds: `parameters.values` and `secretParameters`. */
export function createParameters(
  { parameters, secretParameters }: StackConfig,
  { data, target }: { readonly data: DataRetention; readonly target: DeploymentTarget },
): SeededParameters {
  return new SeededParameters(
    "parameters",
    {
      ...parameters,
      secretValues: secretParameters,
      kmsKeyArn: parameters.kmsKeyArn ?? target.key?.arn,
      data,
      target,
    },
    tagged("parameters"),
  );
}

import { SeededParameters } from "../components/parameters/seeded-parameters.js";
import type { StackConfig } from "../config/index.js";
import { tagged } from "./tags.js";

/** Creates the parameters whose values the configuration holds: `parameters.values` and `secretParameters`. */
export function createParameters({ parameters, secretParameters }: StackConfig): SeededParameters {
  return new SeededParameters(
    "parameters",
    { ...parameters, secretValues: secretParameters },
    tagged("parameters"),
  );
}

import { UserError } from "../lib/user-error.js";
import { isKnown, type Maybe } from "../preflight/graph/index.js";

/**
 * A value of the graph that serving the API takes.
 * @param what a noun: `the id of api`
 * @throws UserError if the value is not known, which a synthesis of the program never has
 */
export function known<T>(value: Maybe<T>, what: string): T {
  if (isKnown(value)) return value;
  throw new UserError(
    `${what} is not known before the deployment, so the API cannot be served here. Fix: set it in the program.`,
  );
}

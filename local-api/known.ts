import { isKnown, type MaybeUnknown } from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";

/**
 * A value of the graph that the local API needs.
 * @param what a noun: `the id of api`
 * @throws UserError if the value is unknown; in a synthesis of this program every value is known
 */
export function known<T>(value: MaybeUnknown<T>, what: string): T {
  if (isKnown(value)) return value;
  throw new UserError(
    `${what} is not known before the deployment, so the API cannot be served here. Fix: set it in the program.`,
  );
}

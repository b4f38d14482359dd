import type { LambdaFunction } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/**
 * Whether Lambda refuses every invocation of a function, because no execution is reserved for it. The limit is for the
 * function as a whole, so an alias or a version does not escape it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function throttled(
  trace: TraceBuilder,
  { ref, reservedConcurrency }: Pick<LambdaFunction, "ref" | "reservedConcurrency">,
): Blocked | undefined {
  if (reservedConcurrency === undefined) return undefined;
  if (!isKnown(reservedConcurrency)) {
    return trace.undetermined(ref, `whether ${ref.name} may run: reservedConcurrentExecutions is not known`);
  }
  if (reservedConcurrency !== 0) return undefined;
  return trace.blocked({
    at: ref,
    code: "LAMBDA_THROTTLED",
    reason: `${ref.name} never runs: it reserves no execution (reservedConcurrentExecutions: 0), so Lambda refuses every invocation`,
    fix: `Unset reservedConcurrentExecutions of ${ref.name}, or set it to 1 or more.`,
  });
}

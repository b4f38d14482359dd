import type { Code } from "./verdict/explanation-codes.js";
import type { Verdict } from "./verdict/verdict.js";

/** Blocks that are of one name of the API, where another name may do. */
const OF_THE_NAME: ReadonlySet<Code> = new Set<Code>([
  "API_EXECUTE_ENDPOINT_DISABLED",
  "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
]);

/**
 * What becomes of a call that may take any of an API's names: a way that is open, or else what is not known. Where
 * all are closed, the API's own name is what counts, unless custom domain names stand in its place.
 */
export function anyWay(own: Verdict, others: readonly Verdict[]): Verdict {
  const all = [own, ...others];
  const open = all.find(({ status }) => status === "reachable");
  const unsure = all.find(({ status }) => status === "unknown");
  if (open !== undefined || unsure !== undefined) return open ?? unsure ?? own;
  const replaced = own.status === "blocked" && OF_THE_NAME.has(own.code);
  return replaced ? (others[0] ?? own) : own;
}

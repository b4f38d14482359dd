/**
 * Evaluates AWS permissions without AWS: identity, resource, key, trust, API and endpoint policies, permissions
 * boundaries, session and organization policies. Pure functions. An unknown input gives unknown, never a pass.
 */
export { accountOf } from "./arn.js";
export type { ContextInput, ContextValue } from "./context.js";
export type { Decision, PolicyKind, StatementRef, UnknownReason } from "./decision.js";
export { authorize } from "./evaluate.js";
export {
  type Accepted,
  type ExcessGrant,
  excessGrants,
  type Grant,
  type GrantReport,
  type Need,
} from "./excessive-permissions.js";
export { explain } from "./explain.js";
export { namedPolicy, type ParseResult, parsePolicy } from "./parse.js";
export type { DocumentKind, NamedPolicy, PolicyDocument, Statement } from "./policy.js";
export { accountOfPrincipal, type Principal, principalOf } from "./principal.js";
export type { Policies, Request, ResourcePolicy } from "./request.js";
export { comparedValues, type Examples, toldApart } from "./told-apart.js";
export { commonText, contains, globTokens, matchesText, sourceChars } from "./wildcard.js";

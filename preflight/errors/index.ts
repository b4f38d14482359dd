/** Errors of users: one clear text that names what is wrong, the value, and what to write. */
export { isUserError, UserError } from "./user-error.js";
export { type ConfigIssue, describeIssues, didYouMean, isSchema, issue, issuesOf } from "./validation.js";

/** Errors of users: one clear text that names what is wrong, the value, and what to write. */
export { setCommand, settingPath, shellWord, under } from "./setting-path.js";
export { isUserError, UserError } from "./user-error.js";
export {
  type ConfigIssue,
  describeIssues,
  didYouMean,
  hasKey,
  isSchema,
  issue,
  issuesOf,
} from "./validation.js";

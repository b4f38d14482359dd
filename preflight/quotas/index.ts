/** What a stack uses of AWS's limits on numbers and sizes, as a pure function of its graph. */
export { type Quota, type QuotaState, quotasOf } from "./quotas.js";

export { type AwsCaller, AwsClient, type AwsClientArgs, type CallOptions } from "./aws/client.js";
export type { Cached, Invocation, WithRefreshOptions } from "./cached.js";
export type { Answer } from "./cached-read.js";
export { type Clock, environmentClock } from "./clock.js";
export {
  type FailureKind,
  kindOf,
  NotFoundError,
  ReadFailedError,
  UnusableValueError,
} from "./errors.js";
export type {
  CacheTimes,
  FinishedRead,
  GroupEntry,
  GroupValue,
  ParameterCacheArgs,
  PathOptions,
  ReadOptions,
  SecretOptions,
} from "./options.js";
export { ParameterCache, relativeName } from "./parameter-cache.js";
export type { Parameter } from "./parameter-store.js";
export { binary, json, stringList, type Transform } from "./transforms.js";

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
export {
  type CacheTimes,
  type FinishedRead,
  type GroupEntry,
  type GroupValue,
  ParameterCache,
  type ParameterCacheArgs,
  type PathOptions,
  type ReadOptions,
  relativeName,
  type SecretOptions,
} from "./parameter-cache.js";
export type { Parameter } from "./parameter-store.js";
export { binary, json, stringList, type Transform } from "./transforms.js";

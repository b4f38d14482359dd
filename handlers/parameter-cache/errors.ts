import { field } from "./field.js";

/** Kind of a failure. */
export type FailureKind = "denied" | "throttled" | "timedOut" | "absent" | "unusable" | "failed";

/** There is no such parameter, version, label or secret, or none under the path. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
  /** @param names what was asked for */
  constructor(readonly names: readonly string[]) {
    super(`There is no ${names.join(", ")}.`);
  }
}

/** AWS did not answer, or refused. `cause` says which, and contains no value. */
export class ReadFailedError extends Error {
  override readonly name = "ReadFailedError";
  readonly kind: FailureKind;
  /** @param what names of the parameters or the secret */
  constructor(what: string, cause: unknown) {
    const kept = withoutContent(cause);
    super(`Reading ${what} failed (${kindOf(kept)}): ${kept.message || kept.name}`, { cause: kept });
    this.kind = kindOf(kept);
  }
}

/**
 * A value was read, but cannot be used: it is no JSON, or too large. The message contains no value. A transform may
 * throw this error itself, with its own words; any other error of a transform is replaced, because it may quote the
 * value.
 */
export class UnusableValueError extends Error {
  override readonly name: string = "UnusableValueError";
}

/** The time to wait is over. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  constructor() {
    super("there was no answer within the time that was left");
  }
}

/** One attempt of a call had no whole answer within its share of the time. */
export class AttemptTimeoutError extends Error {
  override readonly name = "TimeoutError"; // The SDK's retries repeat errors of this name.
  constructor(service: string, milliseconds: number) {
    super(`${service} did not answer within ${Math.round(milliseconds)} ms`);
  }
}

/** The region to call is not known. */
export class NoRegionError extends Error {
  override readonly name = "NoRegionError";
  constructor() {
    super("the environment variable AWS_REGION is not set, and no region is given");
  }
}

/** An answer is not valid. The message never quotes it because it may be a value. */
export class UnreadableAnswerError extends Error {
  override readonly name = "UnreadableAnswerError";
  constructor(cause: string) {
    super(`the answer could not be read (${cause})`);
  }
}

const THROTTLED = /^(Throttl\w*|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/;
const TIMED_OUT = /^(DeadlineError|TimeoutError|AbortError|RequestTimeout(Exception)?)$/;
/** Names of errors that mean a refusal by IAM, KMS or the signature's checks: the identity is wrong or has expired. */
const DENIED =
  /^(AccessDenied\w*|ExpiredToken\w*|UnrecognizedClient\w*|InvalidClientTokenId|InvalidSignature\w*|IncompleteSignature\w*|MissingAuthenticationToken\w*|SignatureDoesNotMatch|CredentialsProviderError)$/;

/**
 * @param error what a read threw, or a ReadFailedError around it
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
 */
export function kindOf(error: unknown): FailureKind {
  if (error instanceof NotFoundError) return "absent";
  if (error instanceof UnusableValueError) return "unusable";
  if (error instanceof ReadFailedError) return error.kind;
  const name = error instanceof Error ? error.name : "";
  const status = field(field(error, "$metadata"), "httpStatusCode");
  if (THROTTLED.test(name) || status === 429) return "throttled";
  if (DENIED.test(name) || status === 401 || status === 403) return "denied";
  return TIMED_OUT.test(name) ? "timedOut" : "failed";
}

/**
 * Removes the content of answers from errors. A parser's message quotes what it cannot parse, so this keeps only errors
 * whose text is from AWS, from Node.js's network code or from this project.
 */
function withoutContent(error: unknown): Error {
  if (!(error instanceof Error)) return new UnreadableAnswerError(typeof error);
  const fromAws = typeof field(error, "$fault") === "string";
  const fromNetwork = typeof field(error, "code") === "string";
  const fromHere = error instanceof UnreadableAnswerError || error instanceof NoRegionError;
  const known = fromAws || fromNetwork || fromHere || kindOf(error) !== "failed";
  return known && !(error instanceof SyntaxError) ? error : new UnreadableAnswerError(error.name);
}

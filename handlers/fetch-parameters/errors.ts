/** Kind of a failure, as it is logged. */
export type FailureKind = "denied" | "throttled" | "timedOut" | "absent" | "failed";

/** Error if there is no parameter under the path. */
export class NoParametersError extends Error {
  override readonly name = "NoParametersError";
  constructor() {
    super("SSM Parameter Store get parameter returned no results");
  }
}

/** Error if Parameter Store did not answer, or refused. `cause` says which, and contains no parameter's value. */
export class ReadFailedError extends Error {
  override readonly name = "ReadFailedError";
  constructor(cause: unknown) {
    super("SSM Parameter Store get parameter failure", { cause: withoutContent(cause) });
  }
}

/** Error if the time to wait is over. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  constructor() {
    super("there was no answer within the time that was left");
  }
}

/** Error for an answer that is not valid. Its text is never logged because it may be a parameter's value. */
class UnreadableAnswerError extends Error {
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
 * @param error what the read threw, or a ReadFailedError around it
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
 */
export function kindOf(error: unknown): FailureKind {
  if (error instanceof NoParametersError) return "absent";
  const cause = error instanceof ReadFailedError ? error.cause : error;
  const name = cause instanceof Error ? cause.name : "";
  const status = statusOf(cause);
  if (THROTTLED.test(name) || status === 429) return "throttled";
  if (DENIED.test(name) || status === 401 || status === 403) return "denied";
  return TIMED_OUT.test(name) ? "timedOut" : "failed";
}

function statusOf(error: unknown): unknown {
  return field(field(error, "$metadata"), "httpStatusCode");
}

/**
 * Removes the content of answers from errors. The SDK's message quotes an answer that it cannot parse, so this keeps
 * only errors whose text is from AWS, from Node.js's network code or from this project.
 */
function withoutContent(error: unknown): Error {
  if (!(error instanceof Error)) return new UnreadableAnswerError(typeof error);
  const fromAws = typeof field(error, "$fault") === "string";
  const fromNetwork = typeof field(error, "code") === "string";
  const known = fromAws || fromNetwork || kindOf(error) !== "failed";
  return known && !(error instanceof SyntaxError) ? error : new UnreadableAnswerError(error.name);
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value ? Reflect.get(value, key) : undefined;
}

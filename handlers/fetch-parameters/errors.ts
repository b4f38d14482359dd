/** What kind of failure it was, as it is logged. */
export type FailureKind = "denied" | "throttled" | "timedOut" | "absent" | "failed";

/** There is no parameter under the path. */
export class NoParametersError extends Error {
  override readonly name = "NoParametersError";
  constructor() {
    super("SSM Parameter Store get parameter returned no results");
  }
}

/** Parameter Store did not answer, or refused; `cause` says which, and holds nothing of what was read. */
export class ReadFailedError extends Error {
  override readonly name = "ReadFailedError";
  constructor(cause: unknown) {
    super("SSM Parameter Store get parameter failure", { cause: withoutContent(cause) });
  }
}

/** There was no more time to wait. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  constructor() {
    super("there was no answer within the time that was left");
  }
}

/** An answer came that is not one. Its text stays out of every log: it may be a parameter's value. */
class UnreadableAnswerError extends Error {
  override readonly name = "UnreadableAnswerError";
  constructor(cause: string) {
    super(`the answer could not be read (${cause})`);
  }
}

const THROTTLED = /^(Throttl\w*|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/;
const TIMED_OUT = /^(DeadlineError|TimeoutError|AbortError|RequestTimeout(Exception)?)$/;
/** Refused by IAM, KMS or the signature's own checks: the wrong identity, or one that has expired. */
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
 * The SDK quotes a piece of an answer that it cannot parse in the error's message. So only those errors are kept
 * whose words are AWS's, Node.js's network code's or our own.
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

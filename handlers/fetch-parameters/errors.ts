import { NotFoundError, UnusableValueError } from "../parameter-cache/index.js";

/** The function found no parameter under the path. */
export class NoParametersError extends Error {
  override readonly name = "NoParametersError";
  constructor() {
    super("SSM Parameter Store get parameter returned no results");
  }
}

/** Parameter Store did not answer, or refused. `cause` says which, and contains no parameter's value. */
export class FetchFailedError extends Error {
  override readonly name = "FetchFailedError";
  constructor(cause?: unknown) {
    super("SSM Parameter Store get parameter failure", { cause });
  }
}

/** Bytes of the largest answer that Lambda passes on: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const LARGEST_ANSWER = 6_291_556;

/** The most bytes of an answer, and who passes on no more. */
export interface AnswerLimit {
  readonly of: string;
  readonly bytes: number;
}

/** The answer is larger than Lambda, or the load balancer in front of it, passes on. */
export class TooLargeError extends UnusableValueError {
  override readonly name = "TooLargeError";
  /**
   * @param bytes of the whole answer, undefined if it is not known because the read stopped
   * @param limit what is in the way: by default Lambda itself
   */
  constructor(path: string, bytes?: number, limit: AnswerLimit = { of: "Lambda", bytes: LARGEST_ANSWER }) {
    const size = bytes === undefined ? "" : ` with ${bytes} bytes`;
    super(
      `The answer with the parameters under ${path} is too large${size}: ${limit.of} answers with at most ${limit.bytes}. ` +
        "Serve fewer parameters: set parameters.path to a deeper path, or parameters.recursive to false.",
    );
  }
}

/** Returns the error that the function's caller sees. */
export function errorForCaller(error: unknown, path: string): Error {
  if (error instanceof NotFoundError) return new NoParametersError();
  if (error instanceof TooLargeError) return error;
  if (error instanceof UnusableValueError) return new TooLargeError(path);
  return new FetchFailedError(error instanceof Error ? (error.cause ?? error) : error);
}

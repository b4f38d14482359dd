/**
 * User error: a mistake that the user can correct. The Pulumi engine prints only the message because it takes the error
 * for a `pulumi.RunError`, which has the same mark. This file does not import Pulumi because some commands that import
 * this file need no Pulumi. The stack is the message without a trace because the runtime would format the trace even
 * though it is not shown, which takes 15 seconds or more.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly __pulumiRunError = true;

  constructor(message: string) {
    super(message);
    this.stack = `UserError: ${message}`;
  }
}

/**
 * Whether an error is for the user, so that only its message is shown: a UserError, or a `pulumi.RunError` of any copy
 * of Pulumi.
 */
export function isUserError(error: unknown): error is Error {
  return error instanceof Error && "__pulumiRunError" in error && error.__pulumiRunError === true;
}

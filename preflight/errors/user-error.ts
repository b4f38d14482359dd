/**
 * User error: something that the user can set right. Its message is for the user, and is all that is shown of it.
 * The Pulumi engine prints the message alone because it takes the error for a `pulumi.RunError`, which has the same
 * mark; this file imports no Pulumi because commands that need none import it. The stack is the
 * message without a trace because the runtime would format the trace all the same, which takes 15 seconds and more.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly __pulumiRunError = true;

  constructor(message: string) {
    super(message);
    this.stack = `UserError: ${message}`;
  }
}

/** Whether only the message of an error is for the user: a UserError, or a `pulumi.RunError` of any copy of Pulumi. */
export function isUserError(error: unknown): error is Error {
  return error instanceof Error && "__pulumiRunError" in error && error.__pulumiRunError === true;
}

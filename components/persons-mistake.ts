import * as pulumi from "@pulumi/pulumi";

/**
 * An error for a person's own mistake: the engine shows its message, and no stack trace. It has none, for the
 * runtime would format it all the same, which takes 15 seconds and more.
 */
export function personsMistake(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = "";
  return error;
}

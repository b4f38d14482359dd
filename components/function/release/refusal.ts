import { UserError } from "@lambda-networking/preflight/errors";

/** A user error for a request that AWS refuses, and for credentials that the SDK does not find; other errors unchanged. */
export function asRefusal(error: unknown, context = ""): unknown {
  if (!(error instanceof Error)) return error;
  const isAnswer = "$metadata" in error || error.name === "CredentialsProviderError";
  return isAnswer ? new UserError(`${context}${error.name}: ${error.message}`) : error;
}

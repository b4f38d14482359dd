/** Credentials with which the SDK's clients sign. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/**
 * Replaces `@aws-sdk/credential-provider-node` in the functions' bundles (components/function/bundle.ts). Lambda passes
 * the role's credentials to a Node.js function in environment variables. The SDK would also look for profiles, SSO, web
 * identities and instance metadata: a third of a bundle that a function never uses.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 * @throws Error, from the provider, if the variables are not set
 */
export function defaultProvider(): () => Promise<AwsCredentials> {
  return async () => {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_CREDENTIAL_EXPIRATION: expiration,
    } = process.env;
    if (!accessKeyId || !secretAccessKey) throw new NoCredentialsError();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
      ...(expiration && { expiration: new Date(expiration) }),
    };
  };
}

class NoCredentialsError extends Error {
  override readonly name = "CredentialsProviderError"; // The SDK's own name, so that callers recognize the error.
  constructor() {
    super(
      "AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set. The bundle looks for credentials nowhere else.",
    );
  }
}

/** What the SDK's clients sign with. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the functions' bundles (components/function/bundle.ts). Lambda
 * gives a Node.js function its role's credentials by environment variables; profiles, SSO, web identities and
 * instance metadata, which the SDK would look for as well, are a third of a bundle and none of a function's.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 * @throws Error, from the provider, where the variables are not set
 */
export function defaultProvider(): () => Promise<Credentials> {
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
  override readonly name = "CredentialsProviderError"; // the SDK's own, so that it is taken for one
  constructor() {
    super(
      "AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set. The bundle looks for credentials nowhere else.",
    );
  }
}

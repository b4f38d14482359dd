import { UserError } from "@lambda-networking/preflight/errors";
import * as pulumi from "@pulumi/pulumi";

/** Settings of an AWS SDK client that acts as the stack's default provider does. */
export interface SdkClientSettings {
  readonly region: string;
  /** A profile of the AWS CLI. */
  readonly profile?: string;
  /** @default those that the AWS CLI would use */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /**
   * URLs of services, by the provider's names for them: an emulator's.
   * @default AWS, or AWS_ENDPOINT_URL
   */
  readonly endpoints?: Readonly<Record<string, string>>;
}

/** Settings of the provider that the AWS SDK has no equal of. A profile of the AWS CLI can do each of them. */
const PROVIDER_ONLY = ["assumeRole", "assumeRoles", "assumeRoleWithWebIdentity"] as const;

/**
 * Reads the profile, the keys and the endpoints that the stack's file gives the provider. Without them the SDK finds
 * the same credentials as the provider does.
 * @throws UserError if the provider assumes a role that only it knows of
 * @see https://www.pulumi.com/registry/packages/aws/installation-configuration/
 */
export async function sdkClientSettings(region: string): Promise<SdkClientSettings> {
  const config = new pulumi.Config("aws");
  const own = PROVIDER_ONLY.find((key) => config.getSecret(key) !== undefined);
  if (own !== undefined) {
    throw new UserError(
      `aws:${own} is known to the provider only. Write the role into a profile of the AWS CLI (role_arn, source_profile), and give its name as aws:profile.`,
    );
  }
  const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all(
    ["accessKey", "secretKey", "token"].map((key) => revealed(config.getSecret(key))),
  );
  const profile = config.get("profile");
  const endpoints = config.getObject<Record<string, string>[]>("endpoints");
  return {
    region,
    ...(profile !== undefined && { profile }),
    ...(endpoints !== undefined && { endpoints: Object.assign({}, ...endpoints) }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey, sessionToken } }),
  };
}

function revealed(secret: pulumi.Output<string> | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (secret === undefined) resolve(undefined);
    else secret.apply(resolve);
  });
}

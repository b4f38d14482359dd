import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataRetention } from "../../base/data-retention.js";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";

export interface UserPoolArgs {
  /**
   * Whether anybody may sign up, and so gets a token.
   * @default false: an administrator creates each user
   */
  readonly selfSignUp: boolean;
  /** Whether users may (`OPTIONAL`) or must (`ON`) sign in with a one-time password of an authenticator app as well. */
  readonly mfa: "OFF" | "OPTIONAL" | "ON";
  /** The fewest characters of a password, 8 to 99. */
  readonly minimumPasswordLength: number;
  /** The feature plan. A month and active user: $0.0055 for LITE, $0.015 for ESSENTIALS, $0.02 for PLUS. */
  readonly tier: "LITE" | "ESSENTIALS" | "PLUS";
  /**
   * Where the sign-in page leads back to.
   * @default no sign-in page: applications sign in through Cognito's API
   */
  readonly callbackUrls: readonly string[];
  /** The first part of the sign-in page's name. */
  readonly domainPrefix?: string;
  /** Decides whether Pulumi and AWS refuse to delete the users. */
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/**
 * A Cognito user pool with one client for applications without a secret, such as a web page or a phone's app.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html
 */
export class UserPool extends pulumi.ComponentResource {
  readonly userPool: aws.cognito.UserPool;
  readonly client: aws.cognito.UserPoolClient;

  constructor(
    private readonly name: string,
    args: UserPoolArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:api:UserPool", name, {}, opts);
    this.userPool = this.createUserPool(args);
    this.client = this.createClient(args);
    if (args.domainPrefix !== undefined) this.createDomain(args.domainPrefix);
    this.registerOutputs({ userPoolId: this.userPool.id, clientId: this.client.id });
  }

  private createUserPool({ data, target, ...args }: UserPoolArgs): aws.cognito.UserPool {
    return new aws.cognito.UserPool(
      this.name,
      {
        usernameAttributes: ["email"],
        usernameConfiguration: { caseSensitive: false },
        autoVerifiedAttributes: ["email"],
        adminCreateUserConfig: { allowAdminCreateUserOnly: !args.selfSignUp },
        passwordPolicy: {
          minimumLength: args.minimumPasswordLength,
          requireLowercase: true,
          requireUppercase: true,
          requireNumbers: true,
          requireSymbols: true,
          temporaryPasswordValidityDays: 7,
        },
        mfaConfiguration: args.mfa,
        ...(args.mfa !== "OFF" && { softwareTokenMfaConfiguration: { enabled: true } }),
        accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
        deletionProtection: data.keep ? "ACTIVE" : "INACTIVE",
        userPoolTier: args.tier,
      },
      {
        parent: this,
        ...data.protected({
          what: `the users of user pool ${this.name}`,
          arn: arnOf(target, "cognito-idp", `userpool/${this.name}`),
        }),
      },
    );
  }

  /** A client without a secret, because a web page or an app cannot keep one. The sign-in page needs PKCE instead. */
  private createClient({ callbackUrls }: UserPoolArgs): aws.cognito.UserPoolClient {
    const hasPage = callbackUrls.length > 0;
    return new aws.cognito.UserPoolClient(
      this.name,
      {
        userPoolId: this.userPool.id,
        generateSecret: false,
        explicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        preventUserExistenceErrors: "ENABLED",
        enableTokenRevocation: true,
        ...(hasPage && {
          allowedOauthFlowsUserPoolClient: true,
          allowedOauthFlows: ["code"],
          allowedOauthScopes: ["openid", "email"],
          callbackUrls: [...callbackUrls],
          supportedIdentityProviders: ["COGNITO"],
        }),
      },
      { parent: this },
    );
  }

  private createDomain(domain: string): aws.cognito.UserPoolDomain {
    return new aws.cognito.UserPoolDomain(
      this.name,
      { domain, userPoolId: this.userPool.id },
      { parent: this },
    );
  }
}

import { UserError } from "@lambda-networking/preflight/errors";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";

/** A consumer's VPC as the user configures it. The stack does not create the VPC and does not own it. */
export interface PeerSettings {
  readonly vpcId: string;
  /** The VPC's IPv4 block, or the part of it whose hosts call the API. */
  readonly cidrBlock: string;
  /**
   * Region of the VPC.
   * @default the stack's own Region
   */
  readonly region?: string;
  /**
   * Role to assume in the VPC's account.
   * @default the VPC is in the stack's own account
   */
  readonly roleArn?: string;
  /**
   * The external id that the role's trust policy asks for.
   * @default none
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
   */
  readonly externalId?: string;
  /** The VPC's route tables that get a route to the stack's VPC. */
  readonly routeTableIds: readonly string[];
}

/** A consumer's VPC, and how resources on its side are created. */
export interface PeerVpc extends PeerSettings {
  /** The user's name for the VPC: `consumer`. */
  readonly key: string;
  /** The logical name of the peering connection. */
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly isOtherAccount: boolean;
  readonly isOtherRegion: boolean;
  /** Resource options for the consumer's side, with the provider. */
  options(parent: pulumi.Resource): pulumi.CustomResourceOptions;
}

/** The logical name of the peering connection with a VPC, by the user's name for it. */
export function peerName(key: string): string {
  return `peer-${key}`;
}

/**
 * Finds out where the consumer's VPC is, and returns it with its provider. A VPC in another Region or account gets a
 * separate provider. Each provider is one more process while Pulumi runs.
 * @param key the user's name for the VPC: `consumer`
 * @throws UserError if roleArn belongs to the stack's own account
 */
export function peerVpc(
  key: string,
  settings: PeerSettings,
  target: DeploymentTarget,
  opts: pulumi.CustomResourceOptions,
): PeerVpc {
  const { roleArn, externalId } = settings;
  const name = peerName(key);
  const region = settings.region ?? target.region;
  const accountId = roleArn?.split(":")[4] ?? target.accountId;
  const isOtherAccount = accountId !== target.accountId;
  const isOtherRegion = region !== target.region;
  if (roleArn !== undefined && !isOtherAccount) {
    throw new UserError(
      `api.sharing.peers.${key}.roleArn: "${roleArn}". It is of the stack's own account, ${accountId}. Leave it out.`,
    );
  }
  const provider =
    isOtherAccount || isOtherRegion
      ? new aws.Provider(
          name,
          {
            region,
            profile: aws.config.profile,
            assumeRoles: roleArn === undefined ? undefined : [{ roleArn, externalId }],
          },
          opts,
        )
      : undefined;
  return {
    ...settings,
    key,
    name,
    region,
    accountId,
    isOtherAccount,
    isOtherRegion,
    options: (parent) => ({ parent, provider }),
  };
}

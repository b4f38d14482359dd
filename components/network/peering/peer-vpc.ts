import { UserError } from "@lambda-networking/preflight/errors";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";

/** A consumer's VPC as a person configures it. It exists already, and stays the consumer's. */
export interface PeerSettings {
  readonly vpcId: string;
  /** The VPC's IPv4 block, or the part of it whose hosts are to call the API. */
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
  /** The VPC's route tables that get a route to the stack's VPC. */
  readonly routeTableIds: readonly string[];
}

/** A consumer's VPC, and how its side of things is made. */
export interface PeerVpc extends PeerSettings {
  /** As a person names it: `consumer`. */
  readonly key: string;
  /** The logical name of the peering connection. */
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly isOtherAccount: boolean;
  readonly isOtherRegion: boolean;
  /** The options of resources on the consumer's side, and their provider with them. */
  options(parent: pulumi.Resource): pulumi.CustomResourceOptions;
}

/**
 * Says where the consumer's VPC is, and gets the provider for it: one of its own where it is in another region or
 * account. Each such provider is one more process while Pulumi runs.
 * @param key as a person names it: `consumer`
 * @throws UserError when roleArn is of the stack's own account
 */
export function peerVpc(
  key: string,
  settings: PeerSettings,
  target: DeploymentTarget,
  opts: pulumi.CustomResourceOptions,
): PeerVpc {
  const { roleArn } = settings;
  const name = `peer-${key}`;
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
            assumeRoles: roleArn === undefined ? undefined : [{ roleArn }],
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

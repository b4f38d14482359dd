import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What an account blocks at its internet gateways. */
export const INTERNET_BLOCK_MODES = ["block-ingress", "block-bidirectional"] as const;

/** What the block leaves open for a VPC. */
export const EXCLUSION_MODES = ["allow-egress", "allow-bidirectional"] as const;

export interface BlockPublicAccessArgs {
  /**
   * The account's block in this Region. It is one setting for all VPCs.
   * @default the account's setting stays as it is
   */
  readonly mode?: (typeof INTERNET_BLOCK_MODES)[number];
  /**
   * What the block does not block for this VPC.
   * @default nothing
   */
  readonly exclusion?: (typeof EXCLUSION_MODES)[number];
}

/**
 * Blocks internet access of the account's VPCs, and excludes this VPC from the block. Free.
 * @returns the exclusion, without which a packet of the VPC may not get out
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
export function blockPublicAccess(
  name: string,
  vpcId: pulumi.Input<string>,
  { mode, exclusion }: BlockPublicAccessArgs,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const at = `${name}-block-public-access`;
  const excluded =
    exclusion === undefined
      ? []
      : [
          new aws.ec2.VpcBlockPublicAccessExclusion(
            at,
            { vpcId, internetGatewayExclusionMode: exclusion },
            { parent },
          ),
        ];
  if (mode !== undefined) {
    new aws.ec2.VpcBlockPublicAccessOptions(
      at,
      { internetGatewayBlockMode: mode },
      // The exclusion first, so that nothing is cut off in between. Deleting the options would open the gateways of
      // every VPC of the account, so they outlive the stack.
      { parent, dependsOn: excluded, retainOnDelete: true },
    );
  }
  return excluded;
}

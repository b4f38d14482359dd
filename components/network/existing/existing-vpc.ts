import type { Setting } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackVpc } from "../vpc/stack-vpc.js";
import type { TierSubnet } from "../vpc/subnet-tier.js";
import { notReachableFromInternet } from "../vpc/vpc.js";
import type { DescribedResource, DescribedVpc } from "./describe-vpc.js";

export interface ExistingVpcArgs {
  readonly described: DescribedVpc;
  /** The private subnets by Availability Zone. */
  readonly subnets: Readonly<Record<string, string>>;
  /** The public subnets by Availability Zone. */
  readonly publicSubnets: Readonly<Record<string, string>>;
  /**
   * Changes of the configuration that remove a block, for the preflight's fixes.
   * @default none
   */
  readonly settings?: readonly Setting[];
}

/**
 * A VPC that somebody else owns, with subnets of it. The stack changes none of them: route tables, network ACLs and
 * security groups are only read, so that proofs see their rules.
 *
 * What AWS says of the VPC is the output `existing`, because a policy pack sees outputs of components and never the
 * resources that a program reads (https://github.com/pulumi/pulumi/issues/3950).
 */
export class ExistingVpc extends pulumi.ComponentResource implements StackVpc {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnets: readonly TierSubnet[];
  readonly privateSubnets: readonly TierSubnet[];
  readonly isolatedSubnets: readonly TierSubnet[] = [];
  readonly functionSubnets: readonly TierSubnet[];
  readonly allPrivateSubnets: readonly TierSubnet[];
  readonly natGatewayIds: pulumi.Output<string>[] = [];
  readonly natInstances = [];
  readonly internetRoutes: readonly pulumi.Resource[] = [];

  constructor(
    readonly name: string,
    { described, ...args }: ExistingVpcArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:network:ExistingVpc", name, {}, opts);
    this.vpcId = pulumi.output(described.id);
    const read = this.readRules(described);
    const tables = new Map(described.routeTableIds.map((id) => [id, this.readTable(id)]));
    const tier = (kind: string, subnets: Readonly<Record<string, string>>) =>
      Object.entries(subnets).map(([zone, id]) => tierSubnet(`${name}-${kind}`, zone, id, described, tables));
    this.publicSubnets = tier("public", args.publicSubnets);
    this.privateSubnets = tier("private", args.subnets);
    this.functionSubnets = this.privateSubnets;
    this.allPrivateSubnets = this.privateSubnets;
    this.registerOutputs({
      vpcId: this.vpcId,
      existing: [...described.resources, ...read, ...[...tables].map(describedTable)],
      settings: args.settings ?? [],
      intents: this.privateSubnets.map((subnet) =>
        notReachableFromInternet(subnet.name, "private subnets are not reached from outside"),
      ),
    });
  }

  private readTable(id: string): aws.ec2.RouteTable {
    return aws.ec2.RouteTable.get(`${this.name}-${id}`, id, undefined, { parent: this });
  }

  /** Reads the rules of network ACLs and security groups, which no invoke tells. */
  private readRules({ networkAclIds, securityGroupIds }: DescribedVpc): pulumi.Output<unknown>[] {
    const options = { parent: this };
    return [
      ...networkAclIds.map((id) => {
        const acl = aws.ec2.NetworkAcl.get(`${this.name}-${id}`, id, undefined, options);
        const { vpcId, subnetIds, ingress, egress } = acl;
        return describedBy("aws:ec2/networkAcl:NetworkAcl", id, { vpcId, subnetIds, ingress, egress });
      }),
      ...securityGroupIds.map((id) => {
        const group = aws.ec2.SecurityGroup.get(`${this.name}-${id}`, id, undefined, options);
        const { vpcId, ingress, egress } = group;
        return describedBy("aws:ec2/securityGroup:SecurityGroup", id, { vpcId, ingress, egress });
      }),
    ];
  }
}

function describedTable([id, table]: readonly [string, aws.ec2.RouteTable]): pulumi.Output<unknown> {
  const { vpcId, routes, propagatingVgws } = table;
  return describedBy("aws:ec2/routeTable:RouteTable", id, { vpcId, routes, propagatingVgws });
}

function describedBy(
  type: string,
  id: string,
  properties: Readonly<Record<keyof DescribedResource["properties"], unknown>>,
): pulumi.Output<unknown> {
  return pulumi.output({ type, id, name: id, properties });
}

function tierSubnet(
  tier: string,
  availabilityZone: string,
  id: string,
  described: DescribedVpc,
  tables: ReadonlyMap<string, aws.ec2.RouteTable>,
): TierSubnet {
  const routeTable = tables.get(described.routeTableOf.get(id) ?? "");
  if (routeTable === undefined) throw new RangeError(`subnet ${id} is not described`);
  const suffix = availabilityZone.slice(-1);
  return {
    name: `${tier}-${suffix}`,
    availabilityZone,
    suffix,
    cidrBlock: described.subnets.get(id)?.cidrBlock ?? "",
    subnet: { id: pulumi.output(id) },
    routeTable,
    association: routeTable,
  };
}

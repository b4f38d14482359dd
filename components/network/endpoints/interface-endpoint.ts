import { UserError } from "@lambda-networking/preflight/errors";
import type { Setting } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { plannedId } from "../../base/planned-value.js";
import type { PolicyDocument } from "../../base/policy-document.js";
import type { TierSubnet } from "../vpc/subnet-tier.js";
import type { Caller, ServiceEndpoint } from "./service-endpoint.js";

export interface InterfaceEndpointArgs {
  /** The service's short name: `ssm`, `execute-api`, `secretsmanager`. */
  readonly service: string;
  readonly vpcId: pulumi.Input<string>;
  /**
   * Subnets in which the endpoint gets an address; those in zones without the service are left out. Each zone costs
   * $7.30 a month in us-east-1, and each gigabyte $0.01.
   */
  readonly subnets: readonly TierSubnet[];
  /**
   * Whether the service's public name resolves to this endpoint in the whole VPC.
   * @default true
   */
  readonly privateDns?: boolean;
  /** Callers that may connect, on port 443. {@link InterfaceEndpoint.allow} adds more. */
  readonly allowFrom: readonly Caller[];
  /**
   * Policy for calls through the endpoint.
   * @default AWS's default, which allows everything
   */
  readonly policy?: PolicyDocument;
  /**
   * Changes of the configuration that remove a block, for the preflight's fixes.
   * @default none
   */
  readonly settings?: readonly Setting[];
}

/**
 * An interface endpoint with its own security group.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export class InterfaceEndpoint extends pulumi.ComponentResource implements ServiceEndpoint {
  readonly endpoint: aws.ec2.VpcEndpoint;
  readonly endpointId: pulumi.Output<string>;
  readonly isOwn = true;
  readonly resources: readonly pulumi.Resource[];
  /** All that calls of the callers of `allowFrom` need: the endpoint, its rules and its subnets' route tables. */
  readonly ready: readonly pulumi.Resource[];
  /** Placeholder for the endpoint's id in planned values. */
  readonly plannedId: pulumi.Output<string>;
  /** Logical name of the endpoint resource, not of the component. */
  readonly logicalName: string;
  readonly securityGroupId: pulumi.Output<string>;
  readonly privateDns: boolean;
  /** The endpoint's own DNS name, which works without private DNS. */
  readonly dnsName: pulumi.Output<string>;
  /** The hosted zone of that name, for alias records. */
  readonly dnsZoneId: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    args: InterfaceEndpointArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:network:InterfaceEndpoint", name, {}, opts);
    this.privateDns = args.privateDns ?? true;
    this.logicalName = `${name}-endpoint`;

    const securityGroup = this.createSecurityGroup(args);
    this.securityGroupId = securityGroup.id;
    const rules = args.allowFrom.map((caller) => this.allow(caller));
    const endpoint = this.createEndpoint(args);
    this.endpoint = endpoint;
    this.ready = [endpoint, ...rules, ...args.subnets.map(({ association }) => association)];
    this.resources = [endpoint];
    this.endpointId = endpoint.id;
    this.plannedId = plannedId(endpoint);
    this.dnsName = endpoint.dnsEntries.apply((entries) => entries[0]?.dnsName ?? "");
    this.dnsZoneId = endpoint.dnsEntries.apply((entries) => entries[0]?.hostedZoneId ?? "");

    this.registerOutputs({
      endpointId: this.endpointId,
      dnsName: this.dnsName,
      settings: args.settings ?? [],
    });
  }

  /**
   * The endpoint's private IPv4 address in one of its subnets. AWS chooses it; it stays as long as the endpoint is in the
   * subnet. An update that changes the endpoint knows the new one.
   */
  addressIn(subnetId: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.all([this.endpoint.subnetConfigurations, subnetId]).apply(([interfaces, id]) => {
      const address = interfaces.find((one) => one.subnetId === id)?.ipv4;
      if (address !== undefined) return address;
      throw new UserError(
        `The interface endpoint ${this.name} has no address in ${id} that Pulumi knows. Run pulumi refresh, and the update again.`,
      );
    });
  }

  /** Lets a caller connect on port 443. */
  allow(caller: Caller): aws.vpc.SecurityGroupIngressRule {
    return new aws.vpc.SecurityGroupIngressRule(
      `${this.name}-from-${caller.name}`,
      {
        securityGroupId: this.securityGroupId,
        description: `HTTPS from ${caller.name}`,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        ...("cidrBlock" in caller
          ? { cidrIpv4: caller.cidrBlock }
          : { referencedSecurityGroupId: caller.securityGroupId }),
      },
      { parent: this },
    );
  }

  private createSecurityGroup(args: InterfaceEndpointArgs): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(
      `${this.name}-endpoint`,
      { vpcId: args.vpcId, description: `Interface endpoint for ${args.service}` },
      { parent: this },
    );
  }

  private createEndpoint(args: InterfaceEndpointArgs): aws.ec2.VpcEndpoint {
    const service = aws.ec2.getVpcEndpointServiceOutput(
      { service: args.service, serviceType: "Interface" },
      { parent: this },
    );
    return new aws.ec2.VpcEndpoint(
      this.logicalName,
      {
        vpcId: args.vpcId,
        serviceName: service.serviceName,
        vpcEndpointType: "Interface",
        subnetIds: subnetsInZones(args.subnets, service.availabilityZones, args.service),
        securityGroupIds: [this.securityGroupId],
        privateDnsEnabled: this.privateDns,
        policy: args.policy && pulumi.jsonStringify(args.policy),
      },
      { parent: this },
    );
  }
}

/** The ids of the subnets whose zone offers the service. */
function subnetsInZones(
  subnets: readonly TierSubnet[],
  zones: pulumi.Output<string[]>,
  service: string,
): pulumi.Output<string[]> {
  return zones.apply((offered) => {
    const inZone = subnets.filter(({ availabilityZone }) => offered.includes(availabilityZone));
    if (inZone.length > 0) return pulumi.all(inZone.map(({ subnet }) => subnet.id));
    const mine = subnets.map(({ availabilityZone }) => availabilityZone).join(", ");
    throw new UserError(
      `vpc.availabilityZones: ${mine}. None of them offers ${service}. Write one of ${offered.join(", ")}.`,
    );
  });
}

import type { NatInstanceType } from "@lambda-networking/preflight/aws";
import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, trustService } from "../../base/policy-document.js";
import { NAT_IMAGE, natUserData } from "./nat-user-data.js";
import type { TierSubnet } from "./subnet-tier.js";

export interface NatInstanceSettings {
  /**
   * An arm64 type. In us-east-1 a t4g.nano costs $3.07 a month, and sustains 32 Mbit/s.
   * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html
   */
  readonly instanceType: NatInstanceType;
  /** Whether each zone has its own instance. With false, the instance of the first zone serves all. */
  readonly perAz: boolean;
}

interface NatInstanceArgs extends NatInstanceSettings {
  readonly vpcId: pulumi.Input<string>;
  readonly internetGateway: aws.ec2.InternetGateway;
  readonly publicSubnets: readonly TierSubnet[];
  readonly privateSubnets: readonly TierSubnet[];
  /** The instance needs them to install packages and to reach Systems Manager. */
  readonly publicRoutes: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

/** A NAT instance: what stays when the instance is replaced. */
export interface NatInstance {
  /** The logical name of each of its resources. */
  readonly name: string;
  /** The letter of the instance's zone. */
  readonly suffix: string;
  /** The network interface that routes lead to. */
  readonly networkInterface: aws.ec2.NetworkInterface;
  /** The Auto Scaling group that keeps one instance running. */
  readonly group: aws.autoscaling.Group;
}

/** What all NAT instances of a VPC share. */
interface Shared {
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly profile: aws.iam.InstanceProfile;
  /** What an instance needs when it starts. */
  readonly needed: readonly pulumi.Resource[];
}

/** In GB: the smallest disk that Amazon Linux 2023's image fits on. */
const DISK_SIZE = 8;

/**
 * Creates NAT instances: one in the first zone, or one in each.
 *
 * Each has a network interface of its own, with an Elastic IP and without source/destination check. Routes lead to the
 * interface, so they and the public address stay when an Auto Scaling group of one replaces the instance. Its launch
 * template names the interface, so a new instance starts with it, and no code has to attach anything.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/examples-launch-templates-aws-cli.html
 */
export function createNatInstances(name: string, args: NatInstanceArgs): NatInstance[] {
  // Sorted by letter, so that a reordered list of zones does not move the only instance to another zone.
  const byLetter = [...args.publicSubnets].sort((a, b) => a.suffix.localeCompare(b.suffix));
  const homes = args.perAz ? byLetter : byLetter.slice(0, 1);
  const shared = createShared(`${name}-nat-instance`, args);
  return homes.map((home) => createOne(`${name}-nat-instance-${home.suffix}`, home, shared, args));
}

/** Intents of NAT instances: private subnets reach the internet by them, and the internet does not reach them. */
export function natInstanceIntents(
  instances: readonly NatInstance[],
  privateSubnets: readonly TierSubnet[],
): Intent[] {
  if (instances.length === 0) return [];
  return [
    ...privateSubnets.map(
      ({ name }): Intent => ({
        from: { kind: "subnet", name },
        to: { kind: "internet" },
        port: 443,
        must: "reach",
        via: "nat",
        reason: "the NAT instance is the way to the internet",
      }),
    ),
    ...instances.flatMap(({ name }) =>
      [22, 443].map(
        (port): Intent => ({
          from: { kind: "internet" },
          to: { kind: "resource", name },
          port,
          must: "not-reach",
          reason: "a NAT instance lets in answers only; operators use Session Manager",
        }),
      ),
    ),
  ];
}

function createShared(name: string, args: NatInstanceArgs): Shared {
  const { vpcId, parent, privateSubnets, publicSubnets, publicRoutes } = args;
  const opts = { parent };
  const securityGroup = new aws.ec2.SecurityGroup(
    name,
    { vpcId, description: "NAT instances: everything from the private subnets in, everything out" },
    opts,
  );
  const rules = [
    ...privateSubnets.map(
      ({ name: subnet, cidrBlock }) =>
        new aws.vpc.SecurityGroupIngressRule(
          `${subnet}-to-nat-instance`,
          { securityGroupId: securityGroup.id, cidrIpv4: cidrBlock, ipProtocol: "-1" },
          opts,
        ),
    ),
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-to-internet`,
      { securityGroupId: securityGroup.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
      opts,
    ),
  ];
  const role = new aws.iam.Role(
    name,
    {
      description: "NAT instances: Session Manager, and nothing else",
      // EC2 sends no aws:SourceAccount when an instance takes its role.
      assumeRolePolicy: trustService("ec2.amazonaws.com"),
    },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    name,
    { role: role.id, policy: JSON.stringify(policyDocument(SESSION_MANAGER)) },
    opts,
  );
  const profile = new aws.iam.InstanceProfile(name, { role: role.name }, opts);
  const associations = publicSubnets.map(({ association }) => association);
  return { securityGroup, profile, needed: [...rules, policy, ...associations, ...publicRoutes] };
}

/**
 * What Session Manager needs. The actions have no resources.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
const SESSION_MANAGER = {
  Effect: "Allow",
  Action: [
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
} as const;

function createOne(name: string, home: TierSubnet, shared: Shared, args: NatInstanceArgs): NatInstance {
  const { internetGateway, parent } = args;
  const opts = { parent };
  const networkInterface = new aws.ec2.NetworkInterface(
    name,
    {
      description: `${name}: the private subnets' way to the internet`,
      subnetId: home.subnet.id,
      securityGroups: [shared.securityGroup.id],
      // It forwards packets that are neither from it nor to it.
      sourceDestCheck: false,
    },
    opts,
  );
  const address = new aws.ec2.Eip(
    name,
    { domain: "vpc", networkInterface: networkInterface.id },
    { parent, dependsOn: [internetGateway] },
  );
  const template = createTemplate(name, networkInterface, shared, args);
  const group = new aws.autoscaling.Group(
    name,
    {
      minSize: 1,
      maxSize: 1,
      desiredCapacity: 1,
      // A zone and no subnet, because the launch template brings the network interface.
      availabilityZones: [home.availabilityZone],
      launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
      healthCheckType: "EC2",
      // The interface is free only after the old instance is gone.
      instanceMaintenancePolicy: { minHealthyPercentage: 0, maxHealthyPercentage: 100 },
      instanceRefresh: { strategy: "Rolling", preferences: { minHealthyPercentage: 0 } },
      enabledMetrics: ["GroupInServiceInstances"],
      tags: [{ key: "Name", value: name, propagateAtLaunch: true }],
    },
    { parent, dependsOn: [address, ...shared.needed] },
  );
  return { name, suffix: home.suffix, networkInterface, group };
}

function createTemplate(
  name: string,
  networkInterface: aws.ec2.NetworkInterface,
  { profile }: Shared,
  { instanceType, privateSubnets, parent }: NatInstanceArgs,
): aws.ec2.LaunchTemplate {
  return new aws.ec2.LaunchTemplate(
    name,
    {
      imageId: NAT_IMAGE,
      instanceType,
      userData: Buffer.from(natUserData(privateSubnets)).toString("base64"),
      iamInstanceProfile: { arn: profile.arn },
      networkInterfaces: [
        { deviceIndex: 0, networkInterfaceId: networkInterface.id, deleteOnTermination: "false" },
      ],
      // Version 2 only, and no answer that passes through the instance to a client.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            encrypted: "true",
            volumeType: "gp3",
            volumeSize: DISK_SIZE,
            deleteOnTermination: "true",
          },
        },
      ],
      // In standard mode a T4g instance starts without credits, and needs minutes to install anything.
      creditSpecification: { cpuCredits: "unlimited" },
      // Detailed monitoring costs $2.10 a month. The alarms need none.
      monitoring: { enabled: false },
    },
    { parent },
  );
}

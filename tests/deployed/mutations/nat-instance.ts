import { add, both, drop, type Edit, type Exported, idOf, type Mutation, set } from "./mutation.js";

// Ways to break the NAT instance as the private subnets' way out, and to open it to the internet.

const NAT = "vpc-nat-instance-a";
const INTERFACE = "/networkInterface:NetworkInterface";
const GROUP = "/group:Group";
const ALL = ["vpc-private-a reach internet", "vpc-private-b reach internet", "fetcher reach ssm"];
const FROM_A = ["vpc-private-a reach internet", "fetcher reach ssm"];
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS_RULE = ":SecurityGroupEgressRule";
const OTHER = "eni-0123456789abcdef0";

const securityGroup = (stack: readonly Exported[]) =>
  idOf(stack, "/securityGroup:SecurityGroup", "vpc-nat-instance");
const vpc = (stack: readonly Exported[]) => idOf(stack, "/vpc:Vpc", "vpc-vpc");

const breaks = (title: string, edit: Edit, names: string, fails: readonly string[] = ALL): Mutation => ({
  title,
  edit,
  names,
  fails,
});

const blockPublicAccess = (mode: string) =>
  add("aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions", "block", {
    internetGatewayBlockMode: mode,
  });

/** A network ACL of the instance's subnet, with these rules in. */
const acl = (...ingress: readonly Record<string, unknown>[]): Edit =>
  add(
    "aws:ec2/networkAcl:NetworkAcl",
    "public",
    (stack) => ({
      vpcId: vpc(stack),
      subnetIds: [idOf(stack, "/subnet:Subnet", "vpc-public-a")],
      ingress: ingress.map((rule, i) => ({ ruleNo: 100 + i, action: "allow", ...rule })),
      egress: [
        { ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: "0.0.0.0/0" },
      ],
    }),
    "acl-0123456789abcdef0",
  );
const https = { protocol: "tcp", fromPort: 443, toPort: 443 } as const;

const BREAKS: readonly Mutation[] = [
  breaks("the interface's source/destination check", set(INTERFACE, NAT, { sourceDestCheck: true }), NAT),
  breaks("an Elastic IP that no interface holds", set("/eip:Eip", NAT, { networkInterface: "" }), "vpc-igw"),
  breaks("an Elastic IP of another interface", set("/eip:Eip", NAT, { networkInterface: OTHER }), "vpc-igw"),
  breaks("no Elastic IP", drop("/eip:Eip", NAT), "vpc-igw"),
  breaks("a group that runs no instance", set(GROUP, NAT, { minSize: 0, desiredCapacity: 0 }), NAT),
  breaks("a group that may run none", set(GROUP, NAT, { minSize: 0, maxSize: 0 }), NAT),
  breaks("a group in another zone", set(GROUP, NAT, { availabilityZones: ["eu-west-1b"] }), NAT),
  breaks("no group", drop(GROUP, NAT), NAT),
  breaks(
    "a group that stays with an older launch template",
    both(
      set("/launchTemplate:LaunchTemplate", NAT, { latestVersion: 2 }),
      set(GROUP, NAT, ({ launchTemplate }) => ({
        launchTemplate: { ...Object(launchTemplate), version: "1" },
      })),
    ),
    NAT,
  ),
  breaks(
    "a launch template with an interface of its own",
    set("/launchTemplate:LaunchTemplate", NAT, {
      networkInterfaces: [{ deviceIndex: 0, associatePublicIpAddress: "true" }],
    }),
    NAT,
  ),
  breaks(
    "a launch template with another interface",
    set("/launchTemplate:LaunchTemplate", NAT, { networkInterfaces: [{ networkInterfaceId: OTHER }] }),
    NAT,
  ),
  breaks(
    "the public subnet without a way out",
    drop("/route:Route", "vpc-public-a-internet"),
    "vpc-public-a",
  ),
  breaks(
    "the public subnet's way out as a blackhole",
    set("/route:Route", "vpc-public-a-internet", { state: "blackhole" }),
    "vpc-public-a",
  ),
  breaks(
    "an internet gateway of another VPC",
    set("/internetGateway:InternetGateway", "vpc-igw", { vpcId: "vpc-0123456789abcdef0" }),
    "vpc-igw",
  ),
  breaks("a subnet's route away", drop("/route:Route", "vpc-private-a-internet"), "vpc-private-a", FROM_A),
  breaks(
    "a subnet's route as a blackhole, which it is while no instance has the interface",
    set("/route:Route", "vpc-private-a-internet", { state: "blackhole" }),
    "vpc-private-a",
    FROM_A,
  ),
  breaks(
    "a subnet's route to another interface",
    set("/route:Route", "vpc-private-a-internet", { networkInterfaceId: OTHER }),
    OTHER,
    FROM_A,
  ),
  breaks(
    "no rule for a subnet",
    drop(":SecurityGroupIngressRule", "vpc-private-a-to-nat-instance"),
    "vpc-nat-instance",
    FROM_A,
  ),
  breaks(
    "a rule for a subnet's port 80 only",
    set(":SecurityGroupIngressRule", "vpc-private-a-to-nat-instance", {
      ipProtocol: "tcp",
      fromPort: 80,
      toPort: 80,
    }),
    "vpc-nat-instance",
    FROM_A,
  ),
  breaks("no rule out", drop(EGRESS_RULE, "vpc-nat-instance-to-internet"), "vpc-nat-instance"),
  breaks(
    "a rule out for port 80 only",
    set(EGRESS_RULE, "vpc-nat-instance-to-internet", { ipProtocol: "tcp", fromPort: 80, toPort: 80 }),
    "vpc-nat-instance",
  ),
  breaks(
    "a rule out for half of the internet",
    set(EGRESS_RULE, "vpc-nat-instance-to-internet", { cidrIpv4: "128.0.0.0/1" }),
    "vpc-nat-instance",
  ),
  breaks(
    "the VPC's default group in place of its own",
    set(INTERFACE, NAT, { securityGroups: [] }),
    "vpc-default-security-group",
  ),
  breaks("a network ACL that lets no answers in", acl({ ...https, cidrBlock: "10.20.0.0/16" }), "public"),
  breaks(
    "a network ACL that lets no client in",
    acl({ protocol: "tcp", fromPort: 1024, toPort: 65535, cidrBlock: "0.0.0.0/0" }),
    "public",
  ),
  breaks("Block Public Access in both directions", blockPublicAccess("block-bidirectional"), "block"),
  // Only NAT gateways and egress-only gateways may send in this mode.
  breaks("Block Public Access for what comes in", blockPublicAccess("block-ingress"), "block"),
];

const opens = (title: string, edit: Edit): Mutation => ({
  title,
  edit,
  fails: [`internet not-reach ${NAT}`],
});

/** A rule of the instance's security group. */
const ingress = (rule: Record<string, unknown>): Edit =>
  add(INGRESS, "open", (stack) => ({ securityGroupId: securityGroup(stack), ...rule }));
const ssh = { ipProtocol: "tcp", fromPort: 22, toPort: 22 } as const;

const OPEN_GROUP = add(
  "aws:ec2/securityGroup:SecurityGroup",
  "open",
  (stack) => ({
    vpcId: vpc(stack),
    ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
    egress: [],
  }),
  "sg-0123456789abcdef0",
);

const OPENS: readonly Mutation[] = [
  opens("a rule for SSH from the internet", ingress({ cidrIpv4: "0.0.0.0/0", ...ssh })),
  opens("a rule for everything from the internet", ingress({ cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" })),
  opens("a rule for SSH from one public address", ingress({ cidrIpv4: "203.0.113.7/32", ...ssh })),
  opens(
    "a rule for a range of ports from half of the internet",
    ingress({ cidrIpv4: "0.0.0.0/1", ipProtocol: "tcp", fromPort: 0, toPort: 65535 }),
  ),
  opens(
    "a rule for a prefix list that is not in the stack",
    ingress({ prefixListId: "pl-0123456789abcdef0", ...ssh }),
  ),
  opens(
    "a rule of the older type",
    add("aws:ec2/securityGroupRule:SecurityGroupRule", "open", (stack) => ({
      securityGroupId: securityGroup(stack),
      type: "ingress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrBlocks: ["0.0.0.0/0"],
    })),
  ),
  opens(
    "an inline rule of the group",
    set("/securityGroup:SecurityGroup", "vpc-nat-instance", {
      ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
    }),
  ),
  opens(
    "one more group of the interface",
    both(
      OPEN_GROUP,
      set(INTERFACE, NAT, ({ securityGroups }) => ({
        securityGroups: [...(Array.isArray(securityGroups) ? securityGroups : []), "sg-0123456789abcdef0"],
      })),
    ),
  ),
  opens(
    "one more group, by an attachment",
    both(
      OPEN_GROUP,
      add(
        "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
        "open",
        (stack) => ({
          networkInterfaceId: idOf(stack, INTERFACE, NAT),
          securityGroupId: "sg-0123456789abcdef0",
        }),
      ),
    ),
  ),
];

const HARMLESS: readonly Mutation[] = [
  {
    title: "a rule for SSH from another private network",
    edit: ingress({ cidrIpv4: "10.99.0.0/16", ...ssh }),
    fails: [],
  },
  {
    title: "a group that uses the latest launch template, whatever its number",
    edit: set(GROUP, NAT, ({ launchTemplate }) => ({
      launchTemplate: { ...Object(launchTemplate), version: "$Latest" },
    })),
    fails: [],
  },
  {
    title: "an interface that an instance has, as a refresh finds it",
    edit: set(INTERFACE, NAT, {
      attachments: [{ attachmentId: "eni-attach-0a1b2c3d", deviceIndex: 0, instance: "i-0a1b2c3d4e5f60718" }],
    }),
    fails: [],
  },
  {
    title: "a network ACL that lets in clients and answers",
    edit: acl(
      { ...https, cidrBlock: "10.20.0.0/16" },
      { protocol: "tcp", fromPort: 1024, toPort: 65535, cidrBlock: "0.0.0.0/0" },
    ),
    fails: [],
  },
];

export const NAT_INSTANCE: readonly Mutation[] = [...BREAKS, ...OPENS, ...HARMLESS];

import {
  add,
  both,
  drop,
  type Edit,
  type Exported,
  idOf,
  type Mutation,
  type Properties,
  policy,
  set,
} from "./mutation.js";

// Ways to open or break the network of the deployed stack `prod`: rules, routes, flags and associations.

const FETCHER_OUT = "fetcher not-reach internet";
const FETCHER_IN = "internet not-reach fetcher";
const SSM = "fetcher reach ssm";
const DYNAMODB = "fetcher reach dynamodb";
const API = ["vpc-private-a reach GET /messages", "vpc-private-b reach GET /messages"];
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const groupOf = (name: string) => (stack: Parameters<Edit>[0]) =>
  idOf(stack, "/securityGroup:SecurityGroup", name);

/** An egress rule of the function. */
const egress = (name: string, rule: Record<string, unknown>): Edit =>
  add(EGRESS, name, (stack) => ({ securityGroupId: groupOf("fetcher-function")(stack), ...rule }));

const opensFunction = (title: string, names: string, edit: Edit): Mutation => ({
  title,
  edit,
  fails: [FETCHER_OUT],
  names,
});

const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 } as const;

const FUNCTION: readonly Mutation[] = [
  opensFunction(
    "an egress rule for everything",
    "all",
    egress("all", { cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" }),
  ),
  opensFunction("an egress rule for HTTPS", "https", egress("https", { cidrIpv4: "0.0.0.0/0", ...https })),
  opensFunction(
    "an egress rule for a range of ports",
    "range",
    egress("range", {
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 0,
      toPort: 65535,
    }),
  ),
  opensFunction(
    "an egress rule for half of the internet",
    "half",
    egress("half", { cidrIpv4: "128.0.0.0/1", ...https }),
  ),
  opensFunction(
    "an egress rule for one public address",
    "one",
    egress("one", { cidrIpv4: "203.0.113.7/32", ...https }),
  ),
  opensFunction(
    "an egress rule for a prefix list of public addresses",
    "to-list",
    both(
      add(
        "aws:ec2/managedPrefixList:ManagedPrefixList",
        "partners",
        {
          name: "partners",
          addressFamily: "IPv4",
          maxEntries: 1,
          entries: [{ cidr: "0.0.0.0/0" }],
        },
        "pl-0123456789abcdef0",
      ),
      egress("to-list", { prefixListId: "pl-0123456789abcdef0", ...https }),
    ),
  ),
  opensFunction(
    "an egress rule for a prefix list that is not in the stack",
    "to-list",
    egress("to-list", {
      prefixListId: "pl-0123456789abcdef0",
      ...https,
    }),
  ),
  opensFunction(
    "an inline egress rule of the group",
    "fetcher-function",
    set("/securityGroup:SecurityGroup", "fetcher-function", {
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    }),
  ),
  opensFunction(
    "an egress rule of the older type",
    "older",
    add("aws:ec2/securityGroupRule:SecurityGroupRule", "older", (stack) => ({
      securityGroupId: groupOf("fetcher-function")(stack),
      type: "egress",
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrBlocks: ["0.0.0.0/0"],
    })),
  ),
  opensFunction("one more security group of the function", "open", (stack) => {
    const own = groupOf("fetcher-function")(stack);
    return both(
      add(
        "aws:ec2/securityGroup:SecurityGroup",
        "open",
        (all) => ({
          vpcId: idOf(all, "/vpc:Vpc", "vpc-vpc"),
          egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
          ingress: [],
        }),
        "sg-0123456789abcdef0",
      ),
      set("/function:Function", "fetcher-function", ({ vpcConfig }) => ({
        vpcConfig: { ...Object(vpcConfig), securityGroupIds: [own, "sg-0123456789abcdef0"] },
      })),
    )(stack);
  }),
  {
    title: "the VPC's default group with open egress, beside the function's",
    edit: (stack) =>
      both(
        set(":DefaultSecurityGroup", "vpc-default-security-group", {
          egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        }),
        set("/function:Function", "fetcher-function", ({ vpcConfig }, all) => ({
          vpcConfig: {
            ...Object(vpcConfig),
            securityGroupIds: [
              groupOf("fetcher-function")(all),
              idOf(all, ":DefaultSecurityGroup", "vpc-default-security-group"),
            ],
          },
        })),
      )(stack),
    fails: [FETCHER_OUT],
    names: "vpc-default-security-group",
  },
  {
    title: "taking the function out of the VPC",
    edit: set("/function:Function", "fetcher-function", { vpcConfig: null }),
    fails: [FETCHER_OUT, SSM, DYNAMODB],
    names: "fetcher-function",
  },
  {
    title: "a function URL for everyone",
    edit: both(
      add("aws:lambda/functionUrl:FunctionUrl", "url", (stack) => ({
        functionName: idOf(stack, "/function:Function", "fetcher-function"),
        authorizationType: "NONE",
        qualifier: "live",
      })),
      add("aws:lambda/permission:Permission", "url-permission", (stack) => ({
        function: idOf(stack, "/function:Function", "fetcher-function"),
        action: "lambda:InvokeFunctionUrl",
        principal: "*",
        functionUrlAuthType: "NONE",
        qualifier: "live",
      })),
      add("aws:lambda/permission:Permission", "url-invoke", (stack) => ({
        function: idOf(stack, "/function:Function", "fetcher-function"),
        action: "lambda:InvokeFunction",
        principal: "*",
        invokedViaFunctionUrl: true,
        qualifier: "live",
      })),
    ),
    fails: [FETCHER_IN],
    names: "url",
  },
  {
    title: "a public API in front of the function",
    edit: (stack) => {
      const lambda = idOf(stack, "/function:Function", "fetcher-function");
      const arn = `arn:aws:lambda:eu-west-1:000000000000:function:${lambda}`;
      return both(
        add(
          "aws:apigatewayv2/api:Api",
          "front",
          {
            protocolType: "HTTP",
            target: arn,
            routeKey: "GET /front",
          },
          "abcde12345",
        ),
        add("aws:lambda/permission:Permission", "front-permission", {
          function: lambda,
          action: "lambda:InvokeFunction",
          principal: "apigateway.amazonaws.com",
          sourceArn: "arn:aws:execute-api:eu-west-1:000000000000:abcde12345/*",
        }),
      )(stack);
    },
    fails: [FETCHER_IN],
    names: "front",
  },
  {
    title: "a permission for every principal",
    edit: add("aws:lambda/permission:Permission", "everyone", (stack) => ({
      function: idOf(stack, "/function:Function", "fetcher-function"),
      action: "lambda:InvokeFunction",
      principal: "*",
    })),
    fails: [FETCHER_IN],
    names: "everyone",
  },
];

const intoSubnet = (zone: string) => `internet not-reach vpc-private-${zone}`;

/** Public addresses for the hosts of a private subnet. */
const publicAddresses = (zone: string): Edit =>
  set("/subnet:Subnet", `vpc-private-${zone}`, { mapPublicIpOnLaunch: true });

/** The default route of a private subnet, to the internet gateway instead of NAT. */
const throughGateway = (zone: string): Edit =>
  both(
    set("/route:Route", `vpc-private-${zone}-internet`, (_, stack) => ({
      natGatewayId: "",
      gatewayId: idOf(stack, ":InternetGateway", "vpc-igw"),
    })),
  );

/** IPv6 addresses for the hosts of a private subnet. */
const ipv6 = both(
  set("/vpc:Vpc", "vpc-vpc", { assignGeneratedIpv6CidrBlock: true, ipv6CidrBlock: "2001:db8:1234::/56" }),
  set("/subnet:Subnet", "vpc-private-a", {
    ipv6CidrBlock: "2001:db8:1234:1::/64",
    assignIpv6AddressOnCreation: true,
  }),
);

const ipv6Route = (gateway: Properties | ((stack: readonly Exported[]) => Properties)): Edit =>
  add("aws:ec2/route:Route", "ipv6-route", (stack) => ({
    routeTableId: idOf(stack, "/routeTable:RouteTable", "vpc-private-a"),
    destinationIpv6CidrBlock: "::/0",
    ...(typeof gateway === "function" ? gateway(stack) : gateway),
  }));

const internetGateway = (stack: readonly Exported[]) => ({
  gatewayId: idOf(stack, ":InternetGateway", "vpc-igw"),
});

const egressOnly = both(
  add(
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "eigw",
    (stack) => ({ vpcId: idOf(stack, "/vpc:Vpc", "vpc-vpc") }),
    "eigw-0123456789abcdef0",
  ),
  ipv6Route({ egressOnlyGatewayId: "eigw-0123456789abcdef0" }),
);

const dualStack = set("/function:Function", "fetcher-function", ({ vpcConfig }) => ({
  vpcConfig: { ...Object(vpcConfig), ipv6AllowedForDualStack: true },
}));

const SUBNETS: readonly Mutation[] = [
  ...["a", "b"].map((zone) => ({
    title: `public addresses for the hosts of private subnet ${zone}, and a route to the internet gateway`,
    edit: both(publicAddresses(zone), throughGateway(zone)),
    fails: [intoSubnet(zone)],
    names: `vpc-private-${zone}-internet`,
  })),
  {
    title: "public addresses for the hosts, and the route table of a public subnet",
    edit: both(publicAddresses("a"), (stack) =>
      set(":RouteTableAssociation", "vpc-private-a", {
        routeTableId: idOf(stack, "/routeTable:RouteTable", "vpc-public-a"),
      })(stack),
    ),
    fails: [intoSubnet("a"), DYNAMODB],
    names: "vpc-public-a",
  },
  {
    title: "public addresses for the hosts, and no association, so that the main route table counts",
    edit: both(
      publicAddresses("a"),
      drop(":RouteTableAssociation", "vpc-private-a"),
      add("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", (stack) => ({
        vpcId: idOf(stack, "/vpc:Vpc", "vpc-vpc"),
        routeTableId: idOf(stack, "/routeTable:RouteTable", "vpc-public-a"),
      })),
    ),
    fails: [intoSubnet("a"), DYNAMODB],
    names: "vpc-public-a",
  },
  {
    title: "IPv6 addresses for the hosts, and a route ::/0 to the internet gateway",
    edit: both(ipv6, ipv6Route(internetGateway)),
    fails: [intoSubnet("a")],
    names: "ipv6-route",
  },
  {
    title: "IPv6 for the function: an egress rule, and a way out through an egress-only gateway",
    edit: both(ipv6, dualStack, egressOnly, egress("ipv6-rule", { cidrIpv6: "::/0", ipProtocol: "-1" })),
    fails: [FETCHER_OUT],
    names: "ipv6-rule",
  },
  // What neither opens nor breaks: each is one half of a way in.
  { title: "public addresses for the hosts, without a route", edit: publicAddresses("a"), fails: [] },
  {
    title: "a route to the internet gateway, without public addresses",
    edit: throughGateway("a"),
    fails: [],
  },
  {
    title: "IPv6 with an egress-only gateway, and a dual-stack function without a rule for it",
    edit: both(ipv6, dualStack, egressOnly),
    fails: [],
  },
  {
    title: "an egress rule for IPv6, for a function that has no IPv6 address",
    edit: both(ipv6, egressOnly, egress("ipv6-rule", { cidrIpv6: "::/0", ipProtocol: "-1" })),
    fails: [],
  },
  {
    title: "the function in a public subnet, where it has no public address",
    edit: (stack) =>
      both(
        set(":RouteTableAssociation", "vpc-private-b", {
          routeTableId: idOf(stack, "/routeTable:RouteTable", "vpc-public-b"),
        }),
        egress("all", { cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" }),
      )(stack),
    fails: [FETCHER_OUT, DYNAMODB],
  },
];

const BREAKS: readonly Mutation[] = [
  {
    title: "removing the function's egress rule to SSM",
    edit: drop(":SecurityGroupEgressRule", "fetcher-to-ssm"),
    fails: [SSM],
    names: "fetcher-function",
  },
  {
    title: "removing the SSM endpoint's ingress rule",
    edit: drop(":SecurityGroupIngressRule", "ssm-from-fetcher"),
    fails: [SSM],
    names: "ssm-endpoint",
  },
  {
    title: "a rule for UDP",
    edit: set(":SecurityGroupEgressRule", "fetcher-to-ssm", { ipProtocol: "udp" }),
    fails: [SSM],
    names: "fetcher-function",
  },
  {
    title: "removing the SSM endpoint, because the function has no rule for NAT",
    edit: drop("/vpcEndpoint:VpcEndpoint", "ssm-endpoint"),
    fails: [SSM],
    names: "fetcher-function",
  },
  {
    title: "removing the SSM endpoint, with a rule for NAT",
    edit: both(
      drop("/vpcEndpoint:VpcEndpoint", "ssm-endpoint"),
      egress("https", { cidrIpv4: "0.0.0.0/0", ...https }),
    ),
    fails: [SSM, FETCHER_OUT],
  },
  {
    title: "private DNS off",
    edit: set("/vpcEndpoint:VpcEndpoint", "ssm-endpoint", { privateDnsEnabled: false }),
    fails: [SSM],
    names: "ssm-endpoint",
  },
  {
    title: "no DNS hostnames in the VPC",
    edit: set("/vpc:Vpc", "vpc-vpc", { enableDnsHostnames: false }),
    fails: [SSM, ...API],
    names: "vpc-vpc",
  },
  {
    title: "no DNS support in the VPC",
    edit: set("/vpc:Vpc", "vpc-vpc", { enableDnsSupport: false }),
    fails: [SSM, DYNAMODB, ...API],
    names: "vpc-vpc",
  },
  {
    title: "an endpoint policy that denies",
    edit: set("/vpcEndpoint:VpcEndpoint", "ssm-endpoint", {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" },
      }),
    }),
    fails: [SSM],
    names: "ssm-endpoint",
  },
  {
    title: "a gateway endpoint in one route table only",
    edit: set("/vpcEndpoint:VpcEndpoint", "dynamodb-endpoint", (_, stack) => ({
      routeTableIds: [idOf(stack, "/routeTable:RouteTable", "vpc-private-a")],
    })),
    fails: [DYNAMODB],
    names: "vpc-private-b",
  },
  {
    title: "removing the function's egress rule to DynamoDB's prefix list",
    edit: drop(":SecurityGroupEgressRule", "fetcher-to-dynamodb"),
    fails: [DYNAMODB],
    names: "fetcher-function",
  },
  {
    title: "a network ACL that lets nothing in",
    edit: add(
      "aws:ec2/networkAcl:NetworkAcl",
      "strict",
      (stack) => ({
        vpcId: idOf(stack, "/vpc:Vpc", "vpc-vpc"),
        subnetIds: [idOf(stack, "/subnet:Subnet", "vpc-private-a")],
        ingress: [],
        egress: [
          { ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: "0.0.0.0/0" },
        ],
      }),
      "acl-0123456789abcdef0",
    ),
    fails: [SSM, DYNAMODB, ...API],
    names: "strict",
  },
  {
    title: "a permission for another path",
    edit: policy(":RolePolicy", "fetcher-permissions", (all) =>
      all.map((statement) =>
        statement.Action === "ssm:GetParametersByPath"
          ? { ...statement, Resource: "arn:aws:ssm:eu-west-1:000000000000:parameter/other" }
          : statement,
      ),
    ),
    fails: [SSM],
    names: "fetcher-role",
  },
  {
    title: "a permissions boundary that does not allow it",
    edit: both(
      add(
        "aws:iam/policy:Policy",
        "boundary",
        {
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: { Effect: "Allow", Action: "logs:*", Resource: "*" },
          }),
          arn: "arn:aws:iam::000000000000:policy/boundary",
        },
        "arn:aws:iam::000000000000:policy/boundary",
      ),
      set(":Role", "fetcher-role", { permissionsBoundary: "arn:aws:iam::000000000000:policy/boundary" }),
    ),
    fails: [SSM],
    names: "boundary",
  },
  {
    title: "a managed policy that denies it",
    edit: both(
      add(
        "aws:iam/policy:Policy",
        "denial",
        {
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: { Effect: "Deny", Action: "ssm:*", Resource: "*" },
          }),
          arn: "arn:aws:iam::000000000000:policy/denial",
        },
        "arn:aws:iam::000000000000:policy/denial",
      ),
      add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "denial-attached", (stack) => ({
        role: idOf(stack, "iam/role:Role", "fetcher-role"),
        policyArn: "arn:aws:iam::000000000000:policy/denial",
      })),
    ),
    fails: [SSM],
    names: "denial",
  },
];

export const NETWORK: readonly Mutation[] = [...FUNCTION, ...SUBNETS, ...BREAKS];

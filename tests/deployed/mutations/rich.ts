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
  statements,
} from "./mutation.js";

// Ways to open or break the parts of the deployed stack `rich`: database, message store, event pipeline, isolated subnets.

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const POSTGRESQL = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 } as const;

type Stack = readonly Exported[];
const group = (name: string) => (stack: Stack) => idOf(stack, "/securityGroup:SecurityGroup", name);
const ingress = (name: string, to: string, rule: Properties | ((stack: Stack) => Properties)): Edit =>
  add(INGRESS, name, (stack) => ({
    securityGroupId: group(to)(stack),
    ...(typeof rule === "function" ? rule(stack) : rule),
  }));
const egress = (name: string, from: string, rule: Properties | ((stack: Stack) => Properties)): Edit =>
  add(EGRESS, name, (stack) => ({
    securityGroupId: group(from)(stack),
    ...(typeof rule === "function" ? rule(stack) : rule),
  }));

const VPC_TO_CLUSTER = "vpc not-reach database-cluster";
const VPC_TO_PROXY = "vpc not-reach database-proxy";

/** The isolated subnets, where the database is, with a route to the internet gateway. */
const exposedSubnets: Edit = both(
  ...["a", "b"].map((zone) =>
    add("aws:ec2/route:Route", `exposed-${zone}`, (stack) => ({
      routeTableId: idOf(stack, "/routeTable:RouteTable", `vpc-isolated-${zone}`),
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: idOf(stack, ":InternetGateway", "vpc-igw"),
    })),
  ),
);

const DATABASE: readonly Mutation[] = [
  {
    title: "a public address of the database, a route to it and a rule for everyone",
    edit: both(
      set(":ClusterInstance", "database-instance-1", { publiclyAccessible: true }),
      exposedSubnets,
      ingress("world", "database-cluster", { cidrIpv4: "0.0.0.0/0", ...POSTGRESQL }),
    ),
    fails: ["internet not-reach database-cluster", VPC_TO_CLUSTER],
    names: "world",
  },
  {
    title: "a public address of the database and a route to it, without a rule",
    edit: both(set(":ClusterInstance", "database-instance-1", { publiclyAccessible: true }), exposedSubnets),
    fails: [],
  },
  {
    title: "a rule of the cluster for the VPC's block",
    edit: ingress("block", "database-cluster", { cidrIpv4: "10.30.0.0/16", ...POSTGRESQL }),
    fails: [VPC_TO_CLUSTER],
    names: "block",
  },
  {
    title: "a rule of the cluster for one subnet",
    edit: ingress("subnet", "database-cluster", { cidrIpv4: "10.30.0.0/20", ...POSTGRESQL }),
    fails: [VPC_TO_CLUSTER],
    names: "subnet",
  },
  {
    title: "a rule of the cluster for all protocols",
    edit: ingress("all", "database-cluster", { cidrIpv4: "10.0.0.0/8", ipProtocol: "-1" }),
    fails: [VPC_TO_CLUSTER],
    names: "all",
  },
  {
    title: "a rule of the cluster for a prefix list with the VPC's block",
    edit: both(
      add(
        "aws:ec2/managedPrefixList:ManagedPrefixList",
        "offices",
        { name: "offices", addressFamily: "IPv4", maxEntries: 1, entries: [{ cidr: "10.0.0.0/8" }] },
        "pl-0123456789abcdef0",
      ),
      ingress("list", "database-cluster", { prefixListId: "pl-0123456789abcdef0", ...POSTGRESQL }),
    ),
    fails: [VPC_TO_CLUSTER],
    names: "list",
  },
  {
    title: "a rule of the cluster for the function's group, and one of the function",
    edit: both(
      ingress("shortcut", "database-cluster", (stack) => ({
        referencedSecurityGroupId: group("fetcher-function")(stack),
        ...POSTGRESQL,
      })),
      egress("shortcut-out", "fetcher-function", (stack) => ({
        referencedSecurityGroupId: group("database-cluster")(stack),
        ...POSTGRESQL,
      })),
    ),
    fails: ["fetcher not-reach database-cluster"],
    names: "shortcut",
  },
  {
    title: "a rule of the cluster for the function's group, which has no rule to leave",
    edit: ingress("shortcut", "database-cluster", (stack) => ({
      referencedSecurityGroupId: group("fetcher-function")(stack),
      ...POSTGRESQL,
    })),
    fails: [],
  },
  {
    title: "the proxy's group on the cluster's side of the function",
    edit: (stack) =>
      set("/function:Function", "fetcher-function", ({ vpcConfig }) => ({
        vpcConfig: {
          ...Object(vpcConfig),
          securityGroupIds: [group("fetcher-function")(stack), group("database-proxy")(stack)],
        },
      }))(stack),
    fails: ["fetcher not-reach database-cluster"],
    names: "database-proxy-to-cluster",
  },
  {
    title: "a rule of the proxy for the VPC's block",
    edit: ingress("block", "database-proxy", { cidrIpv4: "10.30.0.0/16", ...POSTGRESQL }),
    fails: [VPC_TO_PROXY],
    names: "block",
  },
  {
    title: "a rule of the proxy for a range of ports",
    edit: ingress("range", "database-proxy", {
      cidrIpv4: "10.30.0.0/16",
      ipProtocol: "tcp",
      fromPort: 5000,
      toPort: 6000,
    }),
    fails: [VPC_TO_PROXY],
    names: "range",
  },
  {
    title: "removing the cluster's rule for the proxy",
    edit: drop(":SecurityGroupIngressRule", "database-cluster-from-proxy"),
    fails: ["database-proxy reach database-cluster"],
    names: "database-cluster",
  },
  {
    title: "removing the function's permission to log in",
    edit: drop(":RolePolicy", "fetcher-database-login"),
    fails: ["fetcher reach database-proxy"],
    names: "fetcher-role",
  },
  {
    title: "another port of the proxy's rule",
    edit: set(":SecurityGroupIngressRule", "fetcher-database-from-function", {
      fromPort: 5433,
      toPort: 5433,
    }),
    fails: ["fetcher reach database-proxy"],
    names: "database-proxy",
  },
];

const SCAN = "GET /messages/{id} not-reach dynamodb";
const DELETE = "POST /messages not-reach dynamodb";
const TABLE = "arn:aws:dynamodb:eu-west-1:000000000000:table/lambda-networking-rich-messages";
const documentOf = (...list: readonly unknown[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: list });

/** One more policy of the role that reads messages. */
const reader = (title: string, names: string, edit: Edit): Mutation => ({
  title,
  edit,
  fails: [SCAN],
  names,
});
const ofReader = (stack: Stack) => idOf(stack, "iam/role:Role", "messages-get-role");

const STORE: readonly Mutation[] = [
  reader(
    "every action in the reader's policy",
    "messages-get-permissions",
    policy(":RolePolicy", "messages-get-permissions", statements("Allow", { Action: "dynamodb:*" })),
  ),
  reader(
    "actions with a wildcard in the reader's policy",
    "messages-get-permissions",
    policy(
      ":RolePolicy",
      "messages-get-permissions",
      statements("Allow", { Action: ["dynamodb:GetItem", "dynamodb:?can"] }),
    ),
  ),
  reader(
    "all actions but one in the reader's policy",
    "messages-get-permissions",
    policy(
      ":RolePolicy",
      "messages-get-permissions",
      statements("Allow", { Action: undefined, NotAction: "dynamodb:DeleteItem" }),
    ),
  ),
  reader(
    "a second policy of the reader's role",
    "second",
    add("aws:iam/rolePolicy:RolePolicy", "second", (stack) => ({
      role: ofReader(stack),
      policy: documentOf({ Effect: "Allow", Action: "dynamodb:Scan", Resource: "*" }),
    })),
  ),
  reader(
    "a managed policy of AWS for the reader's role",
    "messages-get-role",
    add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "administrator", (stack) => ({
      role: ofReader(stack),
      policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    })),
  ),
  reader(
    "an inline policy in the reader's role",
    "messages-get-role",
    set("iam/role:Role", "messages-get-role", {
      inlinePolicies: [
        { name: "scan", policy: documentOf({ Effect: "Allow", Action: "dynamodb:Scan", Resource: "*" }) },
      ],
    }),
  ),
  reader(
    "a policy of the table that names the reader's role",
    "table-policy",
    add("aws:dynamodb/resourcePolicy:ResourcePolicy", "table-policy", (stack) => ({
      resourceArn: TABLE,
      policy: documentOf({
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::000000000000:role/${ofReader(stack)}` },
        Action: "dynamodb:Scan",
        Resource: TABLE,
      }),
    })),
  ),
  {
    title: "the writer's permission to delete",
    edit: policy(
      ":RolePolicy",
      "messages-put-permissions",
      statements("Allow", { Action: "dynamodb:*Item" }),
    ),
    fails: [DELETE],
    names: "messages-put-permissions",
  },
  {
    title: "a wider resource in the reader's policy, for the same action",
    edit: policy(":RolePolicy", "messages-get-permissions", statements("Allow", { Resource: "*" })),
    fails: [],
  },
  {
    title: "another table in the reader's policy",
    edit: policy(
      ":RolePolicy",
      "messages-get-permissions",
      statements("Allow", { Resource: `${TABLE}-other` }),
    ),
    fails: ["GET /messages/{id} reach dynamodb", "reach GET /messages/{id}"],
    names: "messages-get-role",
  },
  {
    title: "removing the writer's policy",
    edit: drop(":RolePolicy", "messages-put-permissions"),
    fails: ["POST /messages reach dynamodb", "reach POST /messages"],
    names: "messages-put-role",
  },
];

const EVERYONE = ["internet not-reach sns", "internet not-reach log-consumer"];
const TOPIC = "arn:aws:sns:eu-west-1:000000000000:lambda-networking-rich-log-topic";
const topicPolicy = (...list: readonly unknown[]): Edit =>
  set(":TopicPolicy", "log-topic-policy", { policy: documentOf(...list) });
const publish = { Effect: "Allow", Action: "sns:Publish", Resource: TOPIC } as const;
/** A way of a function to SNS: a rule for NAT. The function then reaches the internet too. */
const outward = (name: string): Edit =>
  egress("outward", `${name}-function`, { cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" });

const EVENTS: readonly Mutation[] = [
  {
    title: "a topic policy for everyone",
    edit: topicPolicy({ ...publish, Principal: "*" }),
    fails: EVERYONE,
    names: "log-topic-policy",
  },
  {
    title: "a topic policy for every principal, without its Deny",
    edit: topicPolicy({ ...publish, Principal: { AWS: "*" } }),
    fails: EVERYONE,
    names: "log-topic-policy",
  },
  {
    title: "a topic policy for every principal but one",
    edit: topicPolicy({ ...publish, NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } }),
    fails: EVERYONE,
    names: "log-topic-policy",
  },
  {
    title: "a topic policy for every caller over TLS",
    edit: topicPolicy({ ...publish, Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    fails: EVERYONE,
    names: "log-topic-policy",
  },
  {
    title: "a topic policy for some public addresses",
    edit: topicPolicy({
      ...publish,
      Principal: "*",
      Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
    }),
    fails: EVERYONE,
    names: "log-topic-policy",
  },
  {
    title: "a topic policy for the consumer, and its way to SNS",
    edit: both(
      topicPolicy({
        ...publish,
        Principal: { AWS: "arn:aws:iam::000000000000:role/log-consumer-role-1b69bfa" },
      }),
      outward("log-consumer"),
    ),
    fails: ["log-consumer not-reach sns", "log-consumer not-reach internet"],
  },
  {
    title: "a policy of the fetcher's role, no Deny in the topic's, and a way to SNS",
    edit: both(
      topicPolicy({ ...publish, Principal: { AWS: "arn:aws:iam::000000000000:root" } }),
      add("aws:iam/rolePolicy:RolePolicy", "publisher", (stack) => ({
        role: idOf(stack, "iam/role:Role", "fetcher-role"),
        policy: documentOf({ Effect: "Allow", Action: "sns:*", Resource: "*" }),
      })),
      outward("fetcher"),
    ),
    fails: ["fetcher not-reach sns", "fetcher not-reach internet"],
  },
  {
    title: "a policy of the fetcher's role and a way to SNS, because the topic's policy denies it",
    edit: both(
      add("aws:iam/rolePolicy:RolePolicy", "publisher", (stack) => ({
        role: idOf(stack, "iam/role:Role", "fetcher-role"),
        policy: documentOf({ Effect: "Allow", Action: "sns:*", Resource: "*" }),
      })),
      outward("fetcher"),
    ),
    fails: ["fetcher not-reach internet"],
    names: "outward",
  },
  {
    title: "removing SNS's permission to invoke the consumer",
    edit: drop(":Permission", "log-topic-to-log-consumer"),
    fails: ["log-topic reach log-consumer"],
    names: "log-consumer-function",
  },
  {
    title: "removing the subscription",
    edit: drop(":TopicSubscription", "log-topic-to-log-consumer"),
    fails: ["log-topic reach log-consumer"],
    names: "log-topic",
  },
  {
    title: "removing the schedule's target",
    edit: drop(":EventTarget", "log-schedule-to-log-producer"),
    fails: ["log-schedule reach log-producer"],
    names: "log-schedule",
  },
  {
    title: "disabling the schedule",
    edit: set(":EventRule", "log-schedule", { state: "DISABLED" }),
    fails: ["log-schedule reach log-producer"],
    names: "log-schedule",
  },
  {
    title: "removing the producer's permission to publish",
    edit: policy(":RolePolicy", "log-producer-permissions", (all) =>
      all.filter(({ Action }) => Action !== "sns:Publish"),
    ),
    fails: [],
  },
  {
    title: "removing the producer's rule for NAT",
    edit: drop(":SecurityGroupEgressRule", "log-producer-to-sns"),
    fails: ["log-producer reach sns"],
    names: "log-producer-function",
  },
  {
    title: "removing the NAT gateway's route",
    edit: drop("/route:Route", "vpc-private-a-internet"),
    fails: ["log-producer reach sns"],
    names: "vpc-private-a",
  },
];

const METHODS = ["GET /messages:", "POST /messages:", "GET /messages/{id}:"];
const ofMethods = (...callers: readonly string[]) =>
  METHODS.flatMap((method) => callers.map((caller) => `${caller} ${method}`));
const FOREIGN = ofMethods("another VPC not-reach", "another account's VPC not-reach");
const INSIDE = ofMethods("vpc-private-a reach", "vpc-private-b reach");
const OUTSIDE = [...FOREIGN, ...ofMethods("internet not-reach", "VPC without execute-api not-reach")];
const open = documentOf({ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" });
const functionUrl = (name: string): Edit =>
  both(
    add("aws:lambda/functionUrl:FunctionUrl", "url", (stack) => ({
      functionName: idOf(stack, "/function:Function", `${name}-function`),
      authorizationType: "NONE",
    })),
    ...["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"].map((action) =>
      add("aws:lambda/permission:Permission", `url-${action.slice(7)}`, (stack) => ({
        function: idOf(stack, "/function:Function", `${name}-function`),
        action,
        principal: "*",
      })),
    ),
  );

const API: readonly Mutation[] = [
  {
    title: "a policy of the API for everyone",
    edit: set(":RestApiPolicy", "api-policy", { policy: open }),
    fails: FOREIGN,
    names: "api-policy",
  },
  {
    title: "a Deny of the calls of one method only",
    edit: policy(
      ":RestApiPolicy",
      "api-policy",
      statements("Deny", { Resource: "arn:aws:execute-api:eu-west-1:000000000000:isfawu2wc3/*/GET/*" }),
    ),
    fails: ["another VPC not-reach POST /messages", "another account's VPC not-reach POST /messages"],
    names: "api-policy",
  },
  {
    title: "a policy that admits one more endpoint than the API is shared with",
    edit: policy(
      ":RestApiPolicy",
      "api-policy",
      statements("Deny", {
        Condition: {
          StringNotEquals: {
            "aws:SourceVpce": ["vpce-ef52eeb259c9f4c2b", "vpce-0a1b2c3d4e5f60718", "vpce-0123456789abcdef0"],
          },
        },
      }),
    ),
    fails: FOREIGN,
    names: "vpce-0123456789abcdef0",
  },
  {
    title: "a REGIONAL API for everyone",
    edit: both(
      set("/restApi:RestApi", "api", { endpointConfiguration: { types: "REGIONAL" } }),
      set(":RestApiPolicy", "api-policy", { policy: open }),
    ),
    fails: [...OUTSIDE, ...INSIDE, "internet not-reach fetcher"],
  },
  {
    title: "a function URL of the producer for everyone",
    edit: functionUrl("log-producer"),
    fails: ["internet not-reach log-producer"],
    names: "url",
  },
  {
    title: "a function URL of the consumer for everyone",
    edit: functionUrl("log-consumer"),
    fails: ["internet not-reach log-consumer"],
    names: "url",
  },
];

const SERVICES: readonly Mutation[] = ["ssm", "secretsmanager", "dynamodb", "s3"].map((service) => ({
  title: `removing the function's rule to ${service}`,
  edit: drop(":SecurityGroupEgressRule", `fetcher-to-${service}`),
  fails: [`fetcher reach ${service}`],
  names: "fetcher-function",
}));

const ISOLATED = "vpc-isolated-a not-reach internet";
const isolatedRoute = (route: Properties | ((stack: Stack) => Properties)): Edit =>
  add("aws:ec2/route:Route", "way-out", (stack) => ({
    routeTableId: idOf(stack, "/routeTable:RouteTable", "vpc-isolated-a"),
    destinationCidrBlock: "0.0.0.0/0",
    ...(typeof route === "function" ? route(stack) : route),
  }));

const SUBNETS: readonly Mutation[] = [
  {
    title: "a route of an isolated subnet to NAT",
    edit: isolatedRoute((stack) => ({ natGatewayId: idOf(stack, ":NatGateway", "vpc-nat-a") })),
    fails: [ISOLATED],
    names: "way-out",
  },
  {
    title: "a route of an isolated subnet to NAT for part of the internet",
    edit: isolatedRoute((stack) => ({
      destinationCidrBlock: "203.0.113.0/24",
      natGatewayId: idOf(stack, ":NatGateway", "vpc-nat-a"),
    })),
    fails: [ISOLATED],
    names: "vpc-isolated-a",
  },
  {
    title: "a route of an isolated subnet to the internet gateway, with public addresses",
    edit: both(
      isolatedRoute((stack) => ({ gatewayId: idOf(stack, ":InternetGateway", "vpc-igw") })),
      set("/subnet:Subnet", "vpc-isolated-a", { mapPublicIpOnLaunch: true }),
    ),
    fails: [ISOLATED, "internet not-reach vpc-isolated-a"],
    names: "way-out",
  },
  {
    title: "IPv6 in an isolated subnet, with a route to the egress-only gateway",
    edit: both(
      set("/subnet:Subnet", "vpc-isolated-a", {
        ipv6CidrBlock: "2400:6500:a802:8d0f::/64",
        assignIpv6AddressOnCreation: true,
      }),
      isolatedRoute((stack) => ({
        destinationCidrBlock: "",
        destinationIpv6CidrBlock: "::/0",
        egressOnlyGatewayId: idOf(stack, ":EgressOnlyInternetGateway", "vpc-eigw"),
      })),
    ),
    fails: [ISOLATED],
    names: "way-out",
  },
  {
    title: "a route of an isolated subnet to a transit gateway, behind which anything may be",
    edit: isolatedRoute({ transitGatewayId: "tgw-0123456789abcdef0" }),
    fails: [ISOLATED],
    names: "tgw-0123456789abcdef0",
  },
  {
    title: "a route of an isolated subnet to a network interface, behind which anything may be",
    edit: isolatedRoute({ networkInterfaceId: "eni-0123456789abcdef0" }),
    fails: [ISOLATED],
    names: "eni-0123456789abcdef0",
  },
  {
    title: "the route table of a private subnet for an isolated one",
    edit: (stack) =>
      set(":RouteTableAssociation", "vpc-isolated-b", {
        routeTableId: idOf(stack, "/routeTable:RouteTable", "vpc-private-b"),
      })(stack),
    fails: ["vpc-isolated-b not-reach internet"],
    names: "vpc-private-b",
  },
  ...["private-a", "isolated-b"].map((name) => ({
    title: `IPv6 in subnet ${name}, with a route to the internet gateway`,
    edit: both(
      set("/subnet:Subnet", `vpc-${name}`, {
        ipv6CidrBlock: "2400:6500:a802:8d0e::/64",
        assignIpv6AddressOnCreation: true,
      }),
      add("aws:ec2/route:Route", "ipv6-in", (stack) => ({
        routeTableId: idOf(stack, "/routeTable:RouteTable", `vpc-${name}`),
        // Beside the route ::/0 that a private subnet has.
        destinationIpv6CidrBlock: name === "private-a" ? "2000::/3" : "::/0",
        gatewayId: idOf(stack, ":InternetGateway", "vpc-igw"),
      })),
    ),
    fails: [
      `internet not-reach vpc-${name}`,
      ...(name === "isolated-b" ? ["vpc-isolated-b not-reach internet"] : []),
    ],
    names: name === "private-a" ? "vpc-private-a" : "ipv6-in",
  })),
  {
    title: "a rule of the proxy for everyone, with a route, for a proxy that has no public address",
    edit: both(exposedSubnets, ingress("world", "database-proxy", { cidrIpv4: "0.0.0.0/0", ...POSTGRESQL })),
    fails: [VPC_TO_PROXY],
    names: "world",
  },
  {
    title: "a route of a private subnet's IPv6 to the internet gateway",
    edit: set("/route:Route", "vpc-private-b-internet-ipv6", (_, stack) => ({
      egressOnlyGatewayId: "",
      gatewayId: idOf(stack, ":InternetGateway", "vpc-igw"),
    })),
    fails: ["internet not-reach vpc-private-b"],
    names: "vpc-private-b-internet-ipv6",
  },
];

export const RICH: readonly Mutation[] = [...API, ...SERVICES, ...DATABASE, ...STORE, ...EVENTS, ...SUBNETS];

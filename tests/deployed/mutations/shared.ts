import {
  add,
  both,
  drop,
  type Edit,
  type Exported,
  idOf,
  type Mutation,
  policy,
  set,
  statements,
} from "./mutation.js";

// Ways to open or break a private API that is shared: with an endpoint, a VPC and a peered VPC, by a private domain name.

export const FRIENDS = { endpoint: "vpce-0a1b2c3d4e5f60718", vpc: "vpc-0a1b2c3d4e5f60718" } as const;
export const DOMAIN = "api.example.internal";

const FOREIGN = ["another VPC not-reach GET /messages", "another account's VPC not-reach GET /messages"];
const INSIDE = ["vpc-private-a reach GET /messages", "vpc-private-b reach GET /messages"];
const PEER = "peer-shop reach GET /messages";
const STRANGER = "vpce-0123456789abcdef0";

type Stack = readonly Exported[];
const own = (stack: Stack) => idOf(stack, "/vpcEndpoint:VpcEndpoint", "execute-api-endpoint");
const allowOnly = (all: readonly Record<string, unknown>[]) => all.filter(({ Effect }) => Effect === "Allow");
const openApi = policy(":RestApiPolicy", "api-policy", allowOnly);
const openDomain = policy(":DomainName", DOMAIN, allowOnly);
const ownNames = set("/restApi:RestApi", "api", { disableExecuteApiEndpoint: false });
const admits =
  (...ids: readonly string[]) =>
  (stack: Stack) =>
    statements("Deny", {
      Condition: {
        StringNotEquals: { "aws:SourceVpce": [own(stack), ...ids], "aws:SourceVpc": [FRIENDS.vpc] },
      },
    });

const API: readonly Mutation[] = [
  {
    title: "opening the policy of the domain name and that of the API",
    edit: both(openApi, openDomain),
    fails: FOREIGN,
    names: DOMAIN,
  },
  { title: "opening the API's policy, beside a domain name that refuses", edit: openApi, fails: [] },
  { title: "opening the domain name's policy, before an API that refuses", edit: openDomain, fails: [] },
  {
    title: "opening the API's policy, and answering by its own names",
    edit: both(openApi, ownNames),
    fails: FOREIGN,
    names: "api-policy",
  },
  {
    title: "one more endpoint in both policies",
    edit: (stack) => {
      const edit = admits(FRIENDS.endpoint, STRANGER)(stack);
      return both(policy(":RestApiPolicy", "api-policy", edit), policy(":DomainName", DOMAIN, edit))(stack);
    },
    fails: FOREIGN,
    names: STRANGER,
  },
  {
    title: "one more endpoint in one policy, and another one in the other",
    edit: (stack) =>
      both(
        policy(":RestApiPolicy", "api-policy", admits(STRANGER)(stack)),
        policy(":DomainName", DOMAIN, admits("vpce-0fedcba9876543210")(stack)),
      )(stack),
    fails: [],
  },
  {
    title: "fewer endpoints than the API is shared with",
    edit: (stack) => policy(":RestApiPolicy", "api-policy", admits()(stack))(stack),
    fails: [],
  },
  {
    title: "the association of a stranger's endpoint with the domain name, which its policy refuses",
    edit: add(
      "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation",
      "foreign",
      (stack) => ({
        accessAssociationSource: STRANGER,
        accessAssociationSourceType: "VPCE",
        domainNameArn: `arn:aws:apigateway:eu-west-1:111122223333:/domainnames/${idOf(stack, ":DomainName", DOMAIN).replace("/", "+")}`,
      }),
    ),
    fails: [],
  },
  {
    title: "the association of a stranger's endpoint with the domain name, and open policies",
    edit: both(
      openApi,
      openDomain,
      add("aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation", "foreign", (stack) => ({
        accessAssociationSource: STRANGER,
        accessAssociationSourceType: "VPCE",
        domainNameArn: `arn:aws:apigateway:eu-west-1:111122223333:/domainnames/${idOf(stack, ":DomainName", DOMAIN).replace("/", "+")}`,
      })),
    ),
    fails: FOREIGN,
    names: DOMAIN,
  },
  {
    title: "removing the endpoint's association with the domain name",
    edit: drop(":DomainNameAccessAssociation", DOMAIN),
    fails: [...INSIDE, PEER],
    names: DOMAIN,
  },
  {
    title: "removing the domain name's record",
    edit: drop(":Record", DOMAIN),
    fails: [...INSIDE, PEER],
    names: DOMAIN,
  },
  {
    title: "removing the domain name's mapping",
    edit: drop(":BasePathMapping", `${DOMAIN}/`),
    fails: [...INSIDE, PEER],
    names: "api",
  },
];

const toSsm = (name: string, cidrIpv4: string): Mutation => ({
  title: `a rule of the SSM endpoint for ${cidrIpv4}`,
  edit: add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name, (stack) => ({
    securityGroupId: idOf(stack, "/securityGroup:SecurityGroup", "ssm-endpoint"),
    cidrIpv4,
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
  })),
  fails: ["peer-shop not-reach ssm-endpoint"],
  names: name,
});

const toPeer = (name: string, cidrIpv4: string, ...more: readonly string[]): Mutation => ({
  title: `a rule of the function for ${cidrIpv4}`,
  edit: add("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", name, (stack) => ({
    securityGroupId: idOf(stack, "/securityGroup:SecurityGroup", "fetcher-function"),
    cidrIpv4,
    ipProtocol: "-1",
  })),
  fails: ["fetcher not-reach peer-shop", ...more],
  names: name,
});

const functionUrl: Edit = both(
  add("aws:lambda/functionUrl:FunctionUrl", "url", (stack) => ({
    functionName: idOf(stack, "/function:Function", "fetcher-function"),
    authorizationType: "NONE",
  })),
  ...["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"].map((action) =>
    add("aws:lambda/permission:Permission", `url-${action.slice(7)}`, (stack) => ({
      function: idOf(stack, "/function:Function", "fetcher-function"),
      action,
      principal: "*",
    })),
  ),
);

const PEERING: readonly Mutation[] = [
  toSsm("peer", "10.40.0.0/16"),
  toSsm("part", "10.40.7.0/24"),
  toSsm("world", "0.0.0.0/0"),
  toPeer("to-peer", "10.40.0.0/16"),
  toPeer("to-private", "10.0.0.0/8"),
  toPeer("to-all", "0.0.0.0/0", "fetcher not-reach internet"),
  {
    title: "a function URL for everyone, which the peer calls over the internet",
    edit: functionUrl,
    fails: ["peer-shop not-reach fetcher", "internet not-reach fetcher"],
    names: "url",
  },
  ...["a", "b"].map((zone) => ({
    title: `a route of public subnet ${zone} back to the peer`,
    edit: add("aws:ec2/route:Route", "back", (stack) => ({
      routeTableId: idOf(stack, "/routeTable:RouteTable", `vpc-public-${zone}`),
      destinationCidrBlock: "10.40.0.0/16",
      vpcPeeringConnectionId: idOf(stack, ":VpcPeeringConnection", "peer-shop"),
    })),
    fails: [`peer-shop not-reach vpc-public-${zone}`],
    names: "back",
  })),
  {
    title: "removing the endpoint's rule for the peer",
    edit: drop(":SecurityGroupIngressRule", "execute-api-from-peer-shop"),
    fails: ["peer-shop reach execute-api-endpoint", PEER],
    names: "execute-api-endpoint",
  },
  {
    title: "removing one route back to the peer",
    edit: drop("/route:Route", "peer-shop-private-b"),
    fails: ["peer-shop reach execute-api-endpoint", PEER],
    names: "vpc-private-b",
  },
  {
    title: "removing the zone's association with the peer",
    edit: drop(":ZoneAssociation", `${DOMAIN}-peer-shop`),
    fails: [PEER],
    names: DOMAIN,
  },
];

export const SHARED: readonly Mutation[] = [...API, ...PEERING];

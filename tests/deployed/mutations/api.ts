import { add, both, drop, type Edit, idOf, type Mutation, policy, set, statements } from "./mutation.js";

// Ways to open or break a private API, in the deployed stack `prod`.

const FOREIGN = ["another VPC not-reach GET /messages", "another account's VPC not-reach GET /messages"];
const OUTSIDE = [
  "internet not-reach GET /messages",
  "VPC without execute-api not-reach GET /messages",
  ...FOREIGN,
];
const INSIDE = ["vpc-private-a reach GET /messages", "vpc-private-b reach GET /messages"];

const FETCHER_IN = "internet not-reach fetcher";

const STRANGER = "vpce-0123456789abcdef0";
const resourcePolicy = (edit: Parameters<typeof policy>[2]): Edit =>
  policy(":RestApiPolicy", "api-policy", edit);
const deny = (edit: Parameters<typeof statements>[1]): Edit => resourcePolicy(statements("Deny", edit));
const denyIf = (condition: unknown): Edit => deny({ Condition: condition });

const opensPolicy = (title: string, edit: Edit, names = "api-policy"): Mutation => ({
  title,
  edit,
  fails: FOREIGN,
  names,
});

const OWN = (stack: Parameters<Edit>[0]) => idOf(stack, ":VpcEndpoint", "execute-api-endpoint");
const OWN_VPC = (stack: Parameters<Edit>[0]) => idOf(stack, "/vpc:Vpc", "vpc-vpc");

const ALLOW_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }],
});

export const API: readonly Mutation[] = [
  opensPolicy(
    "removing the policy's Deny",
    resourcePolicy((all) => all.filter(({ Effect }) => Effect === "Allow")),
  ),
  opensPolicy(
    "allowing every action to every principal",
    set(":RestApiPolicy", "api-policy", {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "*", Resource: "*" },
      }),
    }),
  ),
  opensPolicy(
    "a Deny for one principal instead of everyone",
    deny({ Principal: { AWS: "arn:aws:iam::111122223333:root" } }),
  ),
  opensPolicy(
    "a Deny for everyone but one principal",
    deny({ Principal: undefined, NotPrincipal: { AWS: "*" } }),
  ),
  opensPolicy(
    "a Deny of every action but the call",
    deny({ Action: undefined, NotAction: "execute-api:Invoke" }),
  ),
  opensPolicy("a Deny of another action", deny({ Action: "execute-api:InvalidateCache" })),
  opensPolicy("a Deny of another stage", deny({ Resource: "execute-api:/v2/*" })),
  opensPolicy(
    "a Deny of every resource but the API's",
    deny({ Resource: undefined, NotResource: "execute-api:/*" }),
  ),
  opensPolicy(
    "a Deny by the caller's address, which another VPC may have too",
    denyIf({
      NotIpAddress: { "aws:VpcSourceIp": "10.20.0.0/16" },
    }),
  ),
  opensPolicy("a Deny of public addresses", denyIf({ NotIpAddress: { "aws:VpcSourceIp": "10.0.0.0/8" } })),
  opensPolicy("a Deny of calls without an endpoint", denyIf({ Null: { "aws:SourceVpce": "true" } })),
  opensPolicy(
    "a Deny unless the endpoint has any id",
    denyIf({ StringNotLike: { "aws:SourceVpce": "vpce-*" } }),
  ),
  opensPolicy("a Deny that also asks for another VPC", (stack) =>
    denyIf({
      StringNotEquals: { "aws:SourceVpce": OWN(stack) },
      StringEquals: { "aws:SourceVpc": "vpc-0123456789abcdef0" },
    })(stack),
  ),
  opensPolicy("a Deny that also asks for a header", (stack) =>
    denyIf({
      StringNotEquals: { "aws:SourceVpce": OWN(stack), "aws:UserAgent": "orders" },
    })(stack),
  ),
  opensPolicy("a Deny of one endpoint", denyIf({ StringEquals: { "aws:SourceVpce": STRANGER } })),
  opensPolicy(
    "admitting one more endpoint",
    (stack) => denyIf({ StringNotEquals: { "aws:SourceVpce": [OWN(stack), STRANGER] } })(stack),
    STRANGER,
  ),
  opensPolicy("admitting the endpoints of one more VPC", (stack) =>
    denyIf({
      StringNotEquals: { "aws:SourceVpce": OWN(stack), "aws:SourceVpc": "vpc-0123456789abcdef0" },
    })(stack),
  ),
  opensPolicy("an Allow of every endpoint but the own, and no Deny", (stack) =>
    resourcePolicy(() => [
      {
        Effect: "Allow",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: "execute-api:/*",
        Condition: { StringNotEqualsIfExists: { "aws:SourceVpce": STRANGER } },
      },
    ])(stack),
  ),
  {
    title: "a second policy of the same API",
    edit: add("aws:apigateway/restApiPolicy:RestApiPolicy", "second-policy", (stack) => ({
      restApiId: idOf(stack, "/restApi:RestApi", "api"),
      policy: ALLOW_ALL,
    })),
    fails: [...FOREIGN, ...INSIDE],
    names: "second-policy",
  },
  {
    title: "making the API REGIONAL, with a policy for everyone",
    edit: both(
      set("/restApi:RestApi", "api", { endpointConfiguration: { types: "REGIONAL" } }),
      set(":RestApiPolicy", "api-policy", { policy: ALLOW_ALL }),
    ),
    fails: [...OUTSIDE, ...INSIDE, FETCHER_IN],
  },
  {
    title: "making the API EDGE, without a policy",
    edit: both(
      set("/restApi:RestApi", "api", { endpointConfiguration: { types: "EDGE" } }),
      drop(":RestApiPolicy", "api-policy"),
    ),
    fails: [...OUTSIDE, ...INSIDE, FETCHER_IN],
  },
  {
    title: "making the API REGIONAL, with the policy of a private API",
    edit: set("/restApi:RestApi", "api", { endpointConfiguration: { types: "REGIONAL" } }),
    fails: INSIDE,
    names: "execute-api-endpoint",
  },
  // What neither opens nor breaks.
  {
    title: "a Deny that holds also if the key is absent",
    edit: (stack) => denyIf({ StringNotEqualsIfExists: { "aws:SourceVpce": OWN(stack) } })(stack),
    fails: [],
  },
  {
    title: "a Deny by the own VPC and, beside it, the own addresses",
    edit: (stack) =>
      resourcePolicy(([allow]) => [
        allow,
        {
          ...allow,
          Sid: "A",
          Effect: "Deny",
          Condition: { StringNotEquals: { "aws:SourceVpc": OWN_VPC(stack) } },
        },
        {
          ...allow,
          Sid: "B",
          Effect: "Deny",
          Condition: { NotIpAddress: { "aws:VpcSourceIp": "10.20.0.0/16" } },
        },
      ])(stack),
    fails: [],
  },
  {
    title: "an Allow of the own endpoint and no Deny",
    edit: (stack) =>
      resourcePolicy(([allow]) => [
        { ...allow, Condition: { StringEquals: { "aws:SourceVpce": OWN(stack) } } },
      ])(stack),
    fails: [],
  },
  {
    title: "an association of the API with a stranger's endpoint, which only makes a name",
    edit: set("/restApi:RestApi", "api", ({ endpointConfiguration }, stack) => ({
      endpointConfiguration: { ...Object(endpointConfiguration), vpcEndpointIds: [OWN(stack), STRANGER] },
    })),
    fails: [],
  },
  // What breaks.
  {
    title: "removing the policy",
    edit: drop(":RestApiPolicy", "api-policy"),
    fails: INSIDE,
    names: "api",
  },
  {
    title: "disabling the API's own names",
    edit: set("/restApi:RestApi", "api", { disableExecuteApiEndpoint: true }),
    fails: INSIDE,
    names: "api",
  },
  {
    title: "asking for a signature",
    edit: set(":Method", "api-get-messages", { authorization: "AWS_IAM" }),
    fails: INSIDE,
    names: "api-get-messages",
  },
  {
    title: "asking for an API key that no usage plan has",
    edit: set(":Method", "api-get-messages", { apiKeyRequired: true }),
    fails: INSIDE,
    names: "api-get-messages",
  },
  { title: "removing the stage", edit: drop(":Stage", "api-stage"), fails: INSIDE, names: "api" },
  {
    title: "removing the API's permission to invoke the function",
    edit: drop(":Permission", "api-get-messages"),
    fails: INSIDE,
    names: "fetcher-function",
  },
  {
    title: "a permission for another API",
    edit: set(":Permission", "api-get-messages", {
      sourceArn: "arn:aws:execute-api:eu-west-1:000000000000:abcde12345/*",
    }),
    fails: INSIDE,
    names: "fetcher-function",
  },
  {
    title: "a function that reserves no execution",
    edit: set(":Function", "fetcher-function", { reservedConcurrentExecutions: 0 }),
    fails: INSIDE,
    names: "fetcher-function",
  },
  {
    title: "an endpoint policy for another API",
    edit: policy(
      ":VpcEndpointPolicy",
      "api-endpoint-policy",
      statements("Allow", { Resource: "arn:aws:execute-api:eu-west-1:000000000000:abcde12345/*" }),
    ),
    fails: INSIDE,
    names: "api-endpoint-policy",
  },
  {
    title: "an endpoint of another service",
    edit: set(":VpcEndpoint", "execute-api-endpoint", { serviceName: "com.amazonaws.eu-west-1.lambda" }),
    fails: INSIDE,
    names: "vpc-vpc",
  },
  {
    title: "an endpoint without a security group rule for one zone",
    edit: drop(":SecurityGroupIngressRule", "execute-api-from-private-b"),
    fails: ["vpc-private-b reach GET /messages"],
    names: "execute-api-endpoint",
  },
];

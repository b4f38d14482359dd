import type { Settings } from "../../support/stacks.js";
import { add, both, drop, type Edit, idOf, type Mutation, policy, set } from "./mutation.js";

// Ways to open or break a front door, in the stack `prod` with one for the internet.

export const FRONT_DOOR_SETTINGS: Settings = {
  frontDoor: {
    scheme: "internet-facing",
    domainName: "api.example.com",
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab",
    allowFrom: ["0.0.0.0/0"],
    routes: [
      { path: "/messages" },
      { path: "/pets", api: { id: "a1b2c3d4e5", stage: "prod" }, stripPrefix: true },
    ],
  },
};

const RULE = "front-door-messages-f8dfcb";
const CALLS = [
  "internet reach GET /messages via front-door",
  "front-door reach GET /messages via front-door",
];
const OTHER_API = ["front-door not-reach another API"];
const HOST = (id: string) => `${id}.execute-api.eu-west-1.amazonaws.com`;

const breaks = (title: string, edit: Edit, names: string, fails: readonly string[] = CALLS): Mutation => ({
  title: `the front door: ${title}`,
  edit,
  fails,
  names,
});
const stillProved = (title: string, edit: Edit): Mutation => ({
  title: `the front door: ${title}`,
  edit,
  fails: [],
});

const rewriting = (host: string, regex: string, replace: string) => ({
  transforms: [
    { type: "host-header-rewrite", hostHeaderRewriteConfig: { rewrite: { regex: "^.*$", replace: host } } },
    { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex, replace } } },
  ],
});
const ownApi = (stack: Parameters<Edit>[0]) => idOf(stack, "/restApi:RestApi", "api");
const OPEN_ENDPOINT = policy(":VpcEndpointPolicy", "api-endpoint-policy", () => [
  { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" },
]);
/** A rule that comes before the routes and leads somewhere with the caller's own Host header. */
const openRule = add("aws:lb/listenerRule:ListenerRule", "by-hand", (stack) => ({
  listenerArn: idOf(stack, ":Listener", "front-door-https"),
  priority: 50,
  conditions: [{ pathPattern: { values: ["/*"] } }],
  actions: [{ type: "forward", targetGroupArn: idOf(stack, ":TargetGroup", "front-door-endpoint-pub") }],
}));

export const FRONT_DOOR: readonly Mutation[] = [
  breaks("without its listener", drop(":Listener", "front-door-https"), "front-door"),
  breaks(
    "a listener without TLS",
    set(":Listener", "front-door-https", { protocol: "HTTP" }),
    "front-door-https",
  ),
  breaks("without the route's rule", drop(":ListenerRule", RULE), "front-door-https"),
  breaks(
    "a rule for another path",
    set(":ListenerRule", RULE, { conditions: [{ pathPattern: { values: ["/Messages"] } }] }),
    RULE,
  ),
  breaks(
    "a rule for one address only",
    set(":ListenerRule", RULE, {
      conditions: [{ pathPattern: { values: ["/messages"] } }, { sourceIp: { values: ["203.0.113.7/32"] } }],
    }),
    RULE,
  ),
  breaks(
    "a rule that answers all before it",
    set(":ListenerRule", "front-door-refuse-api-id", { conditions: [{ pathPattern: { values: ["/*"] } }] }),
    RULE,
  ),
  breaks(
    "the Host header of another API",
    set(":ListenerRule", RULE, rewriting(HOST("z9y8x7w6v5"), "^/(.*)$", "/v1/$1")),
    RULE,
  ),
  breaks(
    "another stage",
    (stack) => set(":ListenerRule", RULE, rewriting(HOST(ownApi(stack)), "^/(.*)$", "/v2/$1"))(stack),
    RULE,
  ),
  breaks(
    "a rewrite that changes nothing",
    (stack) => set(":ListenerRule", RULE, rewriting(HOST(ownApi(stack)), "^/pets", "/v1"))(stack),
    RULE,
  ),
  breaks("no rewrite", set(":ListenerRule", RULE, { transforms: [] }), "front-door-https"),
  breaks(
    "a rule that has callers sign in",
    set(":ListenerRule", RULE, ({ actions }) => ({
      actions: [{ type: "authenticate-oidc", order: 1 }, ...(Array.isArray(actions) ? actions : [])],
    })),
    RULE,
  ),
  breaks(
    "no registered target",
    both(
      drop(":TargetGroupAttachment", "front-door-endpoint-a"),
      drop(":TargetGroupAttachment", "front-door-endpoint-b"),
    ),
    "front-door-endpoint-pub",
  ),
  breaks(
    "a target that the endpoint has no more",
    set(":TargetGroupAttachment", "front-door-endpoint-a", { targetId: "10.20.0.77" }),
    "front-door-endpoint-pub",
  ),
  breaks(
    "a target group that speaks HTTP",
    set(":TargetGroup", "front-door-endpoint-pub", { protocol: "HTTP" }),
    "front-door-endpoint-pub",
  ),
  breaks(
    "without its way to the endpoint",
    drop(":SecurityGroupEgressRule", "front-door-to-endpoint"),
    "front-door",
  ),
  breaks(
    "an endpoint that does not admit it",
    drop(":SecurityGroupIngressRule", "execute-api-from-front-door"),
    "execute-api-endpoint",
  ),
  breaks("an internal load balancer", set(":LoadBalancer", "front-door", { internal: true }), "front-door", [
    "internet reach GET /messages via front-door",
  ]),
  breaks(
    "a load balancer in subnets without an internet gateway",
    (stack) =>
      set(":LoadBalancer", "front-door", {
        subnets: ["vpc-private-a", "vpc-private-b"].map((name) => idOf(stack, "/subnet:Subnet", name)),
      })(stack),
    "vpc-private-a",
    ["internet reach GET /messages via front-door"],
  ),
  breaks(
    "nobody who may connect",
    drop(":SecurityGroupIngressRule", "front-door-https-from-0-0-0-0-0"),
    "front-door",
    ["internet reach GET /messages via front-door"],
  ),
  breaks(
    "a port 80 that forwards",
    (stack) =>
      both(
        add("aws:lb/listenerRule:ListenerRule", "in-clear-text", {
          listenerArn: idOf(stack, ":Listener", "front-door-http"),
          priority: 1,
          conditions: [{ pathPattern: { values: ["/messages"] } }],
          actions: [
            { type: "forward", targetGroupArn: idOf(stack, ":TargetGroup", "front-door-endpoint-pub") },
          ],
          ...rewriting(HOST(ownApi(stack)), "^/(.*)$", "/v1/$1"),
        }),
      )(stack),
    "in-clear-text",
    ["internet not-reach GET /messages via front-door:80"],
  ),
  breaks(
    "a rule with the caller's own Host header, and an endpoint that serves every API",
    both(openRule, OPEN_ENDPOINT),
    "by-hand",
    [...CALLS, ...OTHER_API],
  ),
  breaks(
    "without the rule that refuses the header of API Gateway, and an endpoint that serves every API",
    both(drop(":ListenerRule", "front-door-refuse-api-id"), OPEN_ENDPOINT),
    "front-door-",
    OTHER_API,
  ),
  breaks(
    "a way out for it to everything",
    set(":SecurityGroupEgressRule", "front-door-to-endpoint", {
      referencedSecurityGroupId: undefined,
      cidrIpv4: "0.0.0.0/0",
    }),
    "front-door",
    ["front-door not-reach internet"],
  ),
  breaks(
    "a way out for it to everything, and another endpoint that admits it",
    (stack) =>
      both(
        set(":SecurityGroupEgressRule", "front-door-to-endpoint", {
          referencedSecurityGroupId: undefined,
          cidrIpv4: "0.0.0.0/0",
        }),
        add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ssm-from-front-door", {
          securityGroupId: idOf(stack, "/securityGroup:SecurityGroup", "ssm-endpoint"),
          referencedSecurityGroupId: idOf(stack, "/securityGroup:SecurityGroup", "front-door"),
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
        }),
      )(stack),
    "front-door",
    ["front-door not-reach internet", "front-door not-reach ssm-endpoint"],
  ),
  breaks(
    "a REGIONAL API",
    set("/restApi:RestApi", "api", { endpointConfiguration: { types: "REGIONAL" } }),
    "api",
    [...CALLS, "vpc-private-a reach GET /messages", "vpc-private-b reach GET /messages"],
  ),
  stillProved(
    "a health check that expects 200, because the load balancer then sends to all targets",
    set(":TargetGroup", "front-door-endpoint-pub", { healthCheck: { protocol: "HTTPS", matcher: "200" } }),
  ),
  stillProved(
    "a rule for another API, which the endpoint's policy refuses",
    set(":ListenerRule", "front-door-pets-eabb5a", rewriting(HOST("z9y8x7w6v5"), "^/(.*)$", "/prod/$1")),
  ),
];

import { REGION, type Stack, vpcStack } from "../../graph/fixtures.js";

export const HOST = `api-id.execute-api.${REGION}.amazonaws.com`;

/** The transforms of a rule: a Host header, and a prefix of the path in the place of another one. */
export function rewriting(host: string, from: string, to: string) {
  return {
    transforms: [
      { type: "host-header-rewrite", hostHeaderRewriteConfig: { rewrite: { regex: "^.*$", replace: host } } },
      { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: from, replace: to } } },
    ],
  };
}

const REFUSAL = [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }];

/**
 * The network with an internet-facing load balancer `front` before the private API: `/messages` and what is below it
 * lead to the stage `live`, everything else is answered 404.
 */
export function frontDoorStack(): Stack {
  return vpcStack()
    .with("execute-api-endpoint", {
      subnetConfigurations: [
        { subnetId: "private-a-id", ipv4: "10.20.10.50" },
        { subnetId: "private-b-id", ipv4: "10.20.11.50" },
      ],
    })
    .with("api-group", {})
    .without("api-from-vpc")
    .add("ingress", "api-from-front", {
      securityGroupId: "api-group-id",
      referencedSecurityGroupId: "front-group-id",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    })
    .add("group", "front-group", { vpcId: "vpc-id" })
    .add("ingress", "front-from-internet", {
      securityGroupId: "front-group-id",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    })
    .add("ingress", "front-from-internet-http", {
      securityGroupId: "front-group-id",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 80,
      toPort: 80,
    })
    .add("egress", "front-to-api", {
      securityGroupId: "front-group-id",
      referencedSecurityGroupId: "api-group-id",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    })
    .add("loadBalancer", "front", {
      loadBalancerType: "application",
      internal: false,
      subnets: ["public-a-id", "public-b-id"],
      securityGroups: ["front-group-id"],
      dnsName: `front-1.${REGION}.elb.amazonaws.com`,
    })
    .add("targetGroup", "apis", {
      targetType: "ip",
      protocol: "HTTPS",
      port: 443,
      vpcId: "vpc-id",
      healthCheck: { protocol: "HTTPS", path: "/", matcher: "403" },
    })
    .add("registration", "target-a", { targetGroupArn: "apis-id", targetId: "10.20.10.50", port: 443 })
    .add("registration", "target-b", { targetGroupArn: "apis-id", targetId: "10.20.11.50", port: 443 })
    .add("listener", "https", {
      loadBalancerArn: "front-id",
      port: 443,
      protocol: "HTTPS",
      certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1",
      defaultActions: REFUSAL,
    })
    .add("listener", "http", {
      loadBalancerArn: "front-id",
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
    })
    .add("listenerRule", "no-api-header", {
      listenerArn: "https-id",
      priority: 1,
      actions: REFUSAL,
      conditions: [{ httpHeader: { httpHeaderName: "x-apigw-api-id", values: ["*"] } }],
    })
    .add("listenerRule", "messages-rule", {
      listenerArn: "https-id",
      priority: 100,
      actions: [{ type: "forward", targetGroupArn: "apis-id" }],
      conditions: [{ pathPattern: { values: ["/messages", "/messages/*"] } }],
      ...rewriting(HOST, "^/", "/live/"),
    });
}

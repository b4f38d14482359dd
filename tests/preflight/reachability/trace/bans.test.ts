import { expect } from "chai";
import { UNKNOWN } from "../../../../preflight/resources/unknown.js";
import { allow, REGION, vpcStack } from "../../graph/fixtures.js";
import { ask, ban, expectBlocked, expectReachable } from "../support.js";

describe("a ban on one of several ways", () => {
  it("is broken by the one open interface of an endpoint, and a requirement by the one blocked", () => {
    const inA = { subnetIds: ["private-a-id"], securityGroupIds: ["fetcher-group-id"] };
    const stack = vpcStack().with("fetcher", { vpcConfig: inA });
    const closed = stack.add("acl", "acl", { vpcId: "vpc-id", subnetIds: ["private-b-id"] });
    expectReachable(ask(stack, "fetcher", "ssm"));
    expectBlocked(ask(closed, "fetcher", "ssm"), "acl", "SUBNET_ACL_RESTRICTION");
    expect(ban(closed, "fetcher", "ssm", 443)).to.equal("unknown");
    const shut = closed.without("fetcher-out");
    expect(ban(shut, "fetcher", "ssm", 443)).to.equal("holds");
  });

  const one = vpcStack()
    .without("api-from-vpc")
    .with("api-policy", { policy: allow("execute-api:Invoke", "execute-api:/*", { Principal: "*" }) });
  const two = (privateDnsEnabled: boolean, group: unknown) =>
    one.with("execute-api-endpoint", { privateDnsEnabled }).add("endpoint", "other-endpoint", {
      vpcId: "vpc-id",
      serviceName: `com.amazonaws.${REGION}.execute-api`,
      vpcEndpointType: "Interface",
      subnetIds: ["private-a-id", "private-b-id"],
      securityGroupIds: [group],
      privateDnsEnabled: false,
      policy: allow("execute-api:Invoke", "*", { Principal: "*" }),
    });
  const open = (privateDns: boolean) =>
    two(privateDns, "open-group-id").add("group", "open-group", {
      vpcId: "vpc-id",
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.20.0.0/16"] }],
    });
  const FROM = "private subnets";
  const METHOD = "GET /messages";

  it("is broken by another endpoint, of which something is not known", () => {
    expect(ban(one, FROM, METHOD, 443)).to.equal("holds");
    expect(ban(two(false, UNKNOWN), FROM, METHOD, 443)).to.equal("unknown");
    expect(ban(two(true, UNKNOWN), FROM, METHOD, 443)).to.equal("unknown");
  });

  it("is broken by another endpoint's own name, which no requirement counts on beside private DNS", () => {
    expect(ban(open(false), FROM, METHOD, 443)).to.equal("reachable");
    expect(ban(open(true), FROM, METHOD, 443)).to.equal("unknown");
    expectBlocked(ask(open(true), FROM, METHOD), "api-group", "SG_HAS_NO_RULES");
  });
});

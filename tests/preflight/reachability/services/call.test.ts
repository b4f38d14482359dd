import { expect } from "chai";
import { isolatedStack, vpcStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

describe("callService through a gateway endpoint", () => {
  it("prefers the endpoint to the default route, and goes through NAT without it", () => {
    expectReachable(ask(vpcStack(), "fetcher", "dynamodb"), "gateway-endpoint");
    const verdict = ask(vpcStack().with("dynamodb-endpoint", { routeTableIds: [] }), "fetcher", "dynamodb");
    expectReachable(verdict, "nat");
    expect(verdict).to.have.nested.property("passedOver.code", "VPCE_NOT_IN_ROUTE_TABLE");
  });

  it("accepts an egress rule on the prefix list, which allows nothing else", () => {
    const stack = vpcStack()
      .lacking("fetcher-out", "cidrIpv4")
      .with("fetcher-out", { prefixListId: "pl-dynamodb" });
    expectReachable(ask(stack, "fetcher", "dynamodb"), "gateway-endpoint");
    expectBlocked(ask(stack, "fetcher", "internet"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
    expectBlocked(ask(stack, "fetcher", "ssm"), "fetcher-group", "ENI_SG_RULES_MISMATCH");
  });

  it("reads route table associations from separate resources", () => {
    const stack = isolatedStack().lacking("dynamodb-endpoint", "routeTableIds");
    const associated = ["a", "b"].reduce(
      (each, zone) =>
        each.add("endpointTable", `into-${zone}`, {
          vpcEndpointId: "dynamodb-endpoint-id",
          routeTableId: `private-table-${zone}-id`,
        }),
      stack,
    );
    expectReachable(ask(associated, "fetcher", "dynamodb"), "gateway-endpoint");
  });

  it("follows a separate endpoint policy", () => {
    const stack = vpcStack().add("endpointPolicy", "closed", {
      vpcEndpointId: "dynamodb-endpoint-id",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }],
      }),
    });
    expectBlocked(ask(stack, "fetcher", "dynamodb"), "dynamodb-endpoint", "VPCE_POLICY_DENIES");
  });
});

describe("callService of another Region", () => {
  const gateway = {
    vpcId: "vpc-id",
    serviceName: "com.amazonaws.eu-west-1.s3",
    vpcEndpointType: "Gateway",
    routeTableIds: ["private-table-a-id", "private-table-b-id"],
  };
  const everything = {
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    }),
  };
  const bare = isolatedStack().with("fetcher-policy", everything);
  const isolated = bare.add("endpoint", "s3-endpoint", gateway);
  const natOnly = vpcStack().with("fetcher-policy", everything);
  const withNat = natOnly.add("endpoint", "s3-endpoint", gateway);

  it("goes past the endpoints of the own Region", () => {
    expectReachable(ask(withNat, "fetcher", "s3"), "gateway-endpoint");
    const verdict = ask(withNat, "fetcher", "s3 in us-east-1");
    expectReachable(verdict, "nat");
    expect(verdict).to.have.nested.property("passedOver.code", "VPCE_SERVES_OTHER_REGION");
    expectBlocked(ask(isolated, "fetcher", "s3 in us-east-1"), "s3-endpoint", "VPCE_SERVES_OTHER_REGION");
    expectReachable(ask(isolated, "fetcher", "ssm in eu-west-1"), "interface-endpoint");
    expectBlocked(ask(isolated, "fetcher", "ssm in us-east-1"), "ssm-endpoint", "VPCE_SERVES_OTHER_REGION");
  });

  it("does not know the Region of a bucket outside the stack", () => {
    expectUnknown(ask(isolated, "fetcher", "photos.s3.amazonaws.com"), "arn:aws:s3:::photos");
    expectBlocked(
      ask(bare, "fetcher", "photos.s3.amazonaws.com"),
      "private-table-a",
      "NO_ROUTE_TO_DESTINATION",
    );
  });

  it("leaves open what leads to a service of all Regions if an endpoint may", () => {
    const iam = { serviceName: "com.amazonaws.iam", privateDnsEnabled: true };
    const ssm = { serviceName: "com.amazonaws.us-east-1.iam" };
    expectReachable(
      ask(bare.with("ssm-endpoint", iam).lacking("ssm-endpoint", "policy"), "fetcher", "iam"),
      "interface-endpoint",
    );
    expectUnknown(ask(natOnly.with("ssm-endpoint", ssm), "fetcher", "iam"), "ssm-endpoint");
  });
});

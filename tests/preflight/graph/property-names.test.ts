import { expect } from "chai";
import { graphFromResources } from "../../../preflight/graph/index.js";

describe("a security group from another build of the provider", () => {
  const groupWith = (properties: Record<string, unknown>) => {
    const urn = "urn:pulumi:s::p::aws:ec2/securityGroup:SecurityGroup::group";
    const [group] = graphFromResources([
      { urn, type: "aws:ec2/securityGroup:SecurityGroup", name: "group", id: "sg-1", properties },
    ]).securityGroups.values();
    return group;
  };
  const rule = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/8"] };

  it("has its inline rules, whether they are called ingress or ingresses", () => {
    const released = groupWith({ vpcId: "vpc-1", ingress: [rule], egress: [rule, rule] });
    expect(groupWith({ vpcId: "vpc-1", ingresses: [rule], egresses: [rule, rule] })).to.deep.equal(released);
    expect(released?.ingress).to.have.length(1);
    expect(released?.egress).to.have.length(2);
  });
});

import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../../preflight/graph/index.js";

type Bag = Record<string, unknown>;
const TYPE = "aws:ec2/securityGroup:SecurityGroup";

describe("resourcesFromExport: security groups", () => {
  const groupOf = (inputs: Bag, outputs: Bag, more: Bag = {}) => {
    const resource = {
      urn: `urn:pulumi:s::p::${TYPE}::group`,
      type: TYPE,
      id: "sg-1",
      inputs,
      outputs,
      ...more,
    };
    const exported = { version: 3, deployment: { resources: [resource] } };
    return [...graphFromResources(resourcesFromExport(exported)).securityGroups.values()][0];
  };
  const rule = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/8"] };

  it("reads inline rules from ingress and from ingresses", () => {
    const released = groupOf({ ingress: [rule], egress: [rule] }, { ingress: [rule], egress: [rule] });
    expect(released?.ingress).to.have.length(1);
    expect(released?.egress).to.have.length(1);
    const other = groupOf({ ingresses: [rule], egresses: [rule] }, { ingresses: [rule], egresses: [rule] });
    expect(other).to.deep.equal(released);
  });

  it("marks rules that are only in the provider's copy as unexplained", () => {
    const refreshed = groupOf({ vpcId: "vpc-1" }, { vpcId: "vpc-1", ingress: [rule], egresses: [rule] });
    expect(refreshed?.ingress.map(({ isUnexplained }) => isUnexplained)).to.deep.equal([true]);
    expect(refreshed?.egress.map(({ isUnexplained }) => isUnexplained)).to.deep.equal([true]);
  });

  it("keeps the rules of a group that the stack only reads", () => {
    expect(groupOf({}, { ingress: [rule] }, { external: true })?.ingress).to.have.length(1);
  });
});

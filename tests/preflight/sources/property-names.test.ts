import { expect } from "chai";
import { graphFromResources, resourcesFromExport } from "../../../preflight/graph/index.js";

type Bag = Record<string, unknown>;
const TYPE = "aws:ec2/securityGroup:SecurityGroup";

describe("a deployed security group", () => {
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

  it("has the inline rules that were written, whether they are called ingress or ingresses", () => {
    const released = groupOf({ ingress: [rule], egress: [rule] }, { ingress: [rule], egress: [rule] });
    expect(released?.ingress).to.have.length(1);
    expect(released?.egress).to.have.length(1);
    const other = groupOf({ ingresses: [rule], egresses: [rule] }, { ingresses: [rule], egresses: [rule] });
    expect(other).to.deep.equal(released);
  });

  it("has no rule that only the provider's copy of them still has", () => {
    const refreshed = groupOf({ vpcId: "vpc-1" }, { vpcId: "vpc-1", ingress: [rule], egresses: [rule] });
    expect(refreshed?.ingress).to.deep.equal([]);
    expect(refreshed?.egress).to.deep.equal([]);
  });

  it("has the rules that were found where the stack only reads it", () => {
    expect(groupOf({}, { ingress: [rule] }, { external: true })?.ingress).to.have.length(1);
  });
});

import { expect } from "chai";
import { type EngineResource, sourceResources } from "../../../preflight/sources/policy-engine/resources.js";

const urnOf = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

function resource(
  type: string,
  name: string,
  props: object,
  dependencies: Record<string, string[]> = {},
): EngineResource {
  const propertyDependencies = Object.fromEntries(
    Object.entries(dependencies).map(([property, urns]) => [property, urns.map((urn) => ({ urn }))]),
  );
  return { urn: urnOf(type, name), type, name, props, propertyDependencies };
}

describe("the rules that the provider copies into a security group's outputs", () => {
  const ingress = [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/8"] }];
  const group = resource(GROUP, "group", { id: "sg-1", ingress });
  const rule = resource(RULE, "rule", { id: "sgr-1", securityGroupId: "sg-2" });

  it("do not count in a stack that writes rules one by one: the copy may have one that is gone", () => {
    expect(sourceResources([group, rule])[0]?.properties).to.deep.equal({ id: "sg-1" });
  });

  it("count where nothing else writes rules", () => {
    expect(sourceResources([group])[0]?.properties).to.deep.equal({ id: "sg-1", ingress });
  });

  it("count where they come from another resource, as only written ones do", () => {
    const written = resource(GROUP, "group", { id: "sg-1", ingress }, { ingress: [urnOf(GROUP, "other")] });
    expect(sourceResources([written, rule])[0]?.properties).to.deep.equal({ id: "sg-1", ingress });
  });
});

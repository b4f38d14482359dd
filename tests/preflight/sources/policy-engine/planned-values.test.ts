import { expect } from "chai";
import { type SourceResource, UNKNOWN } from "../../../../preflight/graph/index.js";
import {
  plannedValues,
  withPlannedValues,
} from "../../../../preflight/sources/policy-engine/planned-values.js";
import { stackOf } from "../../../policy/support.js";

const urnOf = (type: string, name: string) => `urn:pulumi:test::project::${type}::${name}`;

function resource(type: string, name: string, more: Partial<SourceResource> = {}): SourceResource {
  return { urn: urnOf(type, name), type, name, properties: {}, ...more };
}

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const POLICY = "aws:apigateway/restApiPolicy:RestApiPolicy";
const endpoint = resource(ENDPOINT, "endpoint");
const policy = resource(POLICY, "policy", { properties: { policy: UNKNOWN } });

function plan(value: unknown): SourceResource {
  return resource("lambda-networking:api:RestApi", "api", { properties: { planned: [value] } });
}

const naming = (urn: string) => ({ resource: policy.urn, property: "policy", value: `only {{${urn}}} may` });

function planned(...resources: readonly SourceResource[]): ReadonlyMap<string, SourceResource> {
  return new Map(withPlannedValues(resources).map((each) => [each.name, each]));
}

describe("withPlannedValues", () => {
  it("fills in an unknown property with a resource's id if it has one", () => {
    const found = planned({ ...endpoint, id: "vpce-1" }, policy, plan(naming(endpoint.urn)));
    expect(found.get("policy")?.properties.policy).to.equal("only vpce-1 may");
  });

  it("gives a resource that does not exist yet a unique id in the form of its type", () => {
    const found = planned(endpoint, policy, plan(naming(endpoint.urn)));
    const id = found.get("endpoint")?.id;
    expect(id).to.match(/^vpce-[0-9a-f]{17}$/);
    expect(found.get("policy")?.properties.policy).to.equal(`only ${id} may`);
    const other = planned(resource(ENDPOINT, "other"), policy, plan(naming(urnOf(ENDPOINT, "other"))));
    expect(other.get("other")?.id).not.to.equal(id);
  });

  it("keeps known values", () => {
    const known = { ...policy, properties: { policy: "nobody may" } };
    const found = planned(endpoint, known, plan(naming(endpoint.urn)));
    expect(found.get("policy")?.properties.policy).to.equal("nobody may");
  });

  for (const [what, value] of [
    ["names a resource that is not in the stack", naming(urnOf(ENDPOINT, "gone"))],
    ["is not known itself", UNKNOWN],
    ["has an unknown text", { ...naming(endpoint.urn), value: UNKNOWN }],
    ["is of another form", "text"],
  ] as const) {
    it(`leaves a value unknown if the plan ${what}`, () => {
      expect(planned(endpoint, policy, plan(value)).get("policy")?.properties.policy).to.equal(UNKNOWN);
    });
  }

  for (const stack of ["dev", "prod"] as const) {
    it(`plans exactly the values that ${stack} deploys`, async () => {
      const { resources } = await stackOf(stack, false);
      const plans = resources.flatMap(plannedValues);
      expect(plans).not.to.deep.equal([]);
      const forgotten = resources.map((each) => ({
        ...each,
        properties: {
          ...each.properties,
          ...Object.fromEntries(
            plans.filter((one) => one.resource === each.urn).map(({ property }) => [property, UNKNOWN]),
          ),
        },
      }));
      const filled = new Map(withPlannedValues(forgotten).map(({ urn, properties }) => [urn, properties]));
      for (const { urn, properties } of resources) expect(filled.get(urn), urn).to.deep.equal(properties);
    });
  }
});

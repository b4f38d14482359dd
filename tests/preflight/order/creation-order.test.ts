import { expect } from "chai";
import fc from "fast-check";
import type { SourceResource } from "../../../preflight/graph/index.js";
import { CreationOrder } from "../../../preflight/order/creation-order.js";

type Given = Partial<Omit<SourceResource, "urn">>;

/** An order of resources whose URNs are their names. */
function orderOf(given: Readonly<Record<string, Given>>): CreationOrder {
  const resources = Object.entries(given).map(([urn, more]): SourceResource => {
    return { urn, type: "aws:ec2/vpc:Vpc", name: urn, properties: {}, ...more };
  });
  return new CreationOrder(new Map(resources.map((resource) => [resource.urn, resource])));
}

const earlier = (given: Readonly<Record<string, Given>>, urn: string) =>
  [...orderOf(given).before(urn)].sort();

describe("CreationOrder", () => {
  it("follows dependencies and dependencies of properties, at any distance", () => {
    const stack = {
      vpc: {},
      group: { propertyDependencies: { vpcId: ["vpc"] } },
      rule: { dependencies: ["group"] },
      alias: { dependencies: ["rule"] },
      other: {},
    };
    expect(earlier(stack, "alias")).to.deep.equal(["group", "rule", "vpc"]);
    expect(earlier(stack, "vpc")).to.deep.equal([]);
  });

  it("puts a parent before its child, but no other child of the parent", () => {
    const stack = {
      component: { isComponent: true },
      rule: { parent: "component" },
      alias: { parent: "component" },
    };
    expect(earlier(stack, "alias")).to.deep.equal(["component"]);
  });

  it("puts what a component waits for before the component's children", () => {
    const stack = {
      policy: {},
      component: { isComponent: true, dependencies: ["policy"] },
      inner: { isComponent: true, parent: "component" },
      alias: { parent: "inner" },
    };
    expect(earlier(stack, "alias")).to.deep.equal(["component", "inner", "policy"]);
  });

  it("puts every resource in a component before what depends on the component", () => {
    const stack = {
      vpc: {},
      network: { isComponent: true },
      routes: { isComponent: true, parent: "network" },
      route: { parent: "routes", dependencies: ["vpc"] },
      alias: { dependencies: ["network"] },
    };
    expect(earlier(stack, "alias")).to.deep.equal(["network", "route", "routes", "vpc"]);
  });

  it("does not let a child wait for its siblings because it depends on its own component", () => {
    const stack = {
      component: { isComponent: true },
      rule: { parent: "component" },
      alias: { parent: "component", dependencies: ["component"] },
    };
    expect(earlier(stack, "alias")).to.deep.equal(["component"]);
  });

  it("does not take a child of a resource for a part of it", () => {
    const stack = {
      bucket: {},
      policy: { parent: "bucket" },
      alias: { dependencies: ["bucket"] },
    };
    expect(earlier(stack, "alias")).to.deep.equal(["bucket"]);
  });

  it("puts a provider, and what its configuration comes from, before its resources", () => {
    const stack = {
      role: {},
      provider: { type: "pulumi:providers:aws", dependencies: ["role"] },
      route: { provider: "provider" },
    };
    expect(earlier(stack, "route")).to.deep.equal(["provider", "role"]);
  });

  it("ignores what is not in the stack", () => {
    expect(earlier({ alias: { dependencies: ["urn:elsewhere"], parent: "gone" } }, "alias")).to.deep.equal(
      [],
    );
    expect(earlier({}, "alias")).to.deep.equal([]);
  });

  it("ends on a circle, which a damaged export may have", () => {
    const stack = {
      a: { dependencies: ["b"], parent: "c" },
      b: { dependencies: ["a"] },
      c: { isComponent: true, parent: "c", dependencies: ["c", "a"] },
    };
    expect(earlier(stack, "a")).to.deep.equal(["b", "c"]);
  });

  it("tells whether there are dependencies at all", () => {
    expect(orderOf({ a: {}, b: { dependencies: [], propertyDependencies: { x: [] } } }).isTold).to.equal(
      false,
    );
    expect(orderOf({ a: {}, b: { propertyDependencies: { x: ["a"] } } }).isTold).to.equal(true);
  });

  it("is transitive and has no resource before itself, for any stack", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const name = fc.constantFrom(...names);
    const resource: fc.Arbitrary<Given> = fc.record(
      {
        dependencies: fc.array(name, { maxLength: 3 }),
        parent: name,
        isComponent: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(resource, { minLength: 6, maxLength: 6 }), (given) => {
        const order = orderOf(Object.fromEntries(given.map((each, i) => [names[i] ?? "", each])));
        for (const each of names) {
          const all = order.before(each);
          expect(all.has(each)).to.equal(false);
          for (const one of all) {
            for (const another of order.before(one)) if (another !== each) expect(all).to.include(another);
          }
        }
      }),
    );
  });
});

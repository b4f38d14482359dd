import { expect } from "chai";
import { resourcesFromExport, type SourceResource } from "../../../preflight/graph/index.js";
import { type EngineResource, sourceResources } from "../../../preflight/sources/policy-engine/resources.js";
import { PROVIDER_COPIES } from "../../../preflight/sources/provider-copies.js";

const ROWS = PROVIDER_COPIES.flatMap(
  ({ types, properties, writtenBy, isWhole = false, isKeptAtPreview = false }) =>
    types.flatMap((type) =>
      properties.flatMap((property) =>
        writtenBy.map((writer) => ({ type, property, writer, isWhole, isKeptAtPreview })),
      ),
    ),
);
const URN = "urn:pulumi:s::p::t::resource";
const WRITER_URN = "urn:pulumi:s::p::t::writer";
const STALE = ["an entry of a resource that is gone"];

type Bag = Readonly<Record<string, unknown>>;

function fromExport(type: string, writer: string, inputs: Bag, outputs: Bag): SourceResource | undefined {
  const resources = [
    { urn: URN, type, id: "id-1", inputs, outputs },
    { urn: WRITER_URN, type: writer, id: "id-2", inputs: { of: "id-1" }, outputs: { of: "id-1" } },
  ];
  return resourcesFromExport({ version: 3, deployment: { resources } })[0];
}

function fromEngine(
  type: string,
  writer: string | undefined,
  outputs: Bag,
  written?: readonly string[],
): SourceResource | undefined {
  const resources: EngineResource[] = [
    { urn: URN, type, name: "resource", props: outputs, propertyDependencies: {} },
  ];
  if (writer !== undefined) {
    const props = { id: "id-2", of: "id-1" };
    resources.push({ urn: WRITER_URN, type: writer, name: "writer", props, propertyDependencies: {} });
  }
  return sourceResources(resources, written && new Map([[URN, written]]))[0];
}

describe("PROVIDER_COPIES", () => {
  for (const { type, property, writer, isWhole, isKeptAtPreview } of ROWS) {
    describe(`${property} of ${type}, written by ${writer}`, () => {
      const outputs = { id: "id-1", tags: { a: "b" }, [property]: STALE };

      const { [property]: _, ...rest } = outputs;

      it("sets a copy of an export apart as found, because it may be stale or changed by hand", () => {
        const deployed = fromExport(type, writer, { tags: { a: "b" } }, outputs);
        expect(deployed?.properties).to.deep.equal({ id: "id-1", tags: { a: "b" } });
        expect(deployed?.found).to.deep.equal({ [property]: STALE });
      });

      it("finds nothing in an empty copy", () => {
        for (const empty of [[], "", null])
          expect(fromExport(type, writer, { tags: {} }, { [property]: empty })).not.to.have.property("found");
      });

      it(`${isKeptAtPreview ? "keeps" : "leaves out"} a copy of the policy pack's resources`, () => {
        for (const present of [writer, undefined]) {
          const seen = fromEngine(type, present, outputs, ["tags"]);
          expect(seen?.properties).to.deep.equal(isKeptAtPreview ? outputs : rest);
          expect(seen).not.to.have.property("found");
        }
      });

      it("keeps what the program wrote, in an export and in the policy pack's resources", () => {
        const inputs = { tags: { a: "b" }, [property]: STALE };
        const deployed = fromExport(type, writer, inputs, outputs);
        expect(deployed?.properties).to.deep.equal(outputs);
        expect(deployed).not.to.have.property("found");
        expect(fromEngine(type, writer, outputs, Object.keys(inputs))?.properties).to.deep.equal(outputs);
      });

      it(`${isWhole ? "keeps" : "leaves out"} a value without dependencies if the inputs are unknown`, () => {
        const seen = fromEngine(type, writer, outputs)?.properties;
        expect(seen && property in seen).to.equal(isWhole);
        expect(fromEngine(type, undefined, outputs)?.properties).to.deep.equal(outputs);
      });

      it("keeps known values of a resource that does not exist yet, because there is nothing to copy", () => {
        expect(fromEngine(type, writer, { [property]: STALE })?.properties).to.deep.equal({
          [property]: STALE,
        });
      });
    });
  }
});

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

describe("sourceResources: rules in a security group's outputs", () => {
  const ingress = [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/8"] }];
  const group = resource(GROUP, "group", { id: "sg-1", ingress });
  const rule = resource(RULE, "rule", { id: "sgr-1", securityGroupId: "sg-2" });

  it("ignores them in a stack with separate rules, because the copy may contain a removed one", () => {
    expect(sourceResources([group, rule])[0]?.properties).to.deep.equal({ id: "sg-1" });
  });

  it("keeps them if the stack has no separate rules", () => {
    expect(sourceResources([group])[0]?.properties).to.deep.equal({ id: "sg-1", ingress });
  });

  it("keeps them if they depend on another resource, because only written rules do", () => {
    const written = resource(GROUP, "group", { id: "sg-1", ingress }, { ingress: [urnOf(GROUP, "other")] });
    expect(sourceResources([written, rule])[0]?.properties).to.deep.equal({ id: "sg-1", ingress });
  });
});

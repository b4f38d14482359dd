import { expect } from "chai";
import {
  type EngineResource,
  sourceResources,
} from "../../../../preflight/sources/policy-engine/resources.js";
import { viewStack } from "../../../../preflight/sources/policy-engine/stack-view.js";

const PROVIDER = "urn:pulumi:prod::shop::pulumi:providers:aws::us";
const QUEUE = "urn:pulumi:prod::shop::aws:sqs/queue:Queue::orders";

const queue: EngineResource = {
  urn: QUEUE,
  type: "aws:sqs/queue:Queue",
  name: "orders",
  props: { id: "orders", name: "orders" },
  provider: {
    urn: `${PROVIDER}::0d1f7a3e-0000-4000-8000-000000000000`,
    type: "pulumi:providers:aws",
    name: "us",
    props: { region: "us-east-1" },
  },
  propertyDependencies: {},
};

describe("sourceResources", () => {
  it("keeps the provider of a resource, and adds it if the engine does not list it", () => {
    expect(sourceResources([queue]).map(({ urn, provider }) => [urn, provider])).to.deep.equal([
      [PROVIDER, undefined],
      [QUEUE, PROVIDER],
    ]);
    expect(viewStack([queue]).graph.homeOf(QUEUE).region).to.equal("us-east-1");
  });
});

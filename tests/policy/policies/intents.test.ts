import { expect } from "chai";
import { pinsFor } from "../../../policy/pins.js";
import { capacityViolations } from "../../../policy/policies/capacity.js";
import { costViolations } from "../../../policy/policies/cost.js";
import { brokenIntents, undecidedIntents } from "../../../policy/policies/intents.js";
import { checkNoConfig } from "../../../policy/policies/policy-config.js";
import { publicAddress } from "../../../policy/policies/public-addresses.js";
import { UNKNOWN } from "../../../preflight/graph/index.js";
import { type EngineResource, sourceResources } from "../../../preflight/sources/policy-engine/resources.js";
import { viewStack } from "../../../preflight/sources/policy-engine/stack-view.js";
import { TEST_PROJECT } from "../../support/test-project.js";
import { engineResources, guarded, stackOf } from "../support.js";

type Change = (resource: EngineResource) => EngineResource | undefined;

/** Findings of the policy pack for prod at its first preview, with one change. */
async function judge(change: Change) {
  const { resources } = await stackOf("prod", true);
  const view = viewStack(engineResources(resources, true).flatMap((resource) => change(resource) ?? []));
  return { broken: brokenIntents(view), undecided: undecidedIntents(view) };
}

/** Gives a resource other properties. */
const set =
  (type: string, name: string, props: object): Change =>
  (resource) =>
    resource.type === type && resource.name === name
      ? { ...resource, props: guarded({ ...plainProps(resource), ...props }) }
      : resource;

function plainProps(resource: EngineResource): object {
  return sourceResources([resource])[0]?.properties ?? {};
}

const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

describe("brokenIntents and undecidedIntents", () => {
  it("report what intents.yaml pins, of this project's stacks only", async () => {
    const { resources } = await stackOf("prod", true);
    const view = viewStack(engineResources(resources, true));
    const pinned = pinsFor(view.graph, TEST_PROJECT);
    expect(pinned.map(({ to }) => to)).to.deep.equal(["GET /messages", "fetcher", "GET /messages"]);
    expect(brokenIntents(view, pinned)).to.deep.equal([]);
    expect(undecidedIntents(view, pinned)).to.deep.equal([]);
    const [broken] = brokenIntents(view, [
      {
        from: "internet",
        to: "GET /messages",
        must: "reach",
        reason: "it is public",
        pinnedIn: "intents.yaml:9",
      },
    ]);
    expect(broken?.message).to.match(
      /^internet must reach GET \/messages on port 443 \(it is public; pinned in intents\.yaml:9\): /,
    );
    const gone = brokenIntents(view, [
      { from: "peer:billing", to: "fetcher", must: "not-reach", reason: "r", pinnedIn: "intents.yaml:9" },
    ]);
    expect(gone[0]?.message).to.contain("no such place");
    const other = viewStack(
      engineResources(resources, true).map((each) => ({
        ...each,
        urn: each.urn.replace(/::[^:]+::/, "::shop::"),
      })),
    );
    expect(pinsFor(other.graph, TEST_PROJECT)).to.deep.equal([]);
  });

  it("report the intent, the blocker with its code, and the fix, at the blocker's URN", async () => {
    const { broken, undecided } = await judge((resource) =>
      resource.type === RULE && resource.name === "ssm-from-fetcher" ? undefined : resource,
    );
    expect(undecided).to.deep.equal([]);
    expect(broken).to.have.length(1);
    const [{ message, urn } = { message: "", urn: "" }] = broken;
    expect(message).to.match(
      /^fetcher\S* must reach ssm on port 443 by interface endpoint \(it reads the parameters\): /,
    );
    expect(message).to.match(/\((ENI_SG_RULES_MISMATCH|SG_HAS_NO_RULES)\)\. Fix: [A-Z].*\.$/);
    expect(urn).to.match(/:SecurityGroup::ssm-endpoint$/);
  });

  it("report an intent as undecided if a rule that decides it is unknown", async () => {
    const { broken, undecided } = await judge(set(RULE, "ssm-from-fetcher", { fromPort: UNKNOWN }));
    expect(broken).to.deep.equal([]);
    expect(undecided).to.have.length(1);
    expect(undecided[0]?.message).to.contain("not known");
    expect(undecided[0]?.urn).to.match(/ssm-from-fetcher$|ssm-endpoint$/);
  });

  it("report a component as undecided if its intents are unknown", async () => {
    for (const intents of [UNKNOWN, [UNKNOWN], [{ from: { kind: "function", name: UNKNOWN } }]]) {
      const { undecided } = await judge(
        set("lambda-networking:function:LambdaFunction", "fetcher", { intents }),
      );
      expect(undecided.map(({ message }) => message)).to.deep.equal([
        "What fetcher must reach is not known before deployment, so nothing of it is proved.",
      ]);
    }
  });

  it("report the stack as undecided if no component declares an intent", async () => {
    const { undecided } = await judge((resource) =>
      resource.type.startsWith("lambda-networking:") ? undefined : resource,
    );
    expect(undecided.map(({ message }) => message)).to.deep.equal([
      "No component says what must be reachable, so nothing is proved.",
    ]);
  });

  it("report an intent as undecided if a policy that decides it is unknown and not planned", async () => {
    const { undecided } = await judge(set("lambda-networking:api:RestApi", "api", { planned: [] }));
    expect(undecided.map(({ message }) => message.split(" on ")[0])).to.deep.equal([
      "vpc-private-a must reach GET /messages",
      "vpc-private-b must reach GET /messages",
      "another VPC must not reach GET /messages",
      "another account's VPC must not reach GET /messages",
    ]);
  });

  it("report nothing for an empty stack", () => {
    const view = viewStack([]);
    expect([...brokenIntents(view), ...undecidedIntents(view)]).to.deep.equal([]);
  });
});

describe("sourceResources", () => {
  it("keeps a dependency that is not in the stack, so that its value stays unknown", () => {
    const props = { id: "a-1", vpcId: UNKNOWN };
    const [source] = sourceResources([
      { urn: "urn:a", type: "t", name: "a", props: guarded(props), propertyDependencies: { vpcId: [] } },
    ]);
    expect(source?.properties).to.include({ vpcId: UNKNOWN });
    expect(source?.propertyDependencies?.vpcId).to.have.length(1);
  });
});

describe("sourceResources of unknown values", () => {
  const resource = {
    urn: "urn:a",
    type: "t",
    name: "a",
    propertyDependencies: { vpcId: [{ urn: "urn:b" }] },
  };

  it("leaves out values that the provider chooses, for new and for updated resources", () => {
    for (const id of [UNKNOWN, "sg-1"]) {
      const props = guarded({ id, ingress: UNKNOWN, vpcId: UNKNOWN });
      const [source] = sourceResources([{ ...resource, props }]);
      expect(source?.properties).to.have.all.keys("vpcId", ...(id === UNKNOWN ? [] : ["id"]));
    }
  });

  it("keeps the unknown outputs of a component", () => {
    const [source] = sourceResources([{ ...resource, props: guarded({ intents: UNKNOWN }) }]);
    expect(source?.properties).to.deep.equal({ intents: UNKNOWN });
  });
});

describe("publicAddress", () => {
  const SUBNET = "aws:ec2/subnet:Subnet";

  it("reports a subnet that assigns public addresses, or that may assign them", () => {
    expect(publicAddress(SUBNET, guarded({ mapPublicIpOnLaunch: true }))).to.contain("mapPublicIpOnLaunch");
    expect(publicAddress(SUBNET, guarded({ mapPublicIpOnLaunch: UNKNOWN }))).to.contain("not known");
  });

  it("accepts a subnet without public addresses, and other types", () => {
    expect(publicAddress(SUBNET, guarded({ mapPublicIpOnLaunch: false }))).to.equal(undefined);
    expect(publicAddress(SUBNET, guarded({}))).to.equal(undefined);
    expect(publicAddress("aws:ec2/vpc:Vpc", guarded({ mapPublicIpOnLaunch: true }))).to.equal(undefined);
  });
});

describe("costViolations and capacityViolations", () => {
  const graphOf = async (stack: "dev" | "prod") => {
    const { resources } = await stackOf(stack, true);
    return viewStack(engineResources(resources, true)).graph;
  };

  it("report nothing for the shipped stacks", async () => {
    for (const stack of ["dev", "prod"] as const) {
      const graph = await graphOf(stack);
      expect([...costViolations(graph, {}), ...capacityViolations(graph, {})]).to.deep.equal([]);
    }
  });

  it("report the largest costs if the stack exceeds its budget", async () => {
    const [violation] = costViolations(await graphOf("prod"), { monthlyBudget: 20 });
    expect(violation?.message).to.match(
      /^It costs \$\d+\.\d\d a month, .*The budget is \$20\.00\. Most of it: /,
    );
    expect(violation?.message).to.contain("nat");
  });

  it("report a higher cost for more traffic", async () => {
    const config = { usage: { requestsPerMonth: 1e9 } };
    expect(costViolations(await graphOf("dev"), config)[0]?.message).to.contain("It costs $");
  });

  it("report the subnet that runs out of addresses", async () => {
    const [violation, ...others] = capacityViolations(await graphOf("prod"), { minimumFreeAddresses: 5000 });
    expect(violation?.message).to.match(/runs out of addresses: .* It should have 5,000\.$/);
    expect(violation?.urn).to.contain(":Subnet::");
    expect(others).not.to.deep.equal([]);
  });

  it("report the quota that the busiest second almost uses up", async () => {
    const config = { usage: { peakRequestsPerSecond: 39, cacheSeconds: 0 } };
    const messages = capacityViolations(await graphOf("prod"), config).map(({ message }) => message);
    expect(messages.join("\n")).to.match(
      /^Parameter Store calls: the busiest second needs 39 of the quota's 40 calls a second\./m,
    );
  });

  it("reject an unknown usage key, with the fix", async () => {
    const graph = await graphOf("dev");
    const config = { usage: { requestPerMonth: 1 } };
    expect(() => costViolations(graph, config)).to.throw("cost-forecast.usage.requestPerMonth is 1.");
    expect(() => capacityViolations(graph, config)).to.throw("Did you mean requestsPerMonth?");
  });

  it("reject every mistake of the configuration at once: keys of the policy, of the usage and names of resources", async () => {
    const graph = await graphOf("dev");
    const usage = { natGb: 1, internetOutGb: 2, resources: { "fetcher-function": { requestPerMonth: 5 } } };
    expect(() => costViolations(graph, { monthlyBudgt: 20, usage }))
      .to.throw("cost-forecast.monthlyBudgt is 20. There is no such key. Did you mean monthlyBudget?")
      .with.property("message")
      .that.contains("cost-forecast.usage.internetOutGb is 2.")
      .and.contains("cost-forecast.usage.resources.fetcher-function.requestPerMonth is 5.");
    const typo = { quotaShar: 0.5, usage: { resources: { "fecher-function": { gb: 1 } } } };
    expect(() => capacityViolations(graph, typo)).to.throw(
      /capacity\.quotaShar is 0\.5\. .*Did you mean quotaShare\? capacity\.usage\.resources\.fecher-function is \{"gb":1\}\. There is no such resource\. Did you mean fetcher-function\?/,
    );
  });

  it("reject settings of a policy that has none", () => {
    expect(() => checkNoConfig("network-intents-hold", { advisory: true })).to.throw(
      "network-intents-hold.advisory is true. There is no such key. The policy has no settings but its level.",
    );
    expect(() => checkNoConfig("network-intents-hold", {})).not.to.throw();
    expect(() => checkNoConfig("network-intents-hold", undefined)).not.to.throw();
  });
});

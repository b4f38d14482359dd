import { expect } from "chai";
import fc from "fast-check";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import { isRecord } from "../../../preflight/resources/read.js";
import {
  deployedStack,
  effectOf,
  fingerprints,
  isTabled,
  planSinceReport,
  requireSameStack,
  type Step,
  summaryOf,
  type UpdatePlan,
  UpdatePlanner,
} from "../../../preflight/update/index.js";
import { EVERYTHING } from "../../support/everything.js";
import { exportOf } from "../../support/stack-export.js";
import { type Settings, stackFile, synthesisOf } from "../../support/stacks.js";

type Edit = (resource: Record<string, unknown>) => void;

/** A front door with NGINX. */
const proxyWith = (routes: readonly object[]): Settings => ({
  frontDoor: {
    kind: "proxy",
    domainName: "api.example.com",
    certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
    allowFrom: ["privateSubnets"],
    routes,
    proxy: { image: `public.ecr.aws/nginx/nginx-unprivileged@sha256:${"0".repeat(64)}` },
  },
});
const PROXY = proxyWith([{ path: "/messages" }]);

/** What an update from one configuration to another would do. */
async function planOf(stack: string, before: Settings, after: Settings, edit?: Edit): Promise<UpdatePlan> {
  const json = structuredClone(exportOf(await synthesisOf(stack, before)));
  if (edit !== undefined) for (const resource of json.deployment.resources) edit(resource);
  const planner = new UpdatePlanner(deployedStack(json), "eu-west-1");
  await synthesizeProgram(stackFile(stack, after), { preview: true, deployed: planner });
  return planner.plan();
}

/** The plan without an export: from the resources of a report. */
async function planFromReport(stack: string, before: Settings, after: Settings): Promise<UpdatePlan> {
  const [old, now] = [await synthesisOf(stack, before), await synthesisOf(stack, after)];
  const { project } = old;
  return planSinceReport(
    { project, stack, resources: fingerprints(old.resources) },
    now.resources,
    now.region,
  );
}

const named = ({ steps }: UpdatePlan, action: Step["action"]) =>
  steps.filter((step) => step.action === action).map(({ name }) => name);
const step = ({ steps }: UpdatePlan, name: string, type?: string) =>
  steps.find((one) => one.name === name && (type === undefined || one.type === type));
const removal = (plan: UpdatePlan, name: string, type?: string) =>
  summaryOf(plan).removals.find((one) => one.step === step(plan, name, type));
const FUNCTION = "aws:lambda/function:Function";
const CLUSTER = "aws:rds/cluster:Cluster";

for (const [title, plan] of [
  ["an export", planOf],
  ["a report", planFromReport],
] as const) {
  describe(`an update against ${title}`, () => {
    for (const [stack, settings] of [
      ["dev", {}],
      ["prod", {}],
      ["prod", EVERYTHING],
      ["prod", PROXY],
    ] as const) {
      it(`changes nothing if ${stack} stays as it is (${Object.keys(settings).length} settings)`, async () => {
        const { counts } = summaryOf(await plan(stack, settings, settings));
        expect(counts).to.include({ create: 0, update: 0, replace: 0, "may-replace": 0, delete: 0 });
        expect(counts.unchanged).to.be.greaterThan(10);
      });
    }

    it("replaces the VPC and everything in it if its block changes, in every step of the chain", async () => {
      const found = await plan("prod", {}, { vpc: { cidrBlock: "10.99.0.0/16" } });
      expect(named(found, "replace")).to.include.members([
        "vpc-vpc",
        "vpc-private-a",
        "vpc-public-b",
        "ssm-endpoint",
        "fetcher-to-ssm",
      ]);
      expect(step(found, "vpc-private-a", "aws:ec2/subnet:Subnet")?.because.join())
        .to.contain("cidrBlock")
        .and.contain("vpcId (vpc-vpc is replaced)");
      // The function moves in place.
      expect(step(found, "fetcher-function", FUNCTION)?.action).to.equal("update");
    });

    it("makes a new revision of NGINX's task definition if a route comes, and updates its service", async () => {
      const routes = [{ path: "/messages" }, { path: "/pets", api: { id: "a1b2c3d4e5", stage: "prod" } }];
      const found = await plan("prod", PROXY, proxyWith(routes));
      expect(named(found, "replace")).to.deep.equal(["front-door-proxy"]);
      const task = step(found, "front-door-proxy", "aws:ecs/taskDefinition:TaskDefinition");
      expect(task?.because).to.deep.equal(["containerDefinitions"]);
      const service = step(found, "front-door-proxy", "aws:ecs/service:Service");
      expect(service).to.deep.include({
        action: "update",
        because: ["taskDefinition (front-door-proxy is replaced)"],
      });
      expect(named(found, "may-replace")).to.deep.equal([]);
    });

    it("deletes the NAT gateways and addresses that a single NAT leaves over", async () => {
      const found = await plan("prod", { vpc: { nat: "perAz" } }, { vpc: { nat: "single" } });
      expect(named(found, "delete").filter((name) => /nat/.test(name))).to.have.length.greaterThan(1);
      const { removals } = summaryOf(found);
      const lost = removals.flatMap((one) => one.lost.map(({ kind }) => kind));
      expect(lost).to.include.members(["address", "interface"]);
    });

    it("keeps function, API and stage in place from public to vpc and back", async () => {
      const modes = [{ networking: "public", endpoints: undefined }, { networking: "vpc" }] as const;
      for (const [before, after] of [modes, [...modes].reverse()]) {
        const found = await plan("dev", before ?? {}, after ?? {});
        for (const [name, type] of [
          ["fetcher-function", FUNCTION],
          ["api", "aws:apigateway/restApi:RestApi"],
          ["api-stage", "aws:apigateway/stage:Stage"],
        ] as const) {
          expect(step(found, name, type)?.action, name).to.match(/unchanged|update/);
        }
        expect(found.steps.filter(({ type }) => type === "aws:ec2/vpc:Vpc")).to.have.length(1);
      }
    });
  });
}

describe("data in an update", () => {
  const off: Settings = { ...EVERYTHING, messageStore: false };

  it("is kept if the state says so, and lost otherwise", async () => {
    const kept = summaryOf(await planOf("prod", EVERYTHING, off));
    const table = kept.removals.find(({ step }) => step.name === "messages-table");
    expect(table).to.include({ action: "delete", kept: "retained" });
    expect(table?.lost).to.deep.equal([]);
    expect(kept.losesData).to.equal(false);

    const before = { ...EVERYTHING, keepData: false };
    const lost = summaryOf(await planOf("prod", before, { ...off, keepData: false }));
    expect(lost.losesData).to.equal(true);
    expect(lost.removals.find(({ step }) => step.name === "messages-table")?.lost[0]).to.include({
      kind: "data",
    });
  });

  it("of a stack that was deployed before keepData existed is lost", async () => {
    const { losesData } = summaryOf(
      await planOf("prod", EVERYTHING, off, (resource) => {
        delete resource.retainOnDelete;
      }),
    );
    expect(losesData).to.equal(true);
  });

  it("is protected against a deletion by the state, and against a replacement by the program", async () => {
    const removed = await planOf("prod", EVERYTHING, { ...EVERYTHING, database: false });
    expect(removal(removed, "database-cluster", CLUSTER)?.kept).to.equal("protected");
    const renamed = { ...EVERYTHING, database: { name: "renamed" } };
    const replaced = await planOf("prod", EVERYTHING, renamed);
    expect(removal(replaced, "database-cluster", CLUSTER)).to.include({
      action: "replace",
      kept: "protected",
    });
    // The engine asks the program, which lets go and replaces in the same update.
    const letGo = summaryOf(await planOf("prod", EVERYTHING, { ...renamed, keepData: false }));
    expect(letGo.losesData).to.equal(true);
  });

  it("names the parameters that a renamed path leaves or loses", async () => {
    const at = (path: string, keepData = true): Settings => ({
      parameters: { path, values: { greeting: "hi" } },
      keepData,
    });
    const kept = summaryOf(await planOf("dev", at("/a"), at("/b")));
    expect(kept.removals.find(({ step }) => step.name === "parameters-/a/greeting")?.kept).to.equal(
      "retained",
    );
    const lost = summaryOf(await planOf("dev", at("/a", false), at("/b", false)));
    expect(lost.removals.flatMap((one) => one.lost.map(({ what }) => what)).join()).to.contain("/a/greeting");
  });
});

describe("UpdatePlanner", () => {
  const deployed = async () => exportOf(await synthesisOf("dev", {}));
  const first = (json: Awaited<ReturnType<typeof deployed>>, type: string) => {
    const found = json.deployment.resources.find((resource) => resource.type === type);
    if (found === undefined || !("inputs" in found)) throw new Error(`no ${type}`);
    return found;
  };

  const plan = async (change: (json: Awaited<ReturnType<typeof deployed>>) => void, region = "eu-west-1") => {
    const json = structuredClone(await deployed());
    change(json);
    const planner = new UpdatePlanner(deployedStack(json), region);
    await synthesizeProgram(stackFile("dev", {}), { preview: true, deployed: planner });
    return planner.plan();
  };

  it("says that a changed input may replace if the table does not have it", async () => {
    const found = await plan((json) => {
      Object.assign(first(json, "aws:lambda/function:Function").inputs, { newerThanTheTable: 1 });
    });
    const step = found.steps.find(({ type }) => type === "aws:lambda/function:Function");
    expect(step?.action).to.equal("may-replace");
    expect(step?.because.join()).to.contain("newerThanTheTable: not in the table");
  });

  it("replaces everything if the Region changes", async () => {
    const found = await plan((json) => {
      json.deployment.resources.push({
        urn: "urn:pulumi:dev::lambda-networking::pulumi:providers:aws::default",
        custom: true,
        type: "pulumi:providers:aws",
        inputs: { region: "us-east-1" },
      } as never);
    });
    expect(found.steps.every(({ action }) => action === "replace" || action === "delete")).to.equal(true);
    expect(found.notes.join()).to.contain("Region");
  });

  it("takes no encrypted secret for changed, and says that it cannot see it", async () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:x",
    };
    const found = await plan((json) => {
      Object.assign(first(json, "aws:ssm/parameter:Parameter").inputs, { value: secret });
    });
    expect(summaryOf(found).counts).to.include({ update: 0, replace: 0, "may-replace": 0 });
    expect(found.notes.join()).to.contain("encrypted secret");
  });

  it("does not take a resource for the same one under another parent", async () => {
    const found = await plan((json) => {
      for (const resource of json.deployment.resources)
        resource.urn = resource.urn.replace("api:RestApi$", "other:Component$");
    });
    expect(named(found, "create")).to.include("api-stage");
    expect(named(found, "delete")).to.include("api-stage");
  });

  it("knows a resource by its earlier name", async () => {
    const found = await plan((json) => {
      for (const resource of json.deployment.resources)
        resource.urn = resource.urn.replace(/::parameters-.*\/greeting$/, "::parameters-greeting");
    });
    expect(summaryOf(found).counts).to.include({ create: 0, replace: 0, "may-replace": 0, delete: 0 });
  });

  it("replaces what the program wants replaced, although the provider would update it", async () => {
    const found = await plan((json) => {
      const policy = json.deployment.resources.find((one) => one.type === "aws:iam/rolePolicy:RolePolicy");
      if (policy !== undefined && "inputs" in policy) Object.assign(policy.inputs, { policy: "{}" });
    });
    expect(
      found.steps.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy").map(({ action }) => action),
    ).to.include("replace");
  });

  it("counts the old half of an interrupted replacement as gone", async () => {
    const found = await plan((json) => {
      const { urn, ...rest } = first(json, "aws:ssm/parameter:Parameter");
      json.deployment.resources.push({ ...rest, urn: `${urn}-old`, delete: true } as never);
    });
    expect(named(found, "delete")).to.deep.equal([]);
  });

  it("refuses an export of another stack or project, and one without resources", () => {
    const names = { project: "shop", stack: "dev" };
    expect(() => requireSameStack({ ...names, resources: [] }, { project: "shop", stack: "prod" })).to.throw(
      "stack dev of project shop, not of stack prod",
    );
    expect(() => deployedStack({ version: 3, deployment: { resources: [] } })).to.throw("no resource");
  });
});

describe("the table of what replaces", () => {
  it("has every type of the program, and every input that the program gives", async () => {
    const missing = new Set<string>();
    for (const [stack, settings] of [
      ["dev", {}],
      ["prod", {}],
      ["prod", EVERYTHING],
      ["prod", PROXY],
      ["dev", { ...EVERYTHING, database: false, networking: "public", vpc: {} }],
    ] as const) {
      for (const { type, inputs, isComponent } of (await synthesisOf(stack, settings)).resources) {
        if (isComponent || !type.startsWith("aws:")) continue;
        if (!isTabled(type)) missing.add(type);
        for (const input of Object.keys(inputs))
          if (inputs[input] !== undefined && effectOf(type, input) === undefined)
            missing.add(`${type} ${input}`);
      }
    }
    expect([...missing].sort()).to.deep.equal([]);
  });
});

describe("any two configurations", function () {
  this.timeout(240_000); // each pair is four programs in memory
  const settings: fc.Arbitrary<Settings> = fc.record(
    {
      messageStore: fc.constantFrom<unknown>(false, {}),
      logPipeline: fc.constantFrom<unknown>(false, {}, { codePipelineNotifications: {} }),
      vpc: fc.record(
        {
          nat: fc.constantFrom("none", "single", "perAz"),
          cidrBlock: fc.constantFrom("10.20.0.0/16", "10.21.0.0/16"),
          availabilityZones: fc.constantFrom(1, 2, 3),
        },
        { requiredKeys: [] },
      ),
      parameters: fc.record({
        path: fc.constantFrom("/a", "/b"),
        values: fc.constantFrom({ greeting: "hi" }, { other: "hi" }, {}),
      }),
    },
    { requiredKeys: ["parameters"] },
  );

  it("update back with the inverse: what one creates the other deletes, and what one replaces the other does", async () => {
    await fc.assert(
      fc.asyncProperty(settings, settings, async (a, b) => {
        const [there, back] = [await planOf("prod", a, b), await planOf("prod", b, a)];
        const urns = (plan: UpdatePlan, action: Step["action"]) =>
          plan.steps
            .filter((one) => one.action === action)
            .map(({ urn }) => urn)
            .sort();
        expect(urns(there, "create")).to.deep.equal(urns(back, "delete"));
        expect(urns(there, "replace")).to.deep.equal(urns(back, "replace"));
        expect(urns(there, "may-replace")).to.deep.equal([]);
      }),
      { numRuns: 4 },
    );
  });

  it("tell the same of every resource by an export and by a report", async () => {
    await fc.assert(
      fc.asyncProperty(settings, settings, async (a, b) => {
        const [byExport, byReport] = [await planOf("prod", a, b), await planFromReport("prod", a, b)];
        const removed = (plan: UpdatePlan) =>
          plan.steps
            .filter(({ action }) => ["replace", "delete", "create"].includes(action))
            .map(({ urn, action }) => `${action} ${urn}`)
            .sort();
        expect(removed(byReport)).to.deep.equal(removed(byExport));
      }),
      { numRuns: 4 },
    );
  });
});

describe("deployedStack", () => {
  it("reads account and Region, and leaves out components and providers", async () => {
    const stack = deployedStack(exportOf(await synthesisOf("prod", {})));
    expect(stack).to.include({ project: "lambda-networking", stack: "prod", accountId: "111122223333" });
    expect(stack.resources.every(({ type }) => type.startsWith("aws:"))).to.equal(true);
    expect(isRecord(stack.resources[0]?.inputs)).to.equal(true);
  });
});

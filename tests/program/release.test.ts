import { expect } from "chai";
import { graphFromResources } from "../../preflight/graph/index.js";
import { proveIntents, trace } from "../../preflight/reachability/index.js";
import { statementsOf } from "../support/policies.js";
import { build, propertyOf, type Resources, textOf } from "../support/stacks.js";

const PARAMETER = (path: string) => `arn:aws:ssm:eu-west-1:111122223333:parameter${path}`;
const SSM = "ec2/vpcEndpoint:VpcEndpoint";

/** The stack in the middle of an update: the role has the policy of the version before as well. */
function withPolicyOf(before: Resources, now: Resources) {
  const policy = before.one("iam/rolePolicy:RolePolicy", "fetcher-permissions");
  const role = now.one("iam/role:Role", "fetcher-role");
  return [
    ...now.all,
    {
      ...policy,
      urn: `${policy.urn}-before`,
      properties: { ...policy.properties, role: propertyOf(role, "id") ?? role.id },
    },
  ];
}

describe("a canary release with a changed path, in a VPC", () => {
  const at = (path: string, release: string) =>
    build("prod", { parameters: { path, values: { greeting: "hello" } }, function: { release } });

  /** Whether the function reads the parameters of the version before, while callers leave it. */
  async function readsOld(release: string) {
    const resources = withPolicyOf(await at("/before", release), await at("/after", release));
    const from = { kind: "function", name: "fetcher" } as const;
    const to = { kind: "service", service: "ssm" } as const;
    const action = "ssm:GetParametersByPath";
    return trace(graphFromResources(resources), from, { ...to, action, resource: PARAMETER("/before") }, 443);
  }

  it("lets the version before read its own path through the endpoint", async () => {
    expect((await readsOld("Canary10Percent5Minutes")).status).to.equal("reachable");
  });

  it("would not without the statement for the function's role", async () => {
    const verdict = await readsOld("AllAtOnce");
    expect(verdict.status).to.equal("blocked");
    if (verdict.status === "blocked") expect(verdict.at.name).to.equal("ssm-endpoint");
  });

  it("lets no other principal read more than the stack's path", async () => {
    const resources = await at("/after", "Canary10Percent5Minutes");
    const statements = statementsOf(textOf(resources.one(SSM, "ssm-endpoint"), "policy"));
    const wide = statements.filter(({ resources: on }) => !on.includes(PARAMETER("/after")));
    expect(wide.map(({ condition }) => condition)).to.deep.equal([
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*fetcher-role*" } },
    ]);
    const role = resources.one("iam/role:Role", "fetcher-role");
    expect(textOf(role, "arn")).to.match(/^arn:aws:iam::111122223333:role\/.*fetcher-role/);
  });

  it("breaks no intent", async () => {
    const resources = await at("/after", "Canary10Percent5Minutes");
    const proofs = proveIntents(graphFromResources(resources.all));
    expect(proofs.filter(({ ok }) => !ok)).to.deep.equal([]);
  });
});

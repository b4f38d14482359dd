import { expect } from "chai";
import { refusedPolicies } from "../../../preflight/least-privilege/refused-policies.js";
import { permissionReport } from "../../../preflight/least-privilege/report.js";
import { allow, type Stack, vpcStack } from "../graph/fixtures.js";
import { graphOf } from "../reachability/support.js";

const refused = (stack: Stack) =>
  refusedPolicies(graphOf(stack)).map(({ policy, reason }) => `${policy.name}: ${reason}`);

/** A policy of at least a size, in characters without white space. */
const ofSize = (size: number) => {
  const name = "arn:aws:ssm:eu-west-1:123456789012:parameter/x";
  return allow("ssm:GetParameter", Array<string>(Math.ceil(size / (name.length + 3))).fill(name));
};

describe("refusedPolicies", () => {
  it("names no policy that AWS accepts", () => {
    expect(refused(vpcStack())).to.deep.equal([]);
  });

  it("names a malformed policy, and what is wrong", () => {
    const policy = allow("ssm:GetParameter", "*", { Sid: "read-only" });
    expect(refused(vpcStack().with("fetcher-policy", { policy }))).to.deep.equal([
      'fetcher-policy: Statement[0].Sid "read-only" has other characters than letters and digits',
    ]);
  });

  it("counts all inline policies of a role together, without white space", () => {
    expect(refused(vpcStack().with("fetcher-policy", { policy: ofSize(9_000) }))).to.deep.equal([]);
    const two = vpcStack()
      .with("fetcher-policy", { policy: ofSize(6_000) })
      .add("rolePolicy", "more", { role: "fetcher-role-id", policy: ofSize(6_000) });
    expect(refused(two).join()).to.match(
      /^fetcher-role: its inline policies have 12,\d{3} characters without white space, of at most 10,240$/,
    );
    const spaced = JSON.stringify(JSON.parse(ofSize(9_000)), null, 8);
    expect(refused(vpcStack().with("fetcher-policy", { policy: spaced }))).to.deep.equal([]);
  });

  it("names the policy of an endpoint that is too long", () => {
    const policy = ofSize(20_500).replace('"Effect":"Allow"', '"Effect":"Allow","Principal":"*"');
    expect(refused(vpcStack().with("ssm-endpoint", { policy })).join()).to.match(
      /^ssm-endpoint: it has 20,\d{3} characters without white space, of at most 20,480$/,
    );
  });
});

describe("permissionReport", () => {
  it("calls grants of a role beyond need only if a use is declared", () => {
    const role = (stack: Stack) =>
      permissionReport(graphOf(stack)).roles.find(({ role }) => role.name === "fetcher-role");
    const undeclared = role(vpcStack());
    expect(undeclared?.excess).to.deep.equal([]);
    expect(undeclared?.undeclared.join()).to.contain("ssm:GetParametersByPath");
    const use = {
      from: { kind: "function", name: "fetcher" },
      to: { kind: "service", service: "dynamodb", action: "dynamodb:GetItem" },
      port: 443,
      must: "reach",
      reason: "it reads",
    };
    const declared = role(vpcStack().add("component", "app", { intents: [use] }));
    expect(declared?.undeclared).to.deep.equal([]);
    expect(declared?.excess.join()).to.contain("ssm:GetParametersByPath");
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like JavaScript's.
import { expect } from "chai";
import { type Accepted, type ExcessGrant, excessGrants, type Need } from "../../../preflight/iam/index.js";
import { ACCOUNT, allow, deny, PARAMETER, policy } from "./support.js";

const READ: Need = { action: "ssm:GetParametersByPath", resource: PARAMETER };
const STREAMS = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/messages:*`;
const LOG: Need = { action: "logs:PutLogEvents", resource: STREAMS };

/** The excess grants in short form: kind, sides and pattern. */
function excess(statements: object | object[], needs: Need[], accepted: Accepted[] = []): string[] {
  return excessGrants([policy("identity", statements)], needs, accepted).excess.map(inShort);
}

function inShort(grant: ExcessGrant): string {
  const sides = grant.excess === "broader" ? ` in ${grant.in.join(" and ")}` : "";
  return `${grant.excess}${sides}: ${grant.action}`;
}

describe("excessGrants", () => {
  it("returns none if each grant equals a need", () => {
    expect(
      excess([allow(READ.action, PARAMETER), allow("logs:PutLogEvents", STREAMS)], [READ, LOG]),
    ).to.deep.equal([]);
  });

  it("returns none if a grant is narrower than a need", () => {
    expect(excess(allow("logs:PutLogEvents", STREAMS.replace("*", "log-stream:a")), [LOG])).to.deep.equal([]);
  });

  it("compares actions without case", () => {
    expect(excess(allow("SSM:GETparametersbypath", PARAMETER), [READ])).to.deep.equal([]);
  });

  it("returns grants that no need uses", () => {
    expect(excess(allow([READ.action, "ssm:PutParameter"], PARAMETER), [READ])).to.deep.equal([
      "unused: ssm:PutParameter",
    ]);
    expect(excess(allow(READ.action, "arn:aws:ssm:*:*:parameter/other"), [READ])).to.deep.equal([
      "unused: ssm:GetParametersByPath",
    ]);
  });

  it("returns grants with wider actions than the needs", () => {
    expect(excess(allow("ssm:*", PARAMETER), [READ])).to.deep.equal(["broader in action: ssm:*"]);
    expect(excess(allow("ssm:GetParameter*", PARAMETER), [READ])).to.deep.equal([
      "broader in action: ssm:GetParameter*",
    ]);
  });

  it("returns grants with wider resources than the needs", () => {
    expect(excess(allow(READ.action, "*"), [READ])).to.deep.equal([
      "broader in resource: ssm:GetParametersByPath",
    ]);
    expect(excess(allow(READ.action, `${PARAMETER}*`), [READ])).to.have.length(1);
  });

  it("returns a grant that is wider in both, with the needs that it should be reduced to", () => {
    const [grant] = excessGrants(
      [policy("identity", { Sid: "All", ...allow("*") }, "fetcher")],
      [READ, LOG],
    ).excess;
    expect(grant).to.deep.equal({
      by: { policy: "fetcher", kind: "identity", effect: "Allow", index: 0, sid: "All" },
      action: "*",
      resource: "*",
      excess: "broader",
      in: ["action", "resource"],
      needs: [READ, LOG],
    });
  });

  it("returns pairs of action and resource that no single need has", () => {
    const write: Need = { action: "ssm:PutParameter", resource: `${PARAMETER}/written` };
    const both = allow([READ.action, write.action], [PARAMETER, `${PARAMETER}/written`]);
    expect(excess(both, [READ, write])).to.deep.equal([
      "unused: ssm:GetParametersByPath",
      "unused: ssm:PutParameter",
    ]);
  });

  it("returns grants that include future actions or resources of AWS", () => {
    expect(excess({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }, [READ])).to.deep.equal([
      "open-ended: iam:*",
    ]);
    expect(excess({ Effect: "Allow", Action: "ssm:*", NotResource: PARAMETER }, [READ])).to.deep.equal([
      "open-ended: ssm:*",
    ]);
  });

  it("treats a policy variable as a wildcard if the policy can have variables", () => {
    const tagged = allow(READ.action, PARAMETER.replace("prod", "${aws:PrincipalTag/stage}"));
    const wide: Need = { action: READ.action, resource: PARAMETER.replace("prod", "*") };
    expect(excess(tagged, [READ])).to.deep.equal(["broader in resource: ssm:GetParametersByPath"]);
    expect(excess(tagged, [wide])).to.deep.equal([]);
    const malformed = allow(READ.action, PARAMETER.replace("prod", "${oops"));
    expect(excess(malformed, [wide])).to.deep.equal(["broader in resource: ssm:GetParametersByPath"]);
  });

  it("ignores denied actions", () => {
    expect(excess([allow(READ.action, PARAMETER), deny("*")], [READ])).to.deep.equal([]);
  });

  it("separates accepted grants, with their reasons", () => {
    const eni: Need = {
      action: "ec2:CreateNetworkInterface",
      resource: "arn:aws:ec2:eu-west-1:111122223333:*",
    };
    const accepted: Accepted[] = [
      { action: "ec2:*NetworkInterface*", reason: "Lambda needs it before the ENI exists" },
    ];
    const policies = [policy("identity", allow([eni.action, "ec2:DeleteNetworkInterface"]), "vpc access")];
    const report = excessGrants(policies, [eni], accepted);
    expect(report.accepted.map(({ action, reason }) => [action, reason])).to.deep.equal([
      ["ec2:CreateNetworkInterface", "Lambda needs it before the ENI exists"],
    ]);
    // An accepted resource width does not make an action needed.
    expect(report.excess.map(inShort)).to.deep.equal(["unused: ec2:DeleteNetworkInterface"]);
  });

  it("returns grants that are wider than the accepted resource", () => {
    const accepted: Accepted[] = [{ action: READ.action, resource: `${PARAMETER}/*`, reason: "paths" }];
    expect(excess(allow(READ.action, "*"), [READ], accepted)).to.have.length(1);
    expect(
      excess(allow(READ.action, `${PARAMETER}/*`), [{ ...READ, resource: `${PARAMETER}/a` }], accepted),
    ).to.have.length(0);
  });

  it("names policies that are unknown instead of reporting their grants", () => {
    expect(excessGrants([{ label: "later", document: undefined }], [READ])).to.deep.equal({
      excess: [],
      accepted: [],
      unknown: ["later"],
    });
  });
});

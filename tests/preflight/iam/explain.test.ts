import { expect } from "chai";
import { explain } from "../../../preflight/iam/index.js";
import { allow, authorizeRead, deny, policy } from "./support.js";

describe("explain", () => {
  const sid = { Sid: "Read", ...allow("ssm:*") };

  it("names the statements that allow", () => {
    const identity = [policy("identity", sid, "fetcher")];
    const endpoint = policy("endpoint", allow("*", "*", { Principal: "*" }), "ssm");
    expect(explain(authorizeRead({ identity, endpoint: { type: "interface", policy: endpoint } }))).to.equal(
      'allowed by statement 1 of endpoint policy "ssm" and statement Read of identity policy "fetcher"',
    );
    expect(explain({ decision: "allowed", by: [] })).to.equal("allowed, no policy has to allow it");
  });

  it("names the statement that denies", () => {
    const identity = [policy("identity", [allow("*"), deny("*")], "fetcher")];
    expect(explain(authorizeRead({ identity }))).to.equal(
      'denied by statement 2 of identity policy "fetcher"',
    );
  });

  it("names the kinds of policy without an allow", () => {
    expect(explain({ decision: "implicit-deny", missing: ["identity", "api-gateway"] })).to.equal(
      "denied, nothing allows it in identity policy or API resource policy",
    );
  });

  it("names what is unknown and its position", () => {
    const guard = { ...sid, Condition: { Bool: { "aws:ViaAWSService": true } } };
    expect(explain(authorizeRead({ identity: [policy("identity", guard, "fetcher")] }))).to.equal(
      'unknown: the value of aws:ViaAWSService is not known (statement Read of identity policy "fetcher")',
    );
    expect(explain(authorizeRead({ identity: [{ label: "later", document: undefined }] }))).to.equal(
      "unknown: the policy is not known yet (later)",
    );
    expect(explain({ decision: "unknown", because: [{ reason: "no account" }] })).to.equal(
      "unknown: no account",
    );
  });
});

import { expect } from "chai";
import { permissionReport } from "../../../preflight/least-privilege/report.js";
import { storeStack } from "../graph/api-fixtures.js";
import { allow, type Stack, vpcStack } from "../graph/fixtures.js";
import { graphOf } from "../reachability/support.js";

const TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/messages-id";

function excess(stack: Stack): readonly string[] {
  const report = permissionReport(graphOf(stack)).roles.find(({ role }) => role.name === "store-role");
  return report?.excess ?? ["no such role"];
}

describe("permissionReport of an integration's role", () => {
  it("accepts the integration's action on the table that it names", () => {
    expect(excess(storeStack())).to.deep.equal([]);
  });

  it("reports any other action, and the action on any other table", () => {
    const granting = (actions: string | readonly string[], on: string) =>
      excess(storeStack().with("store-policy", { policy: allow(actions, on) }));
    expect(granting(["dynamodb:PutItem", "dynamodb:Scan"], TABLE)).to.deep.equal([
      `dynamodb:Scan on ${TABLE}, unused`,
    ]);
    expect(granting("dynamodb:PutItem", "*")[0]).to.contain(`broader than dynamodb:PutItem on ${TABLE}`);
    expect(granting("dynamodb:*", TABLE)[0]).to.contain("broader than");
  });

  it("accepts an index that a template names, and the action that an intent declares", () => {
    const query = storeStack()
      .with("get-messages-integration", {
        uri: "arn:aws:apigateway:eu-west-1:dynamodb:action/Query",
        requestTemplates: { "application/json": '{"TableName": "messages-id", "IndexName": "by-time"}' },
      })
      .with("store-policy", { policy: allow("dynamodb:Query", `${TABLE}/index/by-time`) });
    expect(excess(query)).to.deep.equal([]);
    const declared = storeStack()
      .with("store-policy", { policy: allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE) })
      .add("component", "store", {
        intents: [
          {
            from: { kind: "method", method: "GET", path: "/messages" },
            to: { kind: "service", service: "dynamodb", action: "dynamodb:UpdateItem", resource: TABLE },
            port: 443,
            must: "reach",
            reason: "it counts",
          },
        ],
      });
    expect(excess(declared)).to.deep.equal([]);
  });
});

describe("permissionReport of an instance's role", () => {
  const SESSION = ["ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel"];
  const reportOf = (actions: readonly string[], profile = true) => {
    const stack = vpcStack()
      .add("role", "instance-role", { name: "instance-role", assumeRolePolicy: "{}" })
      .add("rolePolicy", "instance-policy", { role: "instance-role-id", policy: allow(actions, "*") });
    const graph = graphOf(
      profile ? stack.add("instanceProfile", "profile", { role: "instance-role-id" }) : stack,
    );
    return permissionReport(graph).roles.find(({ role }) => role.name === "instance-role");
  };

  it("accepts what Session Manager's agent does, and nothing besides", () => {
    expect(reportOf(SESSION)).to.deep.include({ excess: [], undeclared: [] });
    expect(reportOf([...SESSION, "ssm:GetParameter"])?.undeclared).to.deep.equal(["ssm:GetParameter on *"]);
  });

  it("accepts it of no role that no instance has", () => {
    expect(reportOf(SESSION, false)?.undeclared).to.have.length(2);
  });
});

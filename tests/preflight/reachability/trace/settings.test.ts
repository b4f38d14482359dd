import { expect } from "chai";
import { graphFromResources } from "../../../../preflight/graph/index.js";
import { parsePlace, trace } from "../../../../preflight/reachability/index.js";
import { isolatedStack, type Stack } from "../../graph/fixtures.js";

const SETTINGS = [
  { resource: "private-table-*", codes: ["NO_ROUTE_TO_DESTINATION"], service: "kms", change: "keys: true" },
  {
    resource: "private-table-*",
    codes: ["NO_ROUTE_TO_DESTINATION"],
    service: "*",
    change: "others.SERVICE: {}",
  },
  { resource: "private-table-*", codes: ["NO_ROUTE_TO_DESTINATION"], change: "nat: true" },
  { resource: "fetcher-role", change: "permissions" },
  { resource: "api*", codes: ["API_PRIVATE_REQUIRES_VPCE"], change: "methods.METHOD.open: true" },
];

function fix(stack: Stack, from: string, to: string): string {
  const graph = graphFromResources(stack.resources);
  const verdict = trace(graph, parsePlace(from, graph), parsePlace(to, graph));
  return verdict.status === "blocked" ? verdict.fix : verdict.status;
}

describe("withSettings", () => {
  const declared = isolatedStack().add("component", "network", { settings: SETTINGS });

  it("names the keys that remove the block, and the one of the service that is called", () => {
    expect(fix(declared, "fetcher", "secretsmanager")).to.match(
      /\. In the configuration: others\.secretsmanager: \{\}, or nat: true\.$/,
    );
    expect(fix(declared, "fetcher", "kms")).to.match(/ In the configuration: keys: true, or nat: true\.$/);
    expect(fix(declared, "private-a", "internet")).to.match(/ In the configuration: nat: true\.$/);
    expect(fix(declared, "internet", "GET /messages")).to.match(/: methods\.GET \/messages\.open: true\.$/);
  });

  it("adds nothing for another resource or code, and nothing without a declaration", () => {
    const closed = declared.without("fetcher-out");
    expect(fix(closed, "fetcher", "kms")).not.to.include("configuration");
    expect(fix(isolatedStack(), "fetcher", "kms")).not.to.include("configuration");
  });

  it("takes no property of a cloud resource, and no malformed item, for a declaration", () => {
    const bot = isolatedStack().add("bot", "bot", { settings: SETTINGS });
    expect(fix(bot, "fetcher", "kms")).not.to.include("configuration");
    const odd = isolatedStack().add("component", "odd", {
      settings: [{ resource: "private-table-*" }, "nat", { change: 1, resource: "*" }],
    });
    expect(fix(odd, "fetcher", "kms")).not.to.include("configuration");
  });
});

import { expect } from "chai";
import { isKnown, UNKNOWN } from "../../../preflight/graph/index.js";
import { ask, expectBlocked, expectReachable, expectUnknown, graphOf } from "../reachability/support.js";
import { ACCOUNT, REGION, type Stack, urnOf, vpcStack } from "./fixtures.js";

const FETCHER = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:fetcher-id`;

/** An HTTP API with a function behind `GET /items`. */
function httpStack(): Stack {
  return vpcStack()
    .without("api", "api-policy")
    .add("httpApi", "shop", { protocolType: "HTTP" })
    .add("httpIntegration", "shop-fetcher", {
      apiId: "shop-id",
      integrationType: "AWS_PROXY",
      integrationUri: FETCHER,
    })
    .add("httpRoute", "get-items", {
      apiId: "shop-id",
      routeKey: "GET /items",
      target: "integrations/shop-fetcher-id",
    })
    .add("httpStage", "shop-stage", { apiId: "shop-id", name: "$default", autoDeploy: true })
    .add("permission", "shop-invokes", {
      action: "lambda:InvokeFunction",
      function: "fetcher-id",
      principal: "apigateway.amazonaws.com",
      sourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:shop-id/*/*/items`,
    });
}

describe("buildHttpApis", () => {
  it("sorts routes from the most specific to $default", () => {
    const route = (name: string, routeKey: string) => [name, { apiId: "shop-id", routeKey }] as const;
    const stack = [
      route("a", "$default"),
      route("b", "ANY /{proxy+}"),
      route("c", "GET /items/{id}"),
      route("d", "ANY /items/new"),
      route("e", "GET /items/new"),
    ].reduce((all, [name, properties]) => all.add("httpRoute", name, properties), httpStack());
    const methods = graphOf(stack).httpApis.get(urnOf("httpApi", "shop"))?.methods ?? [];
    expect(methods.map(({ ref }) => ref.name)).to.deep.equal(["e", "get-items", "d", "c", "b", "a"]);
    expect(methods.every(({ path }) => isKnown(path))).to.equal(true);
  });

  it("makes a route's function reachable, and blocks it without a deployed stage or a permission", () => {
    expectReachable(ask(httpStack(), "internet", "GET /items"));
    expectReachable(ask(httpStack(), "internet", "fetcher"));
    expectBlocked(
      ask(httpStack().with("shop-stage", { autoDeploy: false }), "internet", "GET /items"),
      "shop",
      "API_NOT_DEPLOYED",
    );
    expectReachable(
      ask(
        httpStack().with("shop-stage", { autoDeploy: false, deploymentId: "abc123" }),
        "internet",
        "GET /items",
      ),
    );
    expectBlocked(
      ask(httpStack().without("shop-invokes"), "internet", "GET /items"),
      "fetcher",
      "LAMBDA_PERMISSION_MISSING",
    );
  });

  it("finds a route's integration by its dependency, and is unknown without one", () => {
    const hidden = httpStack().with("get-items", { target: UNKNOWN });
    expectUnknown(ask(hidden, "internet", "GET /items"));
    const told = httpStack()
      .without("get-items")
      .add(
        "httpRoute",
        "get-items",
        { apiId: "shop-id", routeKey: "GET /items", target: UNKNOWN },
        { propertyDependencies: { target: [urnOf("httpIntegration", "shop-fetcher")] } },
      );
    expectReachable(ask(told, "internet", "GET /items"));
  });

  it("is called by a custom domain name if its own name is off", () => {
    const off = httpStack().with("shop", { disableExecuteApiEndpoint: true });
    expectBlocked(ask(off, "internet", "GET /items"), "shop", "API_EXECUTE_ENDPOINT_DISABLED");
    const named = off
      .add("newerDomain", "domain", { domainName: "shop.example.com" })
      .add("newerMapping", "shop-mapping", {
        apiId: "shop-id",
        domainName: "shop.example.com",
        stage: "$default",
      });
    expect(ask(named, "internet", "GET /items").status).not.to.equal("blocked");
  });
});

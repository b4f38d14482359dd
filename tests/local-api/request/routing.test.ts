import { expect } from "chai";
import { matchRoute, type Route, routesOf } from "../../../local-api/request/routing.js";
import { graphFromResources } from "../../../preflight/graph/index.js";
import { apiOf } from "../support.js";

function routes(...names: readonly string[]): Route[] {
  const synthesis = apiOf(
    names.map((name) => {
      const [method = "", path = ""] = name.split(" ");
      return { method, path };
    }),
  );
  const [api] = graphFromResources(synthesis.resources).apis.values();
  if (api === undefined) throw new Error("no API");
  return routesOf(api);
}

/** `GET /items/{id} {"id":"1"}`, or undefined. */
function match(among: readonly Route[], request: string): string | undefined {
  const [method = "", path = ""] = request.split(" ");
  const found = matchRoute(among, method, path);
  if (found === undefined) return undefined;
  const { route, pathParameters } = found;
  return `${route.httpMethod} ${route.resource} ${JSON.stringify(pathParameters)}`;
}

describe("matchRoute", () => {
  const all = routes(
    "ANY /{proxy+}",
    "GET /items/{id}",
    "GET /items/special",
    "ANY /items/{id}/parts/{part}",
    "GET /files/{path+}",
    "POST /items",
    "ANY /items",
    "GET /",
  );
  const cases: [request: string, route: string | undefined][] = [
    ["GET /", "GET / {}"],
    ["GET /items/special", "GET /items/special {}"],
    ["GET /items/1", 'GET /items/{id} {"id":"1"}'],
    ["GET /items/a%2Fb%20c", 'GET /items/{id} {"id":"a%2Fb%20c"}'],
    ["GET /items/1/", 'GET /items/{id} {"id":"1"}'],
    ["DELETE /items/1/parts/2", 'ANY /items/{id}/parts/{part} {"id":"1","part":"2"}'],
    ["GET /files/a/b/c.txt", 'GET /files/{path+} {"path":"a/b/c.txt"}'],
    ["POST /items", "POST /items {}"],
    ["PATCH /items", "ANY /items {}"],
    ["OPTIONS /items", "ANY /items {}"],
    ["GET /elsewhere/entirely", 'ANY /{proxy+} {"proxy":"elsewhere/entirely"}'],
    ["GET /items/1/other", 'ANY /{proxy+} {"proxy":"items/1/other"}'],
    ["GET /files", 'ANY /{proxy+} {"proxy":"files"}'],
  ];
  for (const [request, route] of cases) {
    it(`sends ${request} to ${route}`, () => {
      expect(match(all, request)).to.equal(route);
    });
  }

  it("does not fall back to a less specific resource if the most specific one lacks the method", () => {
    expect(match(all, "DELETE /items/1")).to.equal(undefined);
  });

  it("does not route HEAD to GET", () => {
    expect(match(routes("GET /messages"), "HEAD /messages")).to.equal(undefined);
  });

  it("has no route for another path, a longer one, or a shorter one", () => {
    const one = routes("GET /messages/{id}");
    for (const path of ["/messages", "/messages/1/2", "/other/1", "/"]) {
      expect(match(one, `GET ${path}`), path).to.equal(undefined);
    }
  });

  it("does not match a greedy variable with an empty rest", () => {
    expect(match(routes("GET /{proxy+}"), "GET /")).to.equal(undefined);
  });
});

import { request as httpRequest } from "node:http";
import { expect } from "chai";
import { serveOverHttp } from "../../../local-api/http-server.js";
import type { Synthesis } from "../../../preflight/sources/mocks/synthesize.js";
import { apiOf, changed, having, using } from "../support.js";

const routes = apiOf([
  { method: "GET", path: "/messages", code: "return { statusCode: 200, body: JSON.stringify(event) }" },
  { method: "GET", path: "/" },
]);

const domain = (synthesis: Synthesis, ...basePaths: (string | undefined)[]) =>
  having(
    synthesis,
    ["apigateway/domainName:DomainName", "domain", { domainName: "api.example.com" }],
    ...basePaths.map((basePath, i) => {
      const rest = { domainName: "api.example.com", stage: "v1", stageName: "v1" };
      return basePath?.includes("/")
        ? ([
            "apigatewayv2/apiMapping:ApiMapping",
            `m${i}`,
            { ...rest, apiId: "api-id", apiMappingKey: basePath },
          ] as const)
        : ([
            "apigateway/basePathMapping:BasePathMapping",
            `b${i}`,
            { ...rest, restApi: "api-id", basePath },
          ] as const);
    }),
  );

interface Answer {
  readonly status: number;
  readonly body: string;
}

function send(origin: string, path: string, Host?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(origin + path, { headers: { ...(Host && { Host }) } }, (incoming) => {
      let body = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body }));
    });
    outgoing.on("error", reject).end();
  });
}

/** Serves a stack while it receives requests. */
function serving<T>(
  synthesis: Synthesis,
  use: (get: (path: string, host?: string) => Promise<Answer>) => Promise<T>,
) {
  return using(synthesis, async (api) => {
    const server = await serveOverHttp(api, { port: 0, from: "internet", onServed: () => {} });
    try {
      return await use((path, host) => send(new URL(server.url).origin, path, host));
    } finally {
      await server.close();
    }
  });
}

const DOMAIN = "API.example.com:443";
const EXECUTE_API = "api-id.execute-api.eu-west-1.amazonaws.com";

describe("CustomDomains", () => {
  it("leads to the stage without the stage name in the path", async () => {
    await serving(domain(routes, undefined), async (get) => {
      const { status, body } = await get("/messages", DOMAIN);
      expect(status).to.equal(200);
      const event = JSON.parse(body);
      expect([event.path, event.headers.Host]).to.deep.equal(["/messages", DOMAIN]);
      expect(event.requestContext).to.deep.include({ path: "/messages", stage: "v1", domainPrefix: "API" });
      expect((await get("/v1/messages", DOMAIN)).body).to.equal('{"message":"Missing Authentication Token"}');
      expect((await get("/v1/messages")).status).to.equal(200);
    });
  });

  it("leads to the stage only under a base path, by the longest one that fits", async () => {
    await serving(domain(routes, "orders", "orders/v2"), async (get) => {
      const event = JSON.parse((await get("/orders/messages", DOMAIN)).body);
      expect([event.path, event.requestContext.path]).to.deep.equal(["/orders/messages", "/orders/messages"]);
      expect((await get("/orders/v2/messages", DOMAIN)).status).to.equal(200);
      expect((await get("/orders", DOMAIN)).status).to.equal(200);
      for (const path of ["/messages", "/orders2/messages"]) {
        expect(await get(path, DOMAIN)).to.deep.equal({ status: 403, body: '{"message":"Forbidden"}' });
      }
    });
  });

  it("is the only name that works if the execute-api endpoint is off, except for localhost", async () => {
    const off = changed(domain(routes, "(none)"), "api", { disableExecuteApiEndpoint: true });
    await serving(off, async (get) => {
      expect((await get("/messages", DOMAIN)).status).to.equal(200);
      expect(await get("/v1/messages", EXECUTE_API)).to.deep.equal({
        status: 403,
        body: '{"message":"Forbidden"}',
      });
      expect((await get("/v1/messages")).status).to.equal(200);
    });
    await using(off, async (api) => {
      expect(api.domains.urls).to.deep.equal(["https://api.example.com"]);
      expect(api.remarks.join()).to.contain("custom domain names only");
    });
  });

  it("ignores base paths of another API", async () => {
    const other = having(routes, [
      "apigateway/basePathMapping:BasePathMapping",
      "b",
      { domainName: "api.example.com", restApi: "other" },
    ]);
    await using(other, async (api) => expect(api.domains.urls).to.deep.equal([]));
  });
});

describe("remarksOn", () => {
  it("says that a web ACL is not applied", async () => {
    const acl = having(routes, ["wafv2/webAclAssociation:WebAclAssociation", "acl", { webAclArn: "arn" }]);
    await using(acl, async (api) => expect(api.remarks).to.deep.equal(["The web ACL is not applied here."]));
    await using(routes, async (api) => expect(api.remarks).to.deep.equal([]));
  });
});

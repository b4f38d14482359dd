import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { NginxRoute } from "../../components/front-door/proxy/nginx-configuration.js";
import { type Certificates, makeCertificates } from "./lab/certificates.js";
import { freePort, type RunningNginx, startNginx } from "./lab/nginx.js";
import { type RawAnswer, sendRaw } from "./lab/raw-client.js";
import { type Answering, startUpstream, type Upstream } from "./lab/upstream.js";

const REGION = "eu-west-1";
const PETS = `petspetspe.execute-api.${REGION}.amazonaws.com`;
const STAFF = `staffstaff.execute-api.${REGION}.amazonaws.com`;
const ROUTES: NginxRoute[] = [
  {
    path: "/pets",
    header: { name: "x-api", value: "staff v1.2" },
    host: STAFF,
    stage: "v1",
    stripPrefix: true,
  },
  { path: "/pets/admin", host: STAFF, stage: "v1", stripPrefix: false },
  { path: "/pets", host: PETS, stage: "prod", stripPrefix: false },
  { path: "/employees", host: STAFF, stage: "v1", stripPrefix: true },
];
const MEGABYTE = 1024 * 1024;

describe("nginxConfiguration, in a real NGINX", () => {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  let certificates: Certificates;
  let upstream: Upstream;
  let nginx: RunningNginx;
  let answering: Answering;
  const plain: Answering = (request, response) => {
    request
      .resume()
      .on("end", () => response.setHeader("content-type", "application/json").end('{"from":"api"}'));
  };

  const start = (edit?: (text: string) => string, port = upstream.port) =>
    startNginx(
      {
        routes: ROUTES,
        upstream: { address: "127.0.0.1", port },
        loadBalancerBlocks: ["127.0.0.0/8"],
        trustedCertificates: certificates.authority,
      },
      edit,
    );

  before(async () => {
    certificates = makeCertificates(folder, REGION);
    upstream = await startUpstream(certificates.trusted, (request, response) => answering(request, response));
    nginx = await start();
  });
  beforeEach(() => {
    answering = plain;
    upstream.received.length = 0;
  });
  after(async () => {
    await nginx?.stop();
    await upstream?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (
    path: string,
    headers: readonly string[] = [],
    { method = "GET", body = "", port = nginx.port } = {},
  ) =>
    sendRaw(
      port,
      [
        `${method} ${path} HTTP/1.1`,
        "Host: api.example.com",
        ...headers,
        ...(body === "" ? [] : [`Content-Length: ${body.length}`]),
        "",
        body,
      ].join("\r\n"),
    );
  const last = () => {
    const found = upstream.received.at(-1);
    if (found === undefined) throw new Error("the endpoint got no request");
    return found;
  };
  const expectJson = ({ status, headers, body }: RawAnswer, code: number) => {
    expect(status).to.equal(code);
    expect(headers["content-type"]).to.equal("application/json");
    expect(JSON.parse(body)).to.have.property("message").that.is.a("string");
    expect(headers.server).to.equal("nginx");
    expect(upstream.received).to.deep.equal([]);
  };

  describe("routes", () => {
    const cases: readonly [path: string, headers: string[], host: string, url: string][] = [
      ["/pets", [], PETS, "/prod/pets"],
      ["/pets?a=1&b=%2F", [], PETS, "/prod/pets?a=1&b=%2F"],
      ["/pets/1%2F2/caf%C3%A9//x/", [], PETS, "/prod/pets/1%2F2/caf%C3%A9//x/"],
      ["/pets/admin/1", [], STAFF, "/v1/pets/admin/1"],
      ["/pets/administrator", [], PETS, "/prod/pets/administrator"],
      ["/employees", [], STAFF, "/v1/"],
      ["/employees?x", [], STAFF, "/v1/?x"],
      ["/employees/7", [], STAFF, "/v1/7"],
      ["/pets/1", ["X-API: Staff V1.2"], STAFF, "/v1/1"],
      ["/pets/1", ["X-API: staff v1x2"], PETS, "/prod/pets/1"],
      ["/pets/1", ["X-API: staff v1.2 and more"], PETS, "/prod/pets/1"],
    ];
    for (const [path, headers, host, url] of cases) {
      it(`sends ${path}${headers.length > 0 ? ` with ${headers}` : ""} to ${url}`, async () => {
        const { status, body } = await request(path, headers);
        expect({ status, body }).to.deep.equal({ status: 200, body: '{"from":"api"}' });
        const { url: got, serverName, headers: sent } = last();
        expect({ got, serverName, host: sent.host }).to.deep.equal({ got: url, serverName: host, host });
      });
    }

    for (const path of [
      "/answer/400",
      "/",
      "/petshop",
      "/Pets",
      "/pet",
      "//pets",
      "/x/pets",
      "/%70ets",
      "/pets%2F1",
      "/prod/pets",
    ]) {
      it(`answers ${path} with 404 by itself`, async () => expectJson(await request(path), 404));
    }
    for (const path of [
      "/pets/..",
      "/pets/../employees/1",
      "/pets/%2e%2E/x",
      "/pets/.%2e",
      "/pets/./x",
      "/pets/x#y",
    ]) {
      it(`refuses ${path}`, async () => expectJson(await request(path), 400));
    }
    it("lets dots in names and in the query pass", async () => {
      expect((await request("/pets/..a/b..?x=/../y")).status).to.equal(200);
      expect(last().url).to.equal("/prod/pets/..a/b..?x=/../y");
    });
  });

  describe("headers", () => {
    it("takes away what names another API, host or client, and what concerns one connection", async () => {
      await request("/pets", [
        "Forwarded: for=1.2.3.4;host=evil",
        "X-Forwarded-Host: evil",
        "X-Real-IP: 1.2.3.4",
        "X-Original-URL: /employees",
        "Proxy: http://evil",
        "Proxy-Authorization: Basic x",
        "TE: trailers",
        "Upgrade: websocket",
        "Connection: keep-alive, Upgrade",
        "Keep-Alive: timeout=5",
        "x_apigw_api_id: underscore",
        "X-Forwarded-For: 6.6.6.6, 203.0.113.9",
        "Authorization: Bearer kept",
        "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678",
      ]);
      const { headers } = last();
      expect(headers).to.include({
        host: PETS,
        "x-forwarded-for": "203.0.113.9",
        "x-forwarded-proto": "https",
        "x-forwarded-port": "443",
        authorization: "Bearer kept",
        "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
      });
      expect(Object.keys(headers).sort()).to.deep.equal([
        "authorization",
        "host",
        "x-amzn-trace-id",
        "x-forwarded-for",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-request-id",
      ]);
    });

    it("refuses the header by which API Gateway chooses an API", async () => {
      for (const value of ["otherother", "0"])
        expectJson(await request("/pets", [`X-Apigw-Api-Id: ${value}`]), 400);
    });

    it("passes a caller's request id on, and makes one for a caller without one or with a hostile one", async () => {
      await request("/pets", ["X-Request-Id: order-17"]);
      expect(last().headers["x-request-id"]).to.equal("order-17");
      for (const hostile of ["a b", 'x","status":"200', "x".repeat(200)]) {
        await request("/pets", [`X-Request-Id: ${hostile}`]);
        expect(last().headers["x-request-id"]).to.match(/^[0-9a-f]{32}$/);
      }
    });

    it("does not obey what an API's answer says to a proxy", async () => {
      answering = (_, response) => response.setHeader("x-accel-redirect", "/employees").end("as it is");
      expect((await request("/pets")).body).to.equal("as it is");
    });
  });

  describe("malformed and ambiguous requests", () => {
    const hostile: readonly [what: string, bytes: string][] = [
      ["two Host headers", "GET /pets HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
      ["no Host header", "GET /pets HTTP/1.1\r\n\r\n"],
      [
        "Content-Length and Transfer-Encoding",
        "POST /pets HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      ],
      [
        "two Content-Lengths",
        "POST /pets HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
      ],
      ["a negative Content-Length", "POST /pets HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"],
      ["a space in the path", "GET /pets/a b HTTP/1.1\r\nHost: a\r\n\r\n"],
      ["a zero byte in the path", "GET /pets/%00 HTTP/1.1\r\nHost: a\r\n\r\n"],
      ["a path above the root", "GET /../pets HTTP/1.1\r\nHost: a\r\n\r\n"],
      ["a line that is no request", "nonsense\r\n\r\n"],
    ];
    for (const [what, bytes] of hostile) {
      it(`refuses ${what}`, async () => expectJson(await sendRaw(nginx.port, bytes), 400));
    }
    it("refuses an unknown transfer encoding and TRACE without asking an API", async () => {
      const { status } = await sendRaw(
        nginx.port,
        "POST /pets HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
      );
      expect(status).to.be.oneOf([400, 501, 502]);
      expectJson(await request("/pets", [], { method: "TRACE" }), 405);
    });
    it("refuses a header of more than 16 KB and a longer URL", async () => {
      expectJson(await request("/pets", [`X: ${"x".repeat(17_000)}`]), 400);
      expectJson(await request(`/pets?${"x".repeat(17_000)}`), 414);
    });
  });

  describe("bodies", () => {
    it("passes 10 MB on and refuses more", async () => {
      let bytes = 0;
      answering = (incoming, response) => {
        incoming.on("data", (piece: Buffer) => {
          bytes += piece.length;
        });
        incoming.on("end", () => response.end());
      };
      const most = 10 * MEGABYTE;
      expect((await request("/pets", [], { method: "POST", body: "x".repeat(most) })).status).to.equal(200);
      expect(bytes).to.equal(most);
      upstream.received.length = 0;
      expectJson(await request("/pets", [`Content-Length: ${most + 1}`], { method: "POST" }), 413);
    });
    it("passes a body without a length on", async () => {
      let body = "";
      answering = (incoming, response) => {
        incoming.on("data", (piece: Buffer) => {
          body += piece;
        });
        incoming.on("end", () => response.end());
      };
      const sent = await sendRaw(
        nginx.port,
        "POST /pets HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
      );
      expect({ status: sent.status, body }).to.deep.equal({ status: 200, body: "abcde" });
    });
    it("passes an answer of 10 MB on without a file", async () => {
      answering = (_, response) => response.end("y".repeat(10 * MEGABYTE));
      expect((await request("/pets")).body.length).to.equal(10 * MEGABYTE);
    });
  });

  describe("the endpoint", () => {
    it("keeps connections for later requests, and none for two APIs", async () => {
      for (let n = 0; n < 10; n++) await request(n % 2 === 0 ? "/pets" : "/employees");
      const connections = (name: string) =>
        new Set(
          upstream.received
            .filter(({ serverName }) => serverName === name)
            .map(({ connection }) => connection),
        );
      const [pets, staff] = [connections(PETS), connections(STAFF)];
      expect(pets.size).to.equal(1);
      expect(staff.size).to.equal(1);
      expect([...pets]).to.not.deep.equal([...staff]);
    });
    it("resumes its TLS session when a connection was closed", async () => {
      answering = (_, response) => response.setHeader("connection", "close").end();
      for (let n = 0; n < 5; n++) await request("/pets");
      expect(upstream.received.slice(1).every(({ isResumed }) => isResumed)).to.equal(true);
    });
    it("passes an API's own errors on as they are", async () => {
      for (const status of [400, 403, 404, 413, 429, 500, 502, 503, 504]) {
        answering = (_, response) => response.writeHead(status).end(`{"message":"own ${status}"}`);
        const answer = await request("/pets");
        expect({ status: answer.status, body: answer.body }).to.deep.equal({
          status,
          body: `{"message":"own ${status}"}`,
        });
      }
    });
    it("answers 502 if nobody trusted signed its certificate, and sends it nothing", async () => {
      const forged = await startUpstream(certificates.forged, plain);
      const other = await start(undefined, forged.port);
      expectJson(await request("/pets", [], { port: other.port }), 502);
      expect(forged.received).to.deep.equal([]);
      await Promise.all([other.stop(), forged.close()]);
    });
    it("answers 502 if nothing listens there", async () => {
      const other = await start(undefined, await freePort());
      expectJson(await request("/pets?token=s3cret", [], { port: other.port }), 502);
      expect(other.printed()).to.not.contain("s3cret");
      await other.stop();
    });
    it("answers 502 if it hangs up, and does not send a POST twice", async () => {
      answering = (incoming) => incoming.socket.destroy();
      const { status } = await request("/pets", [], { method: "POST", body: "x" });
      expect({ status, sent: upstream.received.length }).to.deep.equal({ status: 502, sent: 1 });
    });
    it("answers 504 if it is silent for too long, and does not ask again", async () => {
      const quick = await start((text) =>
        text
          .replaceAll("_timeout 32s", "_timeout 5s")
          .replace("next_upstream_timeout 4s", "next_upstream_timeout 1s"),
      );
      answering = () => undefined;
      const answer = await request("/pets", [], { port: quick.port });
      expect(answer.status).to.equal(504);
      expect(JSON.parse(answer.body)).to.deep.equal({ message: "Gateway Timeout" });
      expect(upstream.received.length).to.equal(1);
      await quick.stop();
    });
  });

  it("logs each request without its query, as JSON", async () => {
    await request("/pets/1?token=s3cret", ['X-Amzn-Trace-Id: Root=1"2']);
    await request("/nowhere?token=s3cret");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [found, lost] = nginx.log().slice(-2);
    expect(found).to.include({
      method: "GET",
      path: "/pets/1",
      status: "200",
      apiHost: PETS,
      traceId: 'Root=1"2',
    });
    expect(lost).to.include({ path: "/nowhere", status: "404", route: "" });
    expect(JSON.stringify(nginx.log())).to.not.contain("s3cret");
  });

  it("answers health checks on a port of their own", async () => {
    const { status, body } = await request("/anything", [], { port: nginx.healthPort });
    expect({ status, body }).to.deep.equal({ status: 200, body: '{"status":"ok"}' });
  });
});

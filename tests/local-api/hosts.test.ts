import { expect } from "chai";
import { synthesisOf } from "../support/stacks.js";
import { Serving, send, sendRaw, stack } from "./serving.js";
import { shipped } from "./support.js";

describe("serveOverHttp with a Host that is not the stack's", () => {
  let [open, closed]: (Serving | undefined)[] = [];
  before(async function () {
    this.timeout(30_000);
    open = await Serving.start(stack);
    const domains = {
      "api.example.com": { certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1" },
    };
    closed = await Serving.start(await synthesisOf("prod", { api: { domains } }), "vpc");
  });
  after(async () => {
    await open?.stop();
    await closed?.stop();
  });

  const FORBIDDEN = { status: 403, type: "application/json", body: '{"message":"Forbidden"}' };

  for (const host of [
    "evil.example.com",
    "evil.example.com:3000",
    "localhost.evil.example.com",
    "127.0.0.1.evil.example.com",
    "evil-localhost",
    "192.168.1.7",
    "0.0.0.0",
    "127.0.0.2",
    "[::2]",
    "execute-api.eu-west-1.amazonaws.com",
    "api.execute-api.eu-west-1.amazonaws.com.evil.example.com",
    "api.execute-api.evil.example.com",
    "vpce-1.execute-api.eu-west-1.vpce.evil.example.com",
    "localhost@evil.example.com",
  ]) {
    it(`refuses ${host}, and says so in the terminal alone`, async () => {
      const serving = open;
      if (serving === undefined) throw new Error("not started");
      serving.served.length = 0;
      const answer = await send(serving.origin, "/v1/plain", { headers: { Host: host, "x-from": "moon" } });
      expect(answer).to.deep.equal(FORBIDDEN);
      expect(serving.served[0]?.reason).to.contain(`Host: ${host} is no name of this stack`);
    });
  }

  for (const host of [
    "localhost",
    "localhost:1",
    "LOCALHOST",
    "127.0.0.1",
    "127.0.0.1:3000",
    "[::1]",
    "[::1]:8080",
    "localhost.",
  ]) {
    it(`answers ${host}`, async () => {
      const { status, body } = await send(open?.origin ?? "", "/v1/plain", { headers: { Host: host } });
      expect(status).to.equal(200);
      expect(JSON.parse(body).headers.Host).to.equal("api-id.execute-api.eu-west-1.amazonaws.com");
    });
  }

  it("refuses a second Host header, an empty one, and a foreign name in the request line", async () => {
    const { origin = "" } = open ?? {};
    const twice = await sendRaw(
      origin,
      "GET /v1/plain HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n",
    );
    expect(twice).to.match(/^HTTP\/1\.1 40[03] /);
    const empty = await sendRaw(origin, "GET /v1/plain HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n");
    expect(empty).to.match(/^HTTP\/1\.1 40[03] /);
    const absolute = await sendRaw(
      origin,
      "GET http://evil.example.com/v1/plain HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n",
    );
    expect(absolute).to.match(/^HTTP\/1\.1 403 /);
  });

  it("answers for the API's names, the custom domain name and the endpoint's own name", async () => {
    const serving = closed;
    if (serving === undefined) throw new Error("not started");
    const { api, origin } = serving;
    const { resources } = await synthesisOf("prod");
    const entries = resources.find(
      ({ name, type }) => name === "execute-api-endpoint" && type.endsWith(":VpcEndpoint"),
    )?.properties.dnsEntries;
    const [{ dnsName }] = JSON.parse(JSON.stringify(entries));
    for (const [path, headers] of [
      ["/v1/messages", { Host: `${api.apiId}.execute-api.eu-west-1.amazonaws.com` }],
      ["/messages", { Host: "api.example.com" }],
      ["/v1/messages", { Host: dnsName, "x-apigw-api-id": api.apiId, "x-from": "endpoint" }],
    ] as const) {
      serving.served.length = 0;
      await send(origin, path, { headers });
      expect(serving.served[0]?.reason ?? "", JSON.stringify(headers)).not.to.contain(
        "no name of this stack",
      );
    }
  });
});

describe("the functions of a served stack", () => {
  it("read the stand-in for Parameter Store by its own Host", async function () {
    this.timeout(30_000);
    const serving = await Serving.start(await shipped("dev"));
    try {
      expect((await send(serving.origin, `/${serving.api.stageName}/messages`)).status).to.equal(200);
    } finally {
      await serving.stop();
    }
  });
});

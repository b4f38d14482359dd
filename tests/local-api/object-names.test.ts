import { request as httpRequest } from "node:http";
import { expect } from "chai";
import { NAMES, type Sent, Serving, send, stack } from "./serving.js";

describe("serveOverHttp with names that every JavaScript object has", () => {
  let serving: Serving;
  before(async () => {
    serving = await Serving.start(stack);
  });
  after(() => serving.stop());

  const event = async (path: string, sent?: Sent) => {
    const { status, body } = await send(serving.origin, path, sent);
    expect(status, body).to.equal(200);
    return JSON.parse(body);
  };
  const own = (map: object, name: string): unknown => Object.getOwnPropertyDescriptor(map, name)?.value;

  for (const name of NAMES) {
    it(`passes ?${name}=1&${name}=2 to the function as any other parameter`, async () => {
      const { queryStringParameters, multiValueQueryStringParameters } = await event(
        `/v1/plain?${name}=1&${name}=2&x=3`,
      );
      expect(Object.keys(queryStringParameters)).to.have.members([name, "x"]);
      expect(own(queryStringParameters, name)).to.equal("2");
      expect(own(multiValueQueryStringParameters, name)).to.deep.equal(["1", "2"]);
    });

    it(`passes a header ${name}, and its several values`, async () => {
      const { headers, multiValueHeaders } = await event("/v1/plain", {
        headers: { [`${name}`]: ["a", "b"] },
      });
      expect(own(headers, name)).to.equal("b");
      expect(own(multiValueHeaders, name)).to.deep.equal(["a", "b"]);
    });

    it(`finds no model for a body of the type ${name}`, async () => {
      const { status } = await send(serving.origin, "/v1/valid", {
        method: "POST",
        headers: { "Content-Type": name },
        body: "no JSON",
      });
      expect(status).to.equal(200);
    });
  }

  it("passes path parameters with such names and such values", async () => {
    const { pathParameters } = await event("/v1/echo/toString/constructor");
    expect(Object.keys(pathParameters)).to.have.members(["constructor", "__proto__"]);
    expect(own(pathParameters, "constructor")).to.equal("toString");
    expect(own(pathParameters, "__proto__")).to.equal("constructor");
  });

  it("has no value for such a name that the request does not have", async () => {
    const { queryStringParameters, pathParameters } = await event("/v1/plain");
    expect([queryStringParameters, pathParameters]).to.deep.equal([null, null]);
    const { status, body } = await send(serving.origin, "/v1/nothing");
    expect([status, body]).to.deep.equal([403, '{"a":""}']);
  });

  it("gives mapping templates the request's parameters, and nothing of JavaScript", async () => {
    const headersFor = (path: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        httpRequest(serving.origin + path, ({ headers }) => resolve(headers))
          .on("error", reject)
          .end();
      });
    expect(await headersFor("/v1/mock?constructor=1&__proto__=2")).to.include({
      one: "1",
      two: "2",
      three: "[]",
      four: "[]",
    });
  });
});

import { expect } from "chai";
import { proxyResponse } from "../../../local-api/integrations/lambda-proxy-response.js";

const answer = (result: unknown, binaryMediaTypes: readonly string[] = [], accept?: string) =>
  proxyResponse(result, { accept, binaryMediaTypes });

describe("A function's answer", () => {
  const malformed: [what: string, result: unknown][] = [
    ["nothing", null],
    ["a text", "hello"],
    ["a list", []],
    ["no statusCode", { body: "hello" }],
    ["a statusCode that is none", { statusCode: "OK" }],
    ["a statusCode out of range", { statusCode: 700 }],
    ["an object as body", { statusCode: 200, body: { hello: 1 } }],
    ["a header that is an object", { statusCode: 200, headers: { a: {} } }],
    ["headers that are a list", { statusCode: 200, headers: [] }],
    ["multiValueHeaders without lists", { statusCode: 200, multiValueHeaders: { a: "b" } }],
    ["a text as isBase64Encoded", { statusCode: 200, isBase64Encoded: "true" }],
    ["a key of no proxy response", { statusCode: 200, message: "hello" }],
    ["a header that would break out", { statusCode: 200, headers: { a: "b\r\nSet-Cookie: c" } }],
  ];
  for (const [what, result] of malformed) {
    it(`is 502 for ${what}`, () => {
      const { statusCode, body, headers, reason } = answer(result);
      expect([statusCode, body]).to.deep.equal([502, '{"message": "Internal server error"}']);
      expect(headers["x-amzn-ErrorType"]).to.equal("InternalServerErrorException");
      expect(reason).to.match(/^malformed Lambda proxy response: /);
    });
  }

  it("says of a malformed one what is wrong, and nothing of what is in it", () => {
    expect(answer({ statusCode: 200, body: { secret: "s3cret" } }).reason).not.to.include("s3cret");
  });

  it("is JSON unless it says otherwise, and may be empty", () => {
    expect(answer({ statusCode: 204 })).to.deep.include({
      statusCode: 204,
      body: "",
      headers: { "Content-Type": "application/json" },
    });
    expect(answer({ statusCode: 200, headers: { "content-type": "text/plain" } }).headers).to.deep.equal({
      "content-type": "text/plain",
    });
  });

  it("may write its status and header values as texts, numbers or booleans", () => {
    const { statusCode, headers } = answer({ statusCode: "201", headers: { "x-count": 3, "x-last": true } });
    expect(statusCode).to.equal(201);
    expect(headers).to.include({ "x-count": "3", "x-last": "true" });
  });

  it("has the values of both maps of headers, those of multiValueHeaders first of all", () => {
    const { headers, multiValueHeaders } = answer({
      statusCode: 200,
      headers: { "Set-Cookie": "a=1", "X-One": "1" },
      multiValueHeaders: { "set-cookie": ["b=2", "c=3"], "X-Two": ["2"] },
    });
    expect(multiValueHeaders).to.deep.equal({ "set-cookie": ["b=2", "c=3"] });
    expect(headers).to.include({ "X-One": "1", "X-Two": "2" });
    expect(headers).not.to.have.any.keys("Set-Cookie", "set-cookie");
  });

  it("cannot set the headers that are API Gateway's own", () => {
    const { headers } = answer({ statusCode: 200, headers: { "Content-Length": "5", Connection: "close" } });
    expect(headers).to.include({
      "x-amzn-Remapped-Content-Length": "5",
      "x-amzn-Remapped-Connection": "close",
    });
    expect(headers).not.to.have.any.keys("Content-Length", "Connection");
  });

  describe("in base64", () => {
    const image = {
      statusCode: 200,
      headers: { "Content-Type": "image/png" },
      body: "AP/+",
      isBase64Encoded: true,
    };

    it("is decoded for an API that takes every type as binary, or the one that is asked for", () => {
      expect(answer(image, ["*/*"]).isBase64Encoded).to.equal(true);
      expect(answer(image, ["image/png"], "image/png, */*").isBase64Encoded).to.equal(true);
    });

    it("stays as it is for any other", () => {
      expect(answer(image)).to.deep.include({ body: "AP/+" }).and.not.to.have.key("isBase64Encoded");
      expect(answer(image, ["image/png"], "text/html").isBase64Encoded).to.equal(undefined);
    });

    it("is 500 when it is none", () => {
      expect(answer({ ...image, body: "!" }, ["*/*"]).statusCode).to.equal(500);
    });
  });
});

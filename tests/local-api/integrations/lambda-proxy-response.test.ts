import { expect } from "chai";
import { proxyResponse } from "../../../local-api/integrations/lambda-proxy-response.js";

const answer = (result: unknown, binaryMediaTypes: readonly string[] = [], accept?: string) =>
  proxyResponse(result, { accept, binaryMediaTypes });

describe("proxyResponse", () => {
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
    it(`answers 502 for ${what}`, () => {
      const { statusCode, body, headers, reason } = answer(result);
      expect([statusCode, body]).to.deep.equal([502, '{"message": "Internal server error"}']);
      expect(headers["x-amzn-ErrorType"]).to.equal("InternalServerErrorException");
      expect(reason).to.match(/^malformed Lambda proxy response: /);
    });
  }

  it("gives the reason for a malformed answer without any of its values", () => {
    expect(answer({ statusCode: 200, body: { secret: "s3cret" } }).reason).not.to.include("s3cret");
  });

  it("has the type JSON by default, and may have an empty body", () => {
    expect(answer({ statusCode: 204 })).to.deep.include({
      statusCode: 204,
      body: "",
      headers: { "Content-Type": "application/json" },
    });
    expect(answer({ statusCode: 200, headers: { "content-type": "text/plain" } }).headers).to.deep.equal({
      "content-type": "text/plain",
    });
  });

  it("accepts status and header values as text, numbers or booleans", () => {
    const { statusCode, headers } = answer({ statusCode: "201", headers: { "x-count": 3, "x-last": true } });
    expect(statusCode).to.equal(201);
    expect(headers).to.include({ "x-count": "3", "x-last": "true" });
  });

  it("merges both maps of headers, and prefers multiValueHeaders", () => {
    const { headers, multiValueHeaders } = answer({
      statusCode: 200,
      headers: { "Set-Cookie": "a=1", "X-One": "1" },
      multiValueHeaders: { "set-cookie": ["b=2", "c=3"], "X-Two": ["2"] },
    });
    expect(multiValueHeaders).to.deep.equal({ "set-cookie": ["b=2", "c=3"] });
    expect(headers).to.include({ "X-One": "1", "X-Two": "2" });
    expect(headers).not.to.have.any.keys("Set-Cookie", "set-cookie");
  });

  it("renames headers that only API Gateway may set", () => {
    const { headers } = answer({ statusCode: 200, headers: { "Content-Length": "5", Connection: "close" } });
    expect(headers).to.include({
      "x-amzn-Remapped-Content-Length": "5",
      "x-amzn-Remapped-Connection": "close",
    });
    expect(headers).not.to.have.any.keys("Content-Length", "Connection");
  });

  describe("for a body in base64", () => {
    const image = {
      statusCode: 200,
      headers: { "Content-Type": "image/png" },
      body: "AP/+",
      isBase64Encoded: true,
    };

    it("decodes the body if every type is binary, or the accepted type is", () => {
      expect(answer(image, ["*/*"]).isBase64Encoded).to.equal(true);
      expect(answer(image, ["image/png"], "image/png, */*").isBase64Encoded).to.equal(true);
    });

    it("leaves the body encoded for any other type", () => {
      expect(answer(image)).to.deep.include({ body: "AP/+" }).and.not.to.have.key("isBase64Encoded");
      expect(answer(image, ["image/png"], "text/html").isBase64Encoded).to.equal(undefined);
    });

    it("answers 500 if the body is not base64", () => {
      expect(answer({ ...image, body: "!" }, ["*/*"]).statusCode).to.equal(500);
    });
  });
});

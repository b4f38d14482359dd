import { expect } from "chai";
import { proxyEvent } from "../../../local-api/integrations/proxy-event.js";

const target = {
  apiId: "gy415nuibc",
  stageName: "testStage",
  resource: "/{proxy+}",
  resourceId: "roq9wj",
  pathParameters: { proxy: "hello/world" },
  accountId: "123456789012",
  region: "us-east-1",
  stageVariables: { stageVariableName: "stageVariableValue" },
};

/** AWS's example of a request: a POST with a JSON body, a query and a stage variable. */
const request = {
  method: "POST",
  path: "/hello/world",
  query: "name=me&multivalueName=you&multivalueName=me",
  headers: {
    Accept: "*/*",
    "Content-Type": "application/json",
    headerName: "headerValue",
    Host: "gy415nuibc.execute-api.us-east-1.amazonaws.com",
    "User-Agent": "PostmanRuntime/2.4.5",
  },
  body: '{\r\n\t"a": 1\r\n}',
  sourceIp: "192.168.196.186",
};

describe("proxyEvent", () => {
  const event = proxyEvent(request, target);

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
  it("has every field of AWS's example with the same value", () => {
    expect(event).to.deep.include({
      resource: "/{proxy+}",
      path: "/hello/world",
      httpMethod: "POST",
      queryStringParameters: { name: "me", multivalueName: "me" },
      multiValueQueryStringParameters: { name: ["me"], multivalueName: ["you", "me"] },
      pathParameters: { proxy: "hello/world" },
      stageVariables: { stageVariableName: "stageVariableValue" },
      body: '{\r\n\t"a": 1\r\n}',
      isBase64Encoded: false,
    });
    expect(event.headers).to.include({
      ...request.headers,
      "X-Forwarded-For": "192.168.196.186",
      "X-Forwarded-Port": "443",
      "X-Forwarded-Proto": "https",
    });
    expect(event.multiValueHeaders).to.deep.include({ Accept: ["*/*"], headerName: ["headerValue"] });
    expect(event.requestContext).to.deep.include({
      accountId: "123456789012",
      resourceId: "roq9wj",
      stage: "testStage",
      resourcePath: "/{proxy+}",
      httpMethod: "POST",
      apiId: "gy415nuibc",
      path: "/testStage/hello/world",
      protocol: "HTTP/1.1",
      domainName: "gy415nuibc.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "gy415nuibc",
    });
    expect(event.requestContext.identity).to.deep.equal({
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      apiKey: null,
      accessKey: null,
      principalOrgId: null,
      sourceIp: "192.168.196.186",
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: "PostmanRuntime/2.4.5",
      user: null,
    });
  });

  it("has only keys that AWS documents", () => {
    expect(event).to.have.all.keys(
      ...["resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters"],
      ...["multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body"],
      "isBase64Encoded",
    );
  });

  it("writes the time in the format of API Gateway", () => {
    const { requestTime, requestTimeEpoch } = proxyEvent(request, target).requestContext;
    expect(requestTime).to.match(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(requestTimeEpoch).to.be.closeTo(Date.now(), 5000);
  });

  it("has null for parts that a plain request lacks", () => {
    const plain = proxyEvent(
      { method: "GET", path: "/messages" },
      { ...target, pathParameters: {}, stageVariables: {} },
    );
    expect(plain).to.deep.include({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
    expect(plain.requestContext.identity.userAgent).to.equal(null);
    expect(plain.headers.Host).to.equal("gy415nuibc.execute-api.us-east-1.amazonaws.com");
  });

  it("has all values of a header in multiValueHeaders, and the last one in headers", () => {
    const { headers, multiValueHeaders } = proxyEvent(
      { ...request, multiValueHeaders: { "X-Tag": ["a", "b"] } },
      target,
    );
    expect(headers["X-Tag"]).to.equal("b");
    expect(multiValueHeaders["X-Tag"]).to.deep.equal(["a", "b"]);
  });

  it("appends the caller to X-Forwarded-For, and overwrites the other X-Forwarded headers", () => {
    const forged = { "x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "http" };
    const { headers } = proxyEvent({ ...request, headers: forged }, target);
    expect(headers).to.include({
      "X-Forwarded-For": "1.2.3.4, 192.168.196.186",
      "X-Forwarded-Proto": "https",
    });
    expect(headers).not.to.have.any.keys("x-forwarded-for", "x-forwarded-proto");
  });

  it("leaves the path and its parameters encoded, and decodes the query", () => {
    const encoded = { ...request, path: "/a%20b", query: "q=a%20b%26c" };
    const sent = proxyEvent(encoded, { ...target, pathParameters: { proxy: "a%20b" } });
    expect(sent.path).to.equal("/a%20b");
    expect(sent.pathParameters).to.deep.equal({ proxy: "a%20b" });
    expect(sent.queryStringParameters).to.deep.equal({ q: "a b&c" });
  });

  describe("through an execute-api endpoint", () => {
    const endpoint = { vpcId: "vpc-1", vpceId: "vpce-1" };
    const { headers, requestContext } = proxyEvent(
      { ...request, sourceIp: "10.0.0.10" },
      { ...target, endpoint },
    );

    it("names the endpoint and its VPC in the identity", () => {
      expect(requestContext.identity).to.include({ ...endpoint, sourceIp: "10.0.0.10" });
    });

    it("names endpoint and VPC in headers, instead of the headers of the internet", () => {
      expect(headers).to.include({
        "x-amzn-vpc-id": "vpc-1",
        "x-amzn-vpce-id": "vpce-1",
        "X-Forwarded-For": "10.0.0.10",
      });
      expect(headers).not.to.have.any.keys("X-Forwarded-Proto", "X-Forwarded-Port");
    });
  });

  describe("with binary media types", () => {
    const bytes = Uint8Array.of(0, 255, 254);
    const send = (contentType: string, binaryMediaTypes: readonly string[]) =>
      proxyEvent(
        { ...request, headers: { "content-type": contentType }, body: bytes },
        { ...target, binaryMediaTypes },
      );

    it("has a body of a binary type as base64", () => {
      expect(send("image/png; q=1", ["image/png"])).to.include({ body: "AP/+", isBase64Encoded: true });
      expect(send("text/plain", ["*/*"])).to.include({ body: "AP/+", isBase64Encoded: true });
    });

    it("has any other body as text", () => {
      expect(send("image/jpeg", ["image/png"])).to.include({ isBase64Encoded: false });
    });
  });
});

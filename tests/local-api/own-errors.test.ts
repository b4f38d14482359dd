import { expect } from "chai";
import { Serving, send, stack } from "./serving.js";
import { changed, having } from "./support.js";

describe("serveOverHttp that fails itself", () => {
  const broken = having(changed(stack, "f1", { code: undefined }), [
    "apigateway/integrationResponse:IntegrationResponse",
    "bad-header",
    {
      restApi: "api-id",
      resourceId: "root.mock-id",
      httpMethod: "GET",
      statusCode: "200",
      responseParameters: { "method.response.header.x-snow": "'\u2603'" },
    },
  ]);
  const withoutOk = { ...broken, resources: broken.resources.filter(({ name }) => name !== "ok") };

  for (const [what, path, reason] of [
    ["a function that it cannot run", "/v1/plain", /f1 is not made of a bundle/],
    ["a header that HTTP does not take", "/v1/mock", /Invalid character in header/],
  ] as const) {
    it(`answers 500 with JSON to ${what}, tells the terminal, and serves on`, async () => {
      const serving = await Serving.start(withoutOk);
      try {
        const answer = await send(serving.origin, path);
        expect(answer).to.deep.equal({
          status: 500,
          type: "application/json",
          body: '{"message": "Internal server error"}',
        });
        expect(serving.served.map(({ statusCode }) => statusCode)).to.deep.equal([500]);
        expect(serving.served[0]?.reason)
          .to.match(/^an error of the local server itself: /)
          .and.to.match(reason);
        expect((await send(serving.origin, "/v1/echo/1/2")).status).to.equal(200);
      } finally {
        await serving.stop();
      }
    });
  }
});

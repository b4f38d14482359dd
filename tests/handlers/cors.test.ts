import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { makeHandler } from "../../handlers/fetch-parameters/handler.js";

/** Answers each call as Parameter Store would, without a network. */
function clientWith(values: Readonly<Record<string, string>>): SSMClient {
  const client = new SSMClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  const Parameters = Object.entries(values).map(([name, Value]) => ({ Name: `/messages/${name}`, Value }));
  client.middlewareStack.add(() => async () => ({ output: { $metadata: {}, Parameters }, response: {} }), {
    step: "initialize",
  });
  return client;
}

const EVENT = { httpMethod: "GET", requestContext: {} };

async function headersWith(origin: string | undefined, values: Record<string, string>): Promise<unknown> {
  const before = process.env.ALLOW_ORIGIN;
  if (origin === undefined) delete process.env.ALLOW_ORIGIN;
  else process.env.ALLOW_ORIGIN = origin;
  try {
    const handler = makeHandler(clientWith(values), { path: "/messages", recursive: false });
    return Object(await handler(EVENT, { awsRequestId: "1" })).headers;
  } finally {
    if (before === undefined) delete process.env.ALLOW_ORIGIN;
    else process.env.ALLOW_ORIGIN = before;
  }
}

describe("the function behind an API with CORS", () => {
  it("names the origin in every answer, errors included", async () => {
    const origin = "https://app.example.com";
    const stored: Record<string, string>[] = [{ greeting: "hello" }, {}];
    for (const values of stored) {
      expect(await headersWith(origin, values)).to.include({ "access-control-allow-origin": origin });
    }
  });

  it("names none where there is no CORS", async () => {
    expect(await headersWith(undefined, { greeting: "hello" })).not.to.have.property(
      "access-control-allow-origin",
    );
  });
});

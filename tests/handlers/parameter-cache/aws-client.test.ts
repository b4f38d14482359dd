import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import fc from "fast-check";
import { AwsClient, attemptTime, type CallOptions } from "../../../handlers/parameter-cache/aws/client.js";
import {
  endpointOf,
  PARAMETER_STORE,
  SECRETS_MANAGER,
} from "../../../handlers/parameter-cache/aws/endpoint.js";
import { ParameterCache } from "../../../handlers/parameter-cache/index.js";
import { close, listen } from "../../../local-api/listen.js";

const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a/secret", sessionToken: "a token" };

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (response: ServerResponse, call: number) => void;

const json = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) =>
  response.writeHead(status, headers).end(JSON.stringify(body));

describe("AwsClient", () => {
  let server: Server;
  let url: string;
  let answer: Answer;
  const received: Received[] = [];
  const clients: AwsClient[] = [];

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      request.on("end", () => {
        received.push({ headers: request.headers, body });
        answer(response, received.length);
      });
    });
    url = `http://127.0.0.1:${await listen(server, 0)}`;
  });
  beforeEach(() => {
    received.length = 0;
  });
  after(async () => {
    for (const client of clients) client.destroy();
    const closed = close(server);
    server.closeAllConnections();
    await closed;
  });

  function clientOf(maxAttempts = 6): AwsClient {
    const client = new AwsClient({
      region: "eu-west-1",
      endpoint: url,
      credentials: CREDENTIALS,
      maxAttempts,
    });
    clients.push(client);
    return client;
  }

  function call(client: AwsClient, wait: number, more: Partial<CallOptions> = {}): Promise<unknown> {
    const end = performance.now() + wait;
    const options = {
      signal: new AbortController().signal,
      remaining: () => end - performance.now(),
      ...more,
    };
    return client.call(PARAMETER_STORE, "GetParameters", { Names: ["/a/ü"] }, options);
  }

  const failure = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => expect.fail("it did not fail"),
      (error: unknown) => error,
    );

  it("sends the operation, its input and a valid signature of them", async () => {
    answer = (response) => json(response, 200, { Parameters: [] });
    expect(await call(clientOf(), 5_000)).to.deep.equal({ Parameters: [] });
    const [request] = received;
    expect(request?.headers).to.include({
      "x-amz-target": "AmazonSSM.GetParameters",
      "content-type": "application/x-amz-json-1.1",
      "x-amz-security-token": "a token",
    });
    expect(JSON.parse(request?.body ?? "")).to.deep.equal({ Names: ["/a/ü"] });
    expect(request?.headers.authorization).to.equal(request && signatureOf(request, "ssm"));
  });

  it("waits 2.5 seconds for a slow answer if the function has 10 seconds", async function () {
    this.timeout(20_000);
    answer = (response) => setTimeout(() => json(response, 200, { Parameters: [] }), 2_500);
    expect(await call(clientOf(), 9_750)).to.deep.equal({ Parameters: [] });
    expect(received).to.have.length(1);
  });

  it("gives up an attempt without an answer in time for another one", async () => {
    answer = (response, number) => number > 1 && json(response, 200, { ok: true });
    const failed: unknown[] = [];
    const result = await call(clientOf(), 1_500, { onFailedAttempt: (error) => failed.push(error) });
    expect(result).to.deep.equal({ ok: true });
    expect(failed).to.have.length(1);
    expect(String(failed[0])).to.match(/^TimeoutError: ssm did not answer within \d+ ms$/);
  });

  it("gives up an answer that stops in the middle", async () => {
    answer = (response, number) =>
      number > 1 ? json(response, 200, { ok: true }) : response.write('{"Para');
    expect(await call(clientOf(), 1_500)).to.deep.equal({ ok: true });
  });

  it("retries throttled and failed calls, and no refusal", async () => {
    answer = (response, number) =>
      number < 3
        ? json(response, number === 1 ? 500 : 503, { __type: "InternalServerError" })
        : json(response, 200, {});
    await call(clientOf(), 10_000);
    expect(received).to.have.length(3);
    answer = (response) =>
      json(response, 400, { __type: "com.amazonaws.ssm#AccessDeniedException", Message: "no" });
    const error = await failure(call(clientOf(), 10_000));
    expect(received).to.have.length(4);
    expect(error).to.include({ name: "AccessDeniedException", message: "no", $fault: "client" });
  });

  it("reads the error's name from body or header, and survives an error page", async () => {
    for (const [body, headers, name] of [
      ['{"__type":"ThrottlingException"}', {}, "ThrottlingException"],
      ["", { "x-amzn-errortype": "ValidationException:http://internal/" }, "ValidationException"],
      ["<html>", {}, "UnknownError"],
      ["[1]", {}, "UnknownError"],
    ] as const) {
      answer = (response) => response.writeHead(400, headers).end(body);
      expect(await failure(call(clientOf(1), 2_000)), body).to.include({ name });
    }
  });

  it("never quotes an answer that is not JSON", async () => {
    answer = (response) => response.end('{"Parameters":[{"Value":"hunter2"');
    const error = await failure(call(clientOf(), 2_000));
    expect(String(error)).to.equal("UnreadableAnswerError: the answer could not be read (it is not JSON)");
  });

  it("stops at the signal, and makes no further attempt", async () => {
    const stop = new AbortController();
    answer = () => setTimeout(() => stop.abort(), 20);
    await failure(call(clientOf(), 5_000, { signal: stop.signal }));
    await failure(call(clientOf(), 5_000, { signal: stop.signal }));
    expect(received).to.have.length(1);
  });

  it("signs again with AWS's time if this machine's clock is wrong", async () => {
    const tomorrow = new Date(Date.now() + 86_400_000);
    answer = (response, number) =>
      number === 1
        ? json(response, 400, { __type: "InvalidSignatureException" }, { date: tomorrow.toUTCString() })
        : json(response, 200, {});
    await call(clientOf(), 5_000);
    expect(received[1]?.headers["x-amz-date"]?.slice(0, 8)).to.equal(
      tomorrow.toISOString().slice(0, 10).replaceAll("-", ""),
    );
  });

  it("can be made without a region, and says at the first call that it is missing", async () => {
    const before = process.env.AWS_REGION;
    delete process.env.AWS_REGION;
    try {
      const cache = new ParameterCache({ aws: new AwsClient({ credentials: CREDENTIALS }) });
      const error = await failure(cache.parameter("/a").get());
      expect(error).to.have.property("message").that.contains("AWS_REGION is not set");
    } finally {
      if (before !== undefined) process.env.AWS_REGION = before;
    }
  });
});

describe("attemptTime", () => {
  it("is a part of what remains, never more, and leaves time for three attempts of a long wait", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 900_000, noNaN: true }), (remaining) => {
        expect(attemptTime(remaining)).to.be.within(Math.min(remaining, 500), remaining);
        if (remaining > 5_000) {
          const second = remaining - attemptTime(remaining);
          expect(second - attemptTime(second)).to.be.at.least(500);
        }
      }),
    );
    expect(attemptTime(-1)).to.equal(0);
  });
});

describe("endpointOf", () => {
  const regions = [
    ...[
      "eu-west-1",
      "us-east-1",
      "ap-southeast-7",
      "mx-central-1",
      "cn-north-1",
      "us-gov-west-1",
      "us-gov-east-1",
    ],
    ...["us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1"],
    "xx-nowhere-9",
  ];
  for (const region of regions) {
    it(`is what the SDK's client calls in ${region}`, async () => {
      for (const fips of [false, true]) {
        for (const dualStack of [false, true]) {
          const expected = await sdkEndpoint(region, fips, dualStack);
          const actual = outcome(() =>
            endpointOf(PARAMETER_STORE, region, {
              ...(fips && { AWS_USE_FIPS_ENDPOINT: "true" }),
              ...(dualStack && { AWS_USE_DUALSTACK_ENDPOINT: "TRUE" }),
            }),
          );
          expect(actual, `fips ${fips}, dual stack ${dualStack}`).to.equal(expected);
        }
      }
    });
  }

  it("is the URL that an environment variable names, that of the service first", () => {
    const all = {
      AWS_ENDPOINT_URL: "http://all:1",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: "https://vpce-1.example/x",
    };
    expect(endpointOf(SECRETS_MANAGER, "eu-west-1", all).href).to.equal("https://vpce-1.example/x");
    expect(endpointOf(PARAMETER_STORE, "eu-west-1", all).href).to.equal("http://all:1/");
    const ignored = { ...all, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
    expect(endpointOf(SECRETS_MANAGER, "eu-west-1", ignored).href).to.equal(
      "https://secretsmanager.eu-west-1.amazonaws.com/",
    );
  });
});

function outcome(make: () => URL): string {
  try {
    return make().href;
  } catch {
    return "refused";
  }
}

async function sdkEndpoint(region: string, fips: boolean, dualStack: boolean): Promise<string> {
  const client = new SSMClient({ region });
  return outcome(
    () => client.config.endpointProvider({ Region: region, UseFIPS: fips, UseDualStack: dualStack }).url,
  );
}

/** The signature by AWS's description: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf({ headers, body }: Received, service: string): string {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1]?.split(";") ?? [];
  expect(signed).to.include.members(["host", "x-amz-date", "x-amz-target", "x-amz-security-token"]);
  const canonical = [
    "POST",
    "/",
    "",
    ...signed.map((name) => `${name}:${String(headers[name])}`),
    "",
    signed.join(";"),
    createHash("sha256").update(body).digest("hex"),
  ].join("\n");
  const date = String(headers["x-amz-date"]);
  const scope = `${date.slice(0, 8)}/eu-west-1/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", date, scope, createHash("sha256").update(canonical).digest("hex")].join(
    "\n",
  );
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${CREDENTIALS.secretAccessKey}`);
  return (
    `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/${scope}, ` +
    `SignedHeaders=${signed.join(";")}, Signature=${hmac(key, toSign).toString("hex")}`
  );
}

import { mkdtempSync, rmSync } from "node:fs";
import { request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type RunningApi, serveOverHttp, startApi } from "../../local-api/index.js";
import {
  decide,
  graphFromResources,
  isRecord,
  type Listener,
  type RoutingDecision,
} from "../../preflight/index.js";
import type { RecordedResource } from "../../preflight/sources/mocks/recorded-resource.js";
import { Resources, synthesisOf } from "../support/stacks.js";
import { makeCertificates } from "./lab/certificates.js";
import { type RunningNginx, startNginxAs } from "./lab/nginx.js";
import { type RawAnswer, sendRaw } from "./lab/raw-client.js";
import { bytesOf, type GeneratedRequest, generateRequests } from "./lab/requests.js";
import { startUpstream, type Upstream } from "./lab/upstream.js";

const COUNT = Number(process.env.REQUESTS ?? 10_000);
const SEED = Number(process.env.SEED ?? 1);
/** How many requests are under way at once. */
const AT_ONCE = 8;

const FRONT_DOOR = {
  domainName: "api.example.com",
  certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
  allowFrom: ["10.30.0.0/16"],
  routes: [
    { path: "/messages" },
    { path: "/pets", api: { id: "petspetspe", stage: "prod" }, stripPrefix: true },
    { path: "/pets/admin", api: { id: "adminadmin", stage: "v2" } },
    { path: "/pets", header: { name: "x-api", value: "employees" }, api: { id: "staffstaff", stage: "v1" } },
    { path: "/employees", api: { id: "staffstaff", stage: "v1" } },
  ],
};
const stack = (kind: "rewrite" | "proxy") =>
  synthesisOf("prod", {
    frontDoor: {
      ...FRONT_DOOR,
      kind,
      ...(kind === "proxy" && {
        proxy: { image: `public.ecr.aws/nginx/nginx-unprivileged@sha256:${"0".repeat(64)}` },
      }),
    },
  });

/** What became of a request: the status that the caller got and, if an API was asked, its name and what it was asked. */
interface Outcome {
  readonly status: number;
  readonly host: string;
  readonly path: string;
}

const isRefusal = (status: number) => [400, 404, 405, 501].includes(status);

/**
 * NGINX refuses what the load balancer's rules know nothing of, or would refuse in other words: broken encodings, a
 * fragment, bytes that are not visible ASCII, a path that climbs above the root, methods in small letters, header names
 * with other characters, two Hosts, two kinds of length. It sends none of these on.
 */
const isMalformed = ({ method, target, headers }: GeneratedRequest): boolean => {
  const path = target.replace(/^[a-z]+:\/\/[^/?#]*/, "").replace(/[?].*$/, "");
  return (
    !/^[A-Z]+$/.test(method) ||
    !/^[\x21-\x7e]*$/.test(target) ||
    !path.startsWith("/") ||
    /%(?![0-9a-f]{2})|%00/i.test(path) ||
    path.includes("#") ||
    /\/(?:[.]|%2e){2}(?:[/?]|$)/i.test(path) ||
    ["Host", "Content-Length", "Transfer-Encoding"].some(
      (once) => headers.filter(([name]) => name === once).length > 1,
    ) ||
    ["Transfer-Encoding", "Content-Length"].every((length) => headers.some(([name]) => name === length)) ||
    headers.some(([name, value]) => name === "Transfer-Encoding" && value !== "chunked") ||
    headers.some(([name, value]) => name === "Content-Length" && !/^\d+$/.test(value)) ||
    headers.some(([name, value]) => /[^\w-]/.test(name) || (name === "Host" && value === ""))
  );
};

describe(`frontDoor of kind proxy and of kind rewrite, ${COUNT} requests`, () => {
  const folder = mkdtempSync(join(tmpdir(), "equality-"));
  let listener: Listener;
  let api: RunningApi;
  let ownHost: string;
  let nginx: RunningNginx;
  let upstream: Upstream;
  const ends: (() => Promise<unknown>)[] = [];

  before(async () => {
    const rewrite = await stack("rewrite");
    const found = graphFromResources(rewrite.resources).listeners.find(({ port }) => port === 443);
    if (found === undefined) throw new Error("no listener");
    listener = found;
    api = await startApi(rewrite, { onLog: () => {} });
    ends.push(() => api.stop());
    ownHost = `${new Resources(rewrite.resources).one("apigateway/restApi:RestApi").id}.execute-api.eu-west-1.amazonaws.com`;
    const served = await serveOverHttp(api, { port: 0, from: api.usualPosition, onServed: () => {} });
    ends.push(() => served.close());
    const { port } = new URL(served.url);
    const certificates = makeCertificates(folder, "eu-west-1");
    upstream = await startUpstream(certificates.trusted, (incoming, outgoing) => {
      if (incoming.headers.host === ownHost) toLocalApi(Number(port), incoming, outgoing);
      else incoming.resume().on("end", () => outgoing.end("another API"));
    });
    ends.push(() => upstream.close());
    nginx = await startNginxAs(configurationIn((await stack("proxy")).resources), {
      upstreamPort: upstream.port,
      trustedCertificates: certificates.authority,
    });
    ends.push(() => nginx.stop());
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sends a request through NGINX. The request's number finds what the endpoint got. */
  async function throughNginx(request: GeneratedRequest, id: string): Promise<Outcome> {
    const headers = [...request.headers, ["X-Request-Id", id] as const];
    const { status } = await sendRaw(nginx.port, bytesOf({ ...request, headers }), request.method === "HEAD");
    const got = upstream.received.find(({ headers: sent }) => sent["x-request-id"] === id);
    return { status, host: got?.headers.host ?? "", path: got?.url ?? "" };
  }

  const direct = new Map<string, Promise<RawAnswer>>();

  /** What a decision of the load balancer's leads to: its own answer, or that of the API that it asks. */
  async function throughRules(decision: RoutingDecision, request: GeneratedRequest): Promise<Outcome> {
    const { status, host, path } = decision;
    if (typeof status === "number") return { status, host: "", path: "" };
    if (typeof host !== "string" || typeof path !== "string")
      throw new Error("the rules lead to what is not known");
    const { method, body } = request;
    const key = JSON.stringify([method, host, path, body]);
    const headers = [
      ["Host", host] as const,
      ...(body === "" ? [] : [["Content-Length", String(body.length)] as const]),
    ];
    const asked =
      direct.get(key) ?? upstream.ask(bytesOf({ method, target: path, headers, body }), method === "HEAD");
    direct.set(key, asked);
    return { status: (await asked).status, host, path };
  }

  it("give the same API, path, Host and status wherever the rules are certain", async function () {
    this.timeout(900_000);
    const counts = { same: 0, possible: 0, refused: 0 };
    const reached = new Set<string>();
    const wrong: unknown[] = [];
    const judge = async (request: GeneratedRequest, n: number) => {
      const { decision, possible } = decide(listener, {
        method: request.method,
        path: request.target,
        headers: request.headers,
      });
      const got = await throughNginx(request, `r${n}`);
      if (got.host !== "") reached.add(`${got.host}${got.path.split("/").slice(0, 2).join("/")}`);
      const allowed = await Promise.all(possible.map((each) => throughRules(each, request)));
      const isAllowed = allowed.some(
        (each) => each.status === got.status && each.host === got.host && each.path === got.path,
      );
      if (isAllowed) counts[decision === undefined ? "possible" : "same"] += 1;
      else if (got.host === "" && isRefusal(got.status) && (decision === undefined || isMalformed(request)))
        counts.refused += 1;
      else wrong.push({ request, got, allowed });
    };
    const left = [...generateRequests(SEED, COUNT)].entries();
    const work = async () => {
      for (const [n, request] of left) {
        await judge(request, n);
        if (upstream.received.length > 500) upstream.received.splice(0, 300);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    console.log(`      ${JSON.stringify(counts)}, ${reached.size} APIs with their first paths`);
    expect(wrong.slice(0, 8).map((each) => JSON.stringify(each))).to.deep.equal([]);
    expect(counts.same).to.be.above(COUNT * 0.5);
    // Nothing but what the routes name.
    expect([...reached].sort()).to.deep.equal(
      [
        `${ownHost}/v1`,
        "adminadmin.execute-api.eu-west-1.amazonaws.com/v2",
        "petspetspe.execute-api.eu-west-1.amazonaws.com/prod",
        "staffstaff.execute-api.eu-west-1.amazonaws.com/v1",
      ].sort(),
    );
  });
});

/** The configuration that the stack gives NGINX, from its task definition. */
function configurationIn(resources: readonly RecordedResource[]): string {
  const { containerDefinitions } = new Resources(resources).one(
    "ecs/taskDefinition:TaskDefinition",
  ).properties;
  const found: unknown = JSON.parse(String(containerDefinitions));
  const [container] = Array.isArray(found) ? found : [];
  const [variable] = isRecord(container) && Array.isArray(container.environment) ? container.environment : [];
  if (!isRecord(variable) || typeof variable.value !== "string") throw new Error("no configuration");
  return variable.value;
}

function toLocalApi(port: number, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url, headers } = incoming;
  const asked = forward(
    { port, host: "127.0.0.1", method, path: url, headers: { ...headers, connection: "close" } },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    },
  );
  asked.on("error", () => outgoing.destroy());
  incoming.pipe(asked);
}

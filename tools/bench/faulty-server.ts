import { createServer, type Server } from "node:http";
import { close, listen, type ParameterStore, ServiceError } from "@lambda-networking/local-api";

/** Faults of Parameter Store, or of the connection to it. */
export const FAULTS = [
  "throttled",
  "error 500",
  "hang",
  "hang in the body",
  "half a body",
  "half the pages",
  "expired credentials",
  "denied",
  "connection reset",
] as const;
export type Fault = (typeof FAULTS)[number];

const REFUSALS: Readonly<Partial<Record<Fault, readonly [status: number, type: string]>>> = {
  throttled: [400, "ThrottlingException"],
  "error 500": [500, "InternalServerError"],
  "expired credentials": [400, "ExpiredTokenException"],
  denied: [400, "AccessDeniedException"],
};

/** Parameter Store over HTTP, as in `local-api/aws-services/server.ts`, with faults on request. */
export class FaultyServer {
  fault: Fault | undefined;
  /** Source of the answers. A new store means changed parameters. */
  store: ParameterStore;
  calls = 0;
  private readonly server: Server;

  private constructor(store: ParameterStore) {
    this.store = store;
    this.server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      request.on("end", () => {
        this.calls += 1;
        const input: unknown = JSON.parse(body);
        const { fault } = this;
        const isLater = body.includes('"NextToken"');
        if (fault === "hang") return;
        if (fault === "connection reset") return void request.socket.destroy();
        const [status, answer] = refusal(fault, isLater) ?? answerTo(this.store, input);
        const text = JSON.stringify(answer);
        response.writeHead(status, {
          "content-type": "application/x-amz-json-1.1",
          "content-length": Buffer.byteLength(text),
        });
        if (fault === "hang in the body") return void response.write(text.slice(0, text.length / 2));
        if (fault === "half a body")
          return void response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
        response.end(text);
      });
    });
  }

  static async start(store: ParameterStore): Promise<FaultyServer & { readonly url: string }> {
    const faulty = new FaultyServer(store);
    const port = await listen(faulty.server, 0);
    return Object.assign(faulty, { url: `http://127.0.0.1:${port}` });
  }

  async stop(): Promise<void> {
    const closed = close(this.server);
    this.server.closeAllConnections();
    await closed;
  }
}

function refusal(fault: Fault | undefined, isLater: boolean): [number, object] | undefined {
  if (fault === "half the pages") return isLater ? [500, { __type: "InternalServerError" }] : undefined;
  const [status, type] = (fault && REFUSALS[fault]) ?? [];
  return status === undefined ? undefined : [status, { __type: type, message: "as the fault has it" }];
}

function answerTo(store: ParameterStore, input: unknown): [number, object] {
  try {
    return [200, store.getParametersByPath(input)];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [400, { __type: error.name, message: error.message }];
  }
}

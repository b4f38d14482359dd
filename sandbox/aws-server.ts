import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ParameterStore, ServiceError } from "./parameter-store.js";

/** AWS's side of the wire for functions that run in the sandbox. */
export interface AwsServer {
  /** What the SDK takes as `AWS_ENDPOINT_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves Parameter Store over HTTP on a free port of this machine only, so that a function's own bundle, with the
 * real SDK in it, can talk to it.
 */
export async function startAwsServer(parameters: ParameterStore): Promise<AwsServer> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const [status, answer] = answerTo(String(request.headers["x-amz-target"] ?? ""), body, parameters);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => close(server) };
}

function answerTo(
  target: string,
  body: string,
  parameters: ParameterStore,
): [status: number, answer: object] {
  try {
    if (target !== "AmazonSSM.GetParametersByPath") {
      throw new ServiceError(
        "UnknownOperationException",
        `The sandbox does not serve ${target || "this call"}.`,
      );
    }
    return [200, parameters.getParametersByPath(JSON.parse(body))];
  } catch (error) {
    if (error instanceof ServiceError) return [400, { __type: error.name, message: error.message }];
    return [500, { __type: "InternalServerError", message: String(error) }];
  }
}

function portOf(server: Server): number {
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === "string")
    throw new Error("the sandbox's AWS server has no port");
  return address.port;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

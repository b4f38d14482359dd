import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { close, listen } from "../listen.js";
import { type ParameterStore, ServiceError } from "./parameter-store.js";

/** HTTP server that stands in for AWS. */
export interface AwsServer {
  /** URL for the SDK's `AWS_ENDPOINT_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves Parameter Store over HTTP on a free port of this machine, so that the function's bundle can call it with the
 * real SDK.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
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
      response.writeHead(status, {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": randomUUID(),
      });
      response.end(JSON.stringify(answer));
    });
  });
  const port = await listen(server, 0);
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

type Operation = (parameters: ParameterStore, input: unknown) => object;

const OPERATIONS = new Map<string, Operation>([
  ["AmazonSSM.GetParameter", (parameters, input) => parameters.getParameter(input)],
  ["AmazonSSM.GetParameters", (parameters, input) => parameters.getParameters(input)],
  ["AmazonSSM.GetParametersByPath", (parameters, input) => parameters.getParametersByPath(input)],
]);

function answerTo(
  target: string,
  body: string,
  parameters: ParameterStore,
): [status: number, answer: object] {
  try {
    const operation = OPERATIONS.get(target);
    if (operation === undefined) {
      const message = `The sandbox does not serve ${target || "this call"}.`;
      throw new ServiceError("UnknownOperationException", message);
    }
    return [200, operation(parameters, inputOf(body))];
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      return [500, { __type: "InternalServerError", message: String(error) }];
    }
    const { name, message } = error;
    return [400, { __type: name, ...(message !== "" && { message }) }];
  }
}

function inputOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ServiceError("SerializationException", "");
  }
}

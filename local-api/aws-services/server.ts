import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { foreignHost, isLoopback } from "../hosts.js";
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
 * @param onFault receives a sentence about each of this server's own errors
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export async function startAwsServer(
  parameters: ParameterStore,
  onFault: (fault: string) => void = () => {},
): Promise<AwsServer> {
  const server = createServer((request, response) => {
    const foreign = foreignHost(request.rawHeaders, isLoopback);
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const target = String(request.headers["x-amz-target"] ?? "");
      const [status, answer] =
        foreign === undefined ? answerTo(target, body, { parameters, onFault }) : notForHost(foreign);
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

type Answer = [status: number, answer: object];

/** The stand-in holds the stack's parameters, secrets too, so it answers only programs on this machine. */
function notForHost(host: string): Answer {
  const message = `Host: ${host} is not this machine. The stand-in answers for 127.0.0.1 and localhost.`;
  return [403, { __type: "AccessDeniedException", message }];
}

interface Backend {
  readonly parameters: ParameterStore;
  readonly onFault: (fault: string) => void;
}

function answerTo(target: string, body: string, { parameters, onFault }: Backend): Answer {
  try {
    const operation = OPERATIONS.get(target);
    if (operation === undefined) {
      const message = `The sandbox does not serve ${target || "this call"}.`;
      throw new ServiceError("UnknownOperationException", message);
    }
    return [200, operation(parameters, inputOf(body))];
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      onFault(`500 to ${target}: an error of the local server itself: ${String(error)}`);
      return [500, { __type: "InternalServerError", message: "an error of the local server itself" }];
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

import type { HttpResponse } from "@smithy/core/transport";
import { field } from "../field.js";

/** Error that an AWS service answered with. Its name is AWS's: `ThrottlingException`. */
export class AwsServiceError extends Error {
  override readonly name: string;
  readonly $fault: "client" | "server";
  readonly $metadata: {
    readonly httpStatusCode: number;
    readonly requestId?: string;
    /** Whether a retry is signed with another time. */
    clockSkewCorrected?: true;
  };
  declare readonly cause?: Error;
  /** The response without its body. Not enumerable, so that no log prints it. */
  declare readonly $response: HttpResponse;

  /** @param body the answer's JSON; undefined if it is none */
  constructor(response: HttpResponse, body: unknown) {
    const message = field(body, "message") ?? field(body, "Message");
    super(typeof message === "string" ? message : "");
    const { statusCode, headers } = response;
    this.name = nameOf(field(body, "__type") ?? field(body, "code") ?? headers["x-amzn-errortype"]);
    this.$fault = statusCode >= 500 ? "server" : "client";
    const requestId = headers["x-amzn-requestid"];
    this.$metadata = { httpStatusCode: statusCode, ...(requestId !== undefined && { requestId }) };
    Object.defineProperty(this, "$response", { value: response, enumerable: false });
  }
}

/**
 * Takes the name out of `com.amazonaws.ssm#ParameterNotFound` and `ParameterNotFound:http://…`.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
 */
function nameOf(type: unknown): string {
  if (typeof type !== "string" || type === "") return "UnknownError";
  return (type.split(":")[0] ?? "").split("#").at(-1) || "UnknownError";
}

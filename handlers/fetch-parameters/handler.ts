import type { SSMClient } from "@aws-sdk/client-ssm";
import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { type Messages, NoParametersError, type ParametersToRead, readParameters } from "./parameters.js";

/** What the function answers when it is invoked directly and not by an API. */
export interface MessagesResult {
  readonly messages: Messages;
}

type Answer = MessagesResult | APIGatewayProxyResult;

/**
 * The function's entry point. To an API's proxy event it answers with a response: 200 with the messages, 404
 * when there are none, 502 when the read failed. To a direct invocation it answers `{messages}`, and throws.
 *
 * A failed read is logged with its cause and the request's id; values are never logged.
 */
export function makeHandler(client: SSMClient, toRead: ParametersToRead) {
  return async (event: unknown, context: Pick<Context, "awsRequestId">): Promise<Answer> => {
    try {
      const messages = await readParameters(client, toRead);
      return isProxyEvent(event) ? response(200, { messages }) : { messages };
    } catch (error) {
      if (!(error instanceof NoParametersError)) logFailure(error, context.awsRequestId);
      if (!isProxyEvent(event)) throw error;
      const message = error instanceof Error ? error.message : String(error);
      return response(error instanceof NoParametersError ? 404 : 502, { message });
    }
  };
}

function isProxyEvent(event: unknown): boolean {
  return typeof event === "object" && event !== null && "httpMethod" in event && "requestContext" in event;
}

function response(statusCode: number, body: object): APIGatewayProxyResult {
  const { ALLOW_ORIGIN: origin } = process.env; // where the API has CORS; API Gateway adds nothing to the answer
  return {
    statusCode,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...(origin !== undefined && { "access-control-allow-origin": origin }),
    },
    body: JSON.stringify(body),
  };
}

function logFailure(error: unknown, requestId: string): void {
  const cause = error instanceof Error ? error.cause : undefined;
  console.error({
    message: error instanceof Error ? error.message : String(error),
    requestId,
    cause: cause instanceof Error ? { name: cause.name, message: cause.message } : undefined,
  });
}

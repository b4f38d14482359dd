import * as aws from "@pulumi/aws";
import type { ApiContext } from "../routes/route.js";

/**
 * JSON schema of a message, in draft 4 because API Gateway supports only that one.
 * @param maximumTextLength in characters
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
export function messageSchema(maximumTextLength: number) {
  return {
    $schema: "http://json-schema.org/draft-04/schema#",
    title: "Message",
    type: "object",
    required: ["text"],
    additionalProperties: false,
    properties: { text: { type: "string", minLength: 1, maxLength: maximumTextLength } },
  } as const;
}

/** Creates the schema as a model of an API, and returns the model with its content. */
export function messageModel({ name, api, parent }: ApiContext, maximumTextLength: number) {
  const inputs = {
    restApi: api.id,
    name: "Message",
    contentType: "application/json",
    schema: JSON.stringify(messageSchema(maximumTextLength)),
  };
  return { model: new aws.apigateway.Model(`${name}-message`, inputs, { parent }), inputs };
}

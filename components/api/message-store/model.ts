import * as aws from "@pulumi/aws";
import type { ApiContext } from "../routes/route.js";

/**
 * What a message is, as a JSON schema of draft 4, which is the one that API Gateway knows.
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

/** The same as a model of an API, with what it is made of. */
export function messageModel({ name, api, parent }: ApiContext, maximumTextLength: number) {
  const inputs = {
    restApi: api.id,
    name: "Message",
    contentType: "application/json",
    schema: JSON.stringify(messageSchema(maximumTextLength)),
  };
  return { model: new aws.apigateway.Model(`${name}-message`, inputs, { parent }), inputs };
}

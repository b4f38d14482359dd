import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";

// The reference: the simplest implementation. It reads with each request.
const client = new SSMClient({});

export const handler = async () => {
  const messages: Record<string, string> = {};
  const input = { Path: process.env.PARAMETER_PATH, WithDecryption: true };
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, input)) {
    for (const { Name = "", Value = "" } of Parameters)
      messages[Name.slice(Name.lastIndexOf("/") + 1)] = Value;
  }
  return { statusCode: 200, body: JSON.stringify({ messages }) };
};

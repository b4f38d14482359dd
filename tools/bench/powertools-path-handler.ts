import { getParameters } from "@aws-lambda-powertools/parameters/ssm";

// Powertools' reading by path, kept for as long as the fetcher keeps it.
export const handler = async () => {
  const messages = await getParameters(process.env.PARAMETER_PATH ?? "", { decrypt: true, maxAge: 60 });
  return { statusCode: 200, body: JSON.stringify({ messages }) };
};

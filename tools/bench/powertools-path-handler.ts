import { getParameters } from "@aws-lambda-powertools/parameters/ssm";

// Powertools' reading by path, cached for as long as in the fetcher.
export const handler = async () => {
  const messages = await getParameters(process.env.PARAMETER_PATH ?? "", { decrypt: true, maxAge: 60 });
  return { statusCode: 200, body: JSON.stringify({ messages }) };
};

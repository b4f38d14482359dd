import { getParametersByName } from "@aws-lambda-powertools/parameters/ssm";

// Powertools' reading by name. It needs the names, and reads ten in one call.
const names: string[] = JSON.parse(process.env.PARAMETER_NAMES ?? "[]");
const wanted = Object.fromEntries(names.map((name) => [name, {}]));

export const handler = async () => {
  const found = await getParametersByName(wanted, { decrypt: true, maxAge: 60 });
  const messages = Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name.slice(name.lastIndexOf("/") + 1), value]),
  );
  return { statusCode: 200, body: JSON.stringify({ messages }) };
};

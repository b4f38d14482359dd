import { isRecord } from "../preflight/graph/read.js";
import type { SourceResource } from "../preflight/graph/source.js";

/** A parameter as Parameter Store keeps it. */
export interface StoredParameter {
  readonly name: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly value: string;
}

/** An AWS service's refusal: its exception's name, and its words. */
export class ServiceError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** Most parameters a page of GetParametersByPath, and the default. */
const MOST_A_PAGE = 10;

/**
 * Parameter Store's GetParametersByPath in memory: paging, decryption and refusals as the real one has them.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export class ParameterStore {
  constructor(private readonly parameters: readonly StoredParameter[]) {}

  /** @throws ServiceError as AWS refuses */
  getParametersByPath(input: unknown): { Parameters: object[]; NextToken?: string } {
    const { path, recursive, decrypt, most, from } = readInput(input);
    const under = path === "/" ? "/" : `${path.replace(/\/$/, "")}/`;
    const found = this.parameters
      .filter(({ name }) => name.startsWith(under) && (recursive || !name.slice(under.length).includes("/")))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (from > found.length) throw new ServiceError("InvalidNextToken", "The specified token isn't valid.");
    const end = from + most;
    return {
      Parameters: found.slice(from, end).map(({ name, type, value }) => ({
        Name: name,
        Type: type,
        Value: type === "SecureString" && !decrypt ? cipherText(value) : value,
        Version: 1,
        DataType: "text",
      })),
      ...(end < found.length && { NextToken: Buffer.from(String(end)).toString("base64") }),
    };
  }
}

/** The parameters that a stack makes. */
export function parametersOf(resources: readonly SourceResource[]): StoredParameter[] {
  return resources.flatMap(({ type: resourceType, properties }) => {
    const { name, type, value } = properties;
    if (resourceType !== "aws:ssm/parameter:Parameter") return [];
    if (typeof name !== "string" || typeof value !== "string") return [];
    if (type !== "String" && type !== "StringList" && type !== "SecureString") return [];
    return [{ name, type, value }];
  });
}

function readInput(input: unknown) {
  const request = isRecord(input) ? input : {};
  const { Path: path, MaxResults: most = MOST_A_PAGE, NextToken: token } = request;
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw new ServiceError(
      "ValidationException",
      "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash.",
    );
  }
  if (typeof most !== "number" || !Number.isInteger(most) || most < 1 || most > MOST_A_PAGE) {
    throw new ServiceError(
      "ValidationException",
      `Value '${String(most)}' at 'maxResults' failed to satisfy constraint: between 1 and ${MOST_A_PAGE}`,
    );
  }
  const from = typeof token === "string" ? Number(Buffer.from(token, "base64").toString()) : 0;
  if (!Number.isInteger(from)) throw new ServiceError("InvalidNextToken", "The specified token isn't valid.");
  return {
    path,
    most,
    from,
    recursive: request.Recursive === true,
    decrypt: request.WithDecryption === true,
  };
}

/** What a caller gets who does not ask for decryption: nothing that tells the value. */
function cipherText(value: string): string {
  return `AQICAH${Buffer.from("x".repeat(value.length)).toString("base64")}`;
}

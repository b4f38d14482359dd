import { createHash } from "node:crypto";
import type { SourceResource } from "../../preflight/resources/resource.js";
import {
  type ByPathInput,
  type Filter,
  readByPathInput,
  readNameInput,
  readNamesInput,
} from "./parameter-input.js";
import { ServiceError } from "./service-error.js";

export { ServiceError } from "./service-error.js";

/** A parameter as Parameter Store keeps it. */
export interface StoredParameter {
  readonly name: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly value: string;
  readonly arn?: string;
  /** The KMS key of a SecureString; `alias/aws/ssm` by default. */
  readonly keyId?: string;
}

/** A parameter as it is answered. */
interface Parameter {
  readonly Name: string;
  readonly Type: StoredParameter["type"];
  readonly Value: string;
  readonly Version: number;
  readonly DataType: string;
  readonly ARN?: string;
  readonly Selector?: string;
}

interface Page {
  readonly Parameters: readonly Parameter[];
  readonly NextToken?: string;
}

/** How a name asks for it: `/messages/greeting:1`. */
const FIRST_VERSION = ":1";

/**
 * Parameter Store in memory: paging, decryption and refusals as the real one has them. Every parameter is in its
 * first version, without labels.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export class ParameterStore {
  constructor(private readonly parameters: readonly StoredParameter[]) {}

  /** @throws ServiceError as AWS refuses */
  getParametersByPath(input: unknown): Page {
    const request = readByPathInput(input);
    const { path, recursive, filters, decrypt, most } = request;
    const under = path === "/" ? "/" : `${path.replace(/\/$/, "")}/`;
    const found = this.parameters
      .filter(({ name }) => name.startsWith(under) && (recursive || !name.slice(under.length).includes("/")))
      .filter((parameter) => filters.every((filter) => matches(parameter, filter)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const from = startOf(request, found.length);
    const end = from + most;
    return {
      Parameters: found.slice(from, end).map((parameter) => shown(parameter, decrypt)),
      ...(end < found.length && { NextToken: tokenFor(request, end) }),
    };
  }

  /**
   * @throws ServiceError as AWS refuses
   * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
   */
  getParameter(input: unknown): { Parameter: Parameter } {
    const { name, decrypt } = readNameInput(input);
    const { parameter, selector } = this.find(name);
    if (parameter === undefined) throw new ServiceError("ParameterNotFound", "");
    if (selector === undefined) return { Parameter: shown(parameter, decrypt) };
    if (selector === FIRST_VERSION)
      return { Parameter: { ...shown(parameter, decrypt), Selector: selector } };
    throw new ServiceError(
      "ParameterVersionNotFound",
      `Systems Manager could not find version ${selector.slice(1)} of ${parameter.name}. Verify the version and try again.`,
    );
  }

  /**
   * @throws ServiceError as AWS refuses
   * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
   */
  getParameters(input: unknown): { Parameters: readonly Parameter[]; InvalidParameters: readonly string[] } {
    const { names, decrypt } = readNamesInput(input);
    const found: Parameter[] = [];
    const invalid: string[] = [];
    for (const name of [...new Set(names)].sort()) {
      const { parameter, selector } = this.find(name);
      if (parameter === undefined || (selector ?? FIRST_VERSION) !== FIRST_VERSION) invalid.push(name);
      else
        found.push({ ...shown(parameter, decrypt), ...(selector !== undefined && { Selector: selector }) });
    }
    return { Parameters: found, InvalidParameters: invalid };
  }

  /** By name or ARN, with a version or label after a colon. */
  private find(text: string): { parameter: StoredParameter | undefined; selector: string | undefined } {
    const [, name = "", selector] = /^((?:arn:(?:[^:]*:){4})?[^:]*)(:.+)?$/.exec(text) ?? [];
    return { parameter: this.parameters.find((one) => one.name === name || one.arn === name), selector };
  }
}

/** The parameters that a stack makes. */
export function parametersOf(resources: readonly SourceResource[]): StoredParameter[] {
  return resources.flatMap(({ type: resourceType, properties }) => {
    const { name, type, value = properties.insecureValue, arn, keyId } = properties;
    if (resourceType !== "aws:ssm/parameter:Parameter") return [];
    if (typeof name !== "string" || typeof value !== "string") return [];
    if (type !== "String" && type !== "StringList" && type !== "SecureString") return [];
    return [
      {
        name,
        type,
        value,
        ...(typeof arn === "string" && { arn }),
        ...(typeof keyId === "string" && { keyId }),
      },
    ];
  });
}

function shown({ name, type, value, arn }: StoredParameter, decrypt: boolean): Parameter {
  return {
    Name: name,
    Type: type,
    Value: type === "SecureString" && !decrypt ? cipherText(value) : value,
    Version: 1,
    DataType: "text",
    ...(arn !== undefined && { ARN: arn }),
  };
}

function matches(
  { type, keyId = "alias/aws/ssm" }: StoredParameter,
  { key, option, values }: Filter,
): boolean {
  if (key === "Label" || (key === "KeyId" && type !== "SecureString")) return false;
  const own = key === "Type" ? type : keyId;
  return values.some((value) => (option === "BeginsWith" ? own.startsWith(value) : own === value));
}

/** A token is good for the very request that it was given for. */
function tokenFor(request: ByPathInput, next: number): string {
  return Buffer.from(`${next} ${fingerprint(request)}`).toString("base64");
}

function startOf(request: ByPathInput, found: number): number {
  if (request.token === undefined) return 0;
  const [next = "", of] = Buffer.from(request.token, "base64").toString().split(" ");
  const isGood = /^\d+$/.test(next) && Number(next) <= found && of === fingerprint(request);
  if (!isGood) throw new ServiceError("InvalidNextToken", "The specified token isn't valid.");
  return Number(next);
}

function fingerprint({ path, recursive, filters }: ByPathInput): string {
  return createHash("sha256")
    .update(JSON.stringify([path, recursive, filters]))
    .digest("hex")
    .slice(0, 12);
}

/** What a caller gets who does not ask for decryption: nothing that tells the value. */
function cipherText(value: string): string {
  return `AQICAH${Buffer.from("x".repeat(value.length)).toString("base64")}`;
}

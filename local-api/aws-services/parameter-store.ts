import { createHash } from "node:crypto";
import { isRecord, type SourceResource } from "@lambda-networking/preflight";

/** Error of an AWS service: the name of the exception, and a message, which some exceptions do not have. */
export class ServiceError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

// Requests that Parameter Store accepts, and its errors for the others.

/** Maximum and default parameters in a page of GetParametersByPath, and maximum names in GetParameters. */
const MOST = 10;

export interface ByPathInput {
  readonly path: string;
  readonly recursive: boolean;
  readonly decrypt: boolean;
  readonly most: number;
  readonly token: string | undefined;
  readonly filters: readonly Filter[];
}

export interface Filter {
  readonly key: "Type" | "KeyId" | "Label";
  readonly option: "Equals" | "BeginsWith";
  readonly values: readonly string[];
}

/** @throws ServiceError */
export function readByPathInput(input: unknown): ByPathInput {
  const request = isRecord(input) ? input : {};
  const { Path: path, MaxResults: most = MOST, NextToken: token } = request;
  checkPath(path);
  if (typeof most !== "number" || !Number.isInteger(most))
    throw new ServiceError("SerializationException", "");
  if (most < 1) throw constraint(most, "maxResults", "have value greater than or equal to 1");
  if (most > MOST) throw constraint(most, "maxResults", `have value less than or equal to ${MOST}`);
  return {
    path: path.trim(),
    most,
    token: typeof token === "string" ? token : undefined,
    filters: readFilters(request.ParameterFilters),
    recursive: request.Recursive === true,
    decrypt: request.WithDecryption === true,
  };
}

/** @throws ServiceError */
export function readNameInput(input: unknown): { name: string; decrypt: boolean } {
  const { Name: name, WithDecryption: decrypt } = isRecord(input) ? input : {};
  if (typeof name !== "string") throw notNull("name");
  if (name === "") throw constraint("", "name", "have length greater than or equal to 1");
  return { name, decrypt: decrypt === true };
}

/** @throws ServiceError */
export function readNamesInput(input: unknown): { names: readonly string[]; decrypt: boolean } {
  const { Names: names, WithDecryption: decrypt } = isRecord(input) ? input : {};
  if (!isTexts(names)) throw notNull("names");
  const shown = `[${names.join(", ")}]`;
  if (names.length < 1) throw constraint(shown, "names", "have length greater than or equal to 1");
  if (names.length > MOST) throw constraint(shown, "names", `have length less than or equal to ${MOST}`);
  return { names, decrypt: decrypt === true };
}

const NAME_RULES =
  "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward " +
  'slash "/". It can\'t be prefixed with \\"aws\\" or \\"ssm\\" (case-insensitive). It must use only letters, ' +
  "numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. " +
  'All sub-paths, if specified, must use the forward slash symbol "/". ' +
  "Valid example: /get/parameters2-/by1./path0_.";

function checkPath(path: unknown): asserts path is string {
  if (typeof path !== "string") throw notNull("path");
  if (path.length > 2048) throw constraint(path, "path", "have length less than or equal to 2048");
  if (!/^\/(?:[\w.-]+(?:\/[\w.-]+)*\/?)?$/.test(path.trim()))
    throw new ServiceError("ValidationException", NAME_RULES);
}

const TYPES = ["String", "StringList", "SecureString"];

function readFilters(input: unknown): Filter[] {
  const filters = (Array.isArray(input) ? input : []).map(readFilter);
  const twice = filters.find(({ key }, i) => filters.findIndex((other) => other.key === key) !== i);
  if (twice === undefined) return filters;
  throw new ServiceError(
    "InvalidFilterKey",
    `The following filter is duplicated in the request: ${twice.key}. A request can contain only one occurrence of a specific filter.`,
  );
}

function readFilter(input: unknown): Filter {
  const { Key: key, Option: option = "Equals", Values: values } = isRecord(input) ? input : {};
  if (key !== "Type" && key !== "KeyId" && key !== "Label") {
    throw new ServiceError(
      "InvalidFilterKey",
      `The following filter key is not valid: ${String(key)}. Valid filter keys include: [Type, KeyId, Label].`,
    );
  }
  if (option !== "Equals" && option !== "BeginsWith") {
    throw new ServiceError(
      "InvalidFilterOption",
      `The following filter option is not valid: ${String(option)}. Valid options include: [BeginsWith, Equals].`,
    );
  }
  if (!isTexts(values) || values.length === 0) {
    throw new ServiceError(
      "InvalidFilterValue",
      `The following filter values are missing : null for filter key ${key}.`,
    );
  }
  const strange = key === "Type" ? values.find((value) => !TYPES.includes(value)) : undefined;
  if (strange === undefined) return { key, option, values };
  throw new ServiceError(
    "InvalidFilterValue",
    `The following filter value is not valid: ${strange}. Valid values include: [${TYPES.join(", ")}].`,
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function notNull(member: string): ServiceError {
  return new ServiceError(
    "ValidationException",
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

function constraint(value: unknown, member: string, must: string): ServiceError {
  return new ServiceError(
    "ValidationException",
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${must}`,
  );
}

/** A parameter in Parameter Store. */
export interface StoredParameter {
  readonly name: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly value: string;
  readonly arn?: string;
  /** The KMS key of a SecureString; `alias/aws/ssm` by default. */
  readonly keyId?: string;
}

/** A parameter in an answer. */
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

/** Version or label in the name of the request: `:1` in `/messages/greeting:1`. */
const FIRST_VERSION = ":1";

/**
 * Parameter Store in memory, with the paging, decryption and errors of the real one. Each parameter has one version and
 * no labels.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export class ParameterStore {
  constructor(private readonly parameters: readonly StoredParameter[]) {}

  /** @throws ServiceError with AWS's exception */
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
   * @throws ServiceError with AWS's exception
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
   * @throws ServiceError with AWS's exception
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

  /** Finds a parameter by name or ARN, with a version or label after a colon. */
  private find(text: string): { parameter: StoredParameter | undefined; selector: string | undefined } {
    const [, name = "", selector] = /^((?:arn:(?:[^:]*:){4})?[^:]*)(:.+)?$/.exec(text) ?? [];
    return { parameter: this.parameters.find((one) => one.name === name || one.arn === name), selector };
  }
}

/** The parameters of a stack. */
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

/** A token is valid only for the request that it was made for. */
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

/** Stand-in for a ciphertext, for a request without decryption; it does not reveal the value. */
function cipherText(value: string): string {
  return `AQICAH${Buffer.from("x".repeat(value.length)).toString("base64")}`;
}

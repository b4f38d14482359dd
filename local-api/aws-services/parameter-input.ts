import { isRecord } from "../../preflight/resources/read.js";
import { ServiceError } from "./service-error.js";

// What a caller may ask of Parameter Store, and how it refuses the rest.

/** Most parameters a page of GetParametersByPath (and the default), and most names a GetParameters. */
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

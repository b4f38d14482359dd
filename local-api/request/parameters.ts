import type { ApiRequest } from "./messages.js";

/** The request that the parameters of a method come from. */
export interface ParameterSource {
  readonly request: ApiRequest;
  /** As sent: still URL-encoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The value of a method's parameter. Several values of one name are joined by commas.
 * @param name `method.request.querystring.lang`, or with `header.` or `path.` instead of `querystring.`
 * @returns undefined if the request does not have it
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function parameterOf(name: string, { request, pathParameters }: ParameterSource): string | undefined {
  const [, place, key] = /^(?:\$?method\.request\.)?(querystring|header|path)\.(.+)$/.exec(name) ?? [];
  if (place === undefined || key === undefined) return undefined;
  switch (place) {
    case "querystring": {
      const values = new URLSearchParams(request.query ?? "").getAll(key);
      return values.length === 0 ? undefined : values.join(",");
    }
    case "header":
      return headerOf(request, key);
    default:
      return ownValue(pathParameters, key);
  }
}

/** A header's value, whatever the case of its name. */
export function headerOf(
  { headers = {}, multiValueHeaders = {} }: Pick<ApiRequest, "headers" | "multiValueHeaders">,
  name: string,
): string | undefined {
  const is = ([other]: readonly [string, unknown]) => other.toLowerCase() === name.toLowerCase();
  return Object.entries(headers).find(is)?.[1] ?? Object.entries(multiValueHeaders).find(is)?.[1].join(",");
}

/** The value of a key. `constructor` and `toString` are keys only if somebody wrote them. */
export function ownValue<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** A number, or text that is a number. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))
    ? Number(value)
    : undefined;
}

/** The text values of a map, such as headers, or templates by content type. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (typeof item === "string" ? [[key, item]] : [])),
  );
}

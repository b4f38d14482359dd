import type { ApiRequest } from "./messages.js";

/** Where a method's parameters stand in a request. */
export interface ParameterSource {
  readonly request: ApiRequest;
  /** As they were sent: still URL-encoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The value of a method's parameter; several values of one name are joined by commas.
 * @param name `method.request.querystring.lang`, with `header.` or `path.` in the place of `querystring.`
 * @returns undefined when the request does not have it
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
      return pathParameters[key];
  }
}

/** A header's value, whatever the case of its name. */
export function headerOf(
  { headers = {}, multiValueHeaders = {} }: ApiRequest,
  name: string,
): string | undefined {
  const is = ([other]: readonly [string, unknown]) => other.toLowerCase() === name.toLowerCase();
  return Object.entries(headers).find(is)?.[1] ?? Object.entries(multiValueHeaders).find(is)?.[1].join(",");
}

/** A number, or a text of one. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))
    ? Number(value)
    : undefined;
}

/** The texts of a map, such as headers or templates by content type. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (typeof item === "string" ? [[key, item]] : [])),
  );
}

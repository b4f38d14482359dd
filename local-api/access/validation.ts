import { type Graph, isRecord, type SourceResource } from "@lambda-networking/preflight";
import draft04, { type ValidateFunction } from "ajv-draft-04";
import { badRequestBody, badRequestParameters } from "../request/gateway-responses.js";
import type { ApiResponse } from "../request/messages.js";
import { headerOf, ownValue, type ParameterSource, parameterOf, textsOf } from "../request/parameters.js";
import type { Route } from "../request/routing.js";

/** Models that every API has by default. Any body fits them. */
const BUILT_IN_MODELS = ["Empty", "Error"];

/**
 * Checks requests by the request validator of the method.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export class RequestValidation {
  private readonly validators: ReadonlyMap<string, SourceResource>;
  private readonly models: ReadonlyMap<string, ValidateFunction>;

  /** @throws Error if a model is not a JSON schema */
  constructor(private readonly graph: Graph) {
    const resources = [...graph.resources.values()];
    const ofType = (type: string) => resources.filter((resource) => resource.type === type);
    this.validators = new Map(
      ofType("aws:apigateway/requestValidator:RequestValidator").map((one) => [one.id ?? "", one]),
    );
    this.models = compiled(ofType("aws:apigateway/model:Model"));
  }

  /** @returns undefined if the request is valid */
  denial(route: Route, source: ParameterSource): ApiResponse | undefined {
    const method = this.graph.resources.get(route.method.ref.urn)?.properties ?? {};
    const rules = this.validators.get(String(method.requestValidatorId))?.properties;
    if (rules === undefined) return undefined;
    return (
      (rules.validateRequestParameters === true
        ? missingParameters(method.requestParameters, source)
        : undefined) ??
      (rules.validateRequestBody === true ? this.wrongBody(method.requestModels, source) : undefined)
    );
  }

  /** A body passes if no model is for its content type. An empty body counts as `{}`. */
  private wrongBody(requestModels: unknown, { request }: ParameterSource): ApiResponse | undefined {
    const models = textsOf(requestModels);
    const [type = ""] = (headerOf(request, "content-type") ?? "application/json").split(";");
    const name = ownValue(models, type.trim().toLowerCase()) ?? models.$default;
    if (name === undefined || (BUILT_IN_MODELS.includes(name) && !this.models.has(name))) return undefined;
    const fits = this.models.get(name);
    if (fits === undefined) throw new Error(`the model ${name} is not in the stack`);
    const text = Buffer.from(request.body ?? "").toString();
    const body = parsed(text.trim() === "" ? "{}" : text);
    if (body === undefined) return badRequestBody("[it is not JSON]");
    if (fits(body.value)) return undefined;
    const errors = (fits.errors ?? []).map(({ instancePath, message }) =>
      `${instancePath} ${message}`.trim(),
    );
    return badRequestBody(`[${errors.join(", ")}]`);
  }
}

/** A required parameter must be present and not blank. */
function missingParameters(parameters: unknown, source: ParameterSource): ApiResponse | undefined {
  const required = Object.entries(isRecord(parameters) ? parameters : {}).filter(([, is]) => is === true);
  const missing = required
    .map(([name]) => name)
    .sort()
    .filter((name) => (parameterOf(name, source) ?? "").trim() === "")
    .map((name) => name.split(".").slice(3).join("."));
  return missing.length === 0 ? undefined : badRequestParameters(missing);
}

/**
 * Compiles the models, which are JSON schemas of draft 4 and may refer to each other by their URLs in API Gateway.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
function compiled(models: readonly SourceResource[]): Map<string, ValidateFunction> {
  const ajv = new draft04.default({ strict: false, validateFormats: false, allErrors: true });
  const urls = new Map<string, string>();
  for (const { name: logicalName, properties } of models) {
    const { name, restApi, schema } = properties;
    const url = `https://apigateway.amazonaws.com/restapis/${String(restApi)}/models/${String(name)}`;
    const read = parsed(String(schema))?.value;
    if (!isRecord(read)) throw new Error(`the model ${logicalName} is not a JSON schema`);
    ajv.addSchema(read, url);
    urls.set(String(name), url);
  }
  return new Map(
    [...urls].flatMap(([name, url]) => {
      const validate = ajv.getSchema(url);
      return validate === undefined ? [] : [[name, validate] as const];
    }),
  );
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}

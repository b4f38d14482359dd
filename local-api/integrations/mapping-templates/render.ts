import { Evaluation } from "./evaluate.js";
import { inputOf, type TemplateParameters } from "./input.js";
import { readTemplate } from "./syntax.js";
import { UTIL } from "./util.js";
import { fromJson, printed, type Value, type ValueMap } from "./values.js";

export { BodyNotJson, type TemplateParameters } from "./input.js";

export interface TemplateInput {
  /** Body of the request, or answer of the integration. */
  readonly body: string;
  readonly params: TemplateParameters;
  /** `$context`, of plain JSON. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
}

/** Status and headers that a template overrides: `#set($context.responseOverride.status = 404)`. */
export interface Override {
  readonly status: number | undefined;
  readonly header: Readonly<Record<string, string>>;
}

export interface Rendered {
  readonly text: string;
  readonly override: Override;
}

/**
 * Renders a mapping template as API Gateway does.
 * @throws Error if the text is not a template, or {@link BodyNotJson}
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
export function renderTemplate(template: string, input: TemplateInput): Rendered {
  const header: ValueMap = new Map();
  const responseOverride: ValueMap = new Map([["header", header]]);
  const context: ValueMap = new Map<string, Value>([
    ...Object.entries(input.context).map(([name, value]) => [name, fromJson(value)] as const),
    ["responseOverride", responseOverride],
  ]);
  const variables = new Map<string, Value>([
    ["input", inputOf(input.body, input.params)],
    ["util", UTIL],
    ["context", context],
    ["stageVariables", fromJson(input.stageVariables ?? {})],
  ]);
  const text = new Evaluation(variables).render(readTemplate(template));
  const status = responseOverride.get("status");
  return {
    text,
    override: {
      status: typeof status === "number" && isStatus(status) ? status : undefined,
      header: Object.fromEntries([...header].map(([name, value]) => [name, printed(value)])),
    },
  };
}

/** A valid status; another number is ignored. */
function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 599;
}

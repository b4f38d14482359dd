import { partitionOf } from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue, under } from "@lambda-networking/preflight/errors";
import { field, type RawConfig } from "../raw-config.js";
import { entries, valid } from "./valid.js";

/** Checks across the parameters that the stack keeps. */
export function checkParameters(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  return [...sharedNames(raw), ...references(raw), ...longNames(raw, region)];
}

function sharedNames(raw: RawConfig): ConfigIssue[] {
  return entries(field(raw.parameters, "values"))
    .filter(([name]) => field(raw.secretParameters, name) !== undefined)
    .map(([name]) =>
      issue(under("parameters.values", name), name, "secretParameters has the same name. Keep one of them."),
    );
}

/** Every parameter that the stack keeps, with its key. */
function written(raw: RawConfig): { readonly key: string; readonly name: string; readonly value: unknown }[] {
  const maps = [
    ["parameters.values", field(raw.parameters, "values")],
    ["secretParameters", raw.secretParameters],
  ] as const;
  return maps.flatMap(([key, map]) =>
    entries(map).map(([name, value]) => ({ key: under(key, name), name, value })),
  );
}

/**
 * Values with `{{…}}`, which Parameter Store takes for a reference to another parameter and refuses.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
function references(raw: RawConfig): ConfigIssue[] {
  return written(raw)
    .filter(({ value }) => typeof value === "string" && /\{\{.*?\}\}/s.test(value))
    .map(({ key, value }) =>
      issue(
        key,
        value,
        "Parameter Store takes {{…}} for a reference to another parameter, and refuses it. Write it otherwise, such as { {name} }, or as base64 that the reader decodes.",
      ),
    );
}

/** The most characters of a parameter's ARN, its name included. */
const LONGEST_ARN = 1011;
/** The longest Region's name; for a stack whose Region is not known. */
const SOME_REGION = "ap-southeast-99";

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html */
function longNames(raw: RawConfig, region = SOME_REGION): ConfigIssue[] {
  const path = valid(raw, "parameters.path");
  if (path === undefined) return [];
  const most = LONGEST_ARN - `arn:${partitionOf(region)}:ssm:${region}:111122223333:parameter${path}/`.length;
  return written(raw)
    .filter(({ name }) => name.length > most)
    .map(({ key, name }) =>
      issue(
        key,
        `${name.length} characters`,
        `After parameters.path there is room for ${Math.max(most, 0)} characters. Shorten the name, or parameters.path.`,
      ),
    );
}

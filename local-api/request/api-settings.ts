import type { ApiStage, RestApi } from "@lambda-networking/preflight";
import { known } from "../known.js";

/** Settings that an API and its stage have for all methods. */
export interface ApiSettings {
  readonly apiId: string;
  readonly stageName: string;
  readonly accountId: string;
  readonly region: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly binaryMediaTypes: readonly string[];
}

/** @throws UserError if a setting is not known */
export function settingsOf(api: RestApi, stage: ApiStage, region: string): ApiSettings {
  const { name } = api.ref;
  const variables = known(stage.variables, `the variables of ${stage.ref.name}`);
  return {
    apiId: known(api.id, `the id of ${name}`),
    stageName: known(stage.stageName, `the name of ${stage.ref.name}`),
    accountId: known(api.account, `the account of ${name}`),
    region,
    stageVariables: Object.fromEntries(
      Object.entries(variables).map(([variable, value]) => [
        variable,
        known(value, `the stage variable ${variable}`),
      ]),
    ),
    binaryMediaTypes: api.binaryMediaTypes.map((type) => known(type, `a binary media type of ${name}`)),
  };
}

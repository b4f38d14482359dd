import { boolean, inputValue, integer, list, records, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { ApiAuthorizer, Key, UserPool } from "../../model.js";
import type { Context } from "../context.js";
import { invoked } from "../functions.js";
import { KINDS, refOf } from "../references.js";

/** https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html */
const DEFAULT_TTL = 300;
const DEFAULT_SOURCE = "method.request.header.Authorization";

/** The authorizers of REST APIs. */
export function buildAuthorizers(context: Context): Map<Key, ApiAuthorizer> {
  const { references } = context;
  return new Map(
    context.ofKind(KINDS.authorizer).map((resource) => {
      const { properties } = resource;
      const target = invoked(context, resource, "authorizerUri", inputValue(resource, "authorizerUri"));
      const credentials = inputValue(resource, "authorizerCredentials");
      return [
        resource.urn,
        {
          ref: refOf(resource),
          api: references.needed(resource, "restApi", properties.restApi, KINDS.api),
          type: text(inputValue(resource, "type")) ?? "TOKEN",
          function: target.function,
          qualifier: target.qualifier,
          credentials: references.one(resource, "authorizerCredentials", credentials, KINDS.role),
          identitySources: sourcesOf(resource),
          resultTtl: integer(inputValue(resource, "authorizerResultTtlInSeconds")) ?? DEFAULT_TTL,
          userPools: references.many(
            resource,
            "providerArns",
            inputValue(resource, "providerArns"),
            KINDS.userPool,
          ),
          coversAllMethods: isDeclared(context, resource),
        },
      ];
    }),
  );
}

/** The provider's default stands for an input that is not written; an empty text is no source. */
function sourcesOf(resource: SourceResource): MaybeUnknown<readonly string[]> {
  const value = inputValue(resource, "identitySource");
  const written = value === "" ? "" : (text(value) ?? DEFAULT_SOURCE);
  if (!isKnown(written)) return UNKNOWN;
  return written
    .split(",")
    .map((source) => source.trim())
    .filter((source) => source !== "");
}

/** What the API's component declares of the policies that the authorizer's function returns. */
function isDeclared({ resources }: Context, { parent = "", properties }: SourceResource): boolean {
  const names = list(resources.get(parent)?.properties.coveringAuthorizers);
  return isKnown(properties.name) && names.includes(properties.name);
}

export function buildUserPools(context: Context): Map<Key, UserPool> {
  return new Map(
    context.ofKind(KINDS.userPool).map((resource) => {
      const [settings] = records(inputValue(resource, "adminCreateUserConfig"));
      const adminOnly = isSet(settings)
        ? boolean(settings.allowAdminCreateUserOnly, false)
        : settings === UNKNOWN
          ? UNKNOWN
          : false;
      return [resource.urn, { ref: refOf(resource), selfSignUp: isKnown(adminOnly) ? !adminOnly : UNKNOWN }];
    }),
  );
}

/** The authorizer of a method, which it names by its id. */
export function authorizerOf(
  { references }: Context,
  resource: SourceResource,
): MaybeUnknown<Key> | undefined {
  return references.one(resource, "authorizerId", inputValue(resource, "authorizerId"), KINDS.authorizer);
}

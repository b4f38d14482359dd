import { ENDPOINT_TYPES } from "../../../aws/endpoint-types.js";
import { groupBy, inputValue, oneOf, records, requiredText, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { BasePathMapping, DomainName, Key } from "../../model.js";
import type { Context } from "../context.js";
import { policyIn } from "../policies.js";
import { KINDS, refOf } from "../references.js";
import { apiOf } from "./apis.js";

/**
 * Custom domain names with their base path mappings and, if they are private, the endpoints that may present them.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
 */
export function buildDomainNames(context: Context): Map<Key, DomainName> {
  const { ofKind, ofType, references } = context;
  const mappings = groupBy(
    ofType("aws:apigateway/basePathMapping:BasePathMapping", "aws:apigatewayv2/apiMapping:ApiMapping"),
    (resource) => domainOf(context, resource),
  );
  const associations = groupBy(
    ofType("aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation"),
    (resource) =>
      references.needed(resource, "domainNameArn", resource.properties.domainNameArn, KINDS.domainName),
  );
  return new Map(
    ofKind(KINDS.domainName).map((resource) => {
      const { urn, properties } = resource;
      const node: DomainName = {
        ref: refOf(resource),
        domainName: lower(requiredText(properties.domainName)),
        endpointType: typeOf(resource),
        domainNameId: text(inputValue(resource, "domainNameId")),
        policy: policyIn(resource),
        mappings: (mappings.get(urn) ?? []).map((mapping) => mappingOf(context, mapping)),
        associations: (associations.get(urn) ?? []).map((association) => {
          const { accessAssociationSource } = association.properties;
          return references.needed(
            association,
            "accessAssociationSource",
            accessAssociationSource,
            KINDS.endpoint,
          );
        }),
      };
      return [urn, node];
    }),
  );
}

/** The endpoint type. The newer kind of resource has it in another property, and is never private or edge-optimised. */
function typeOf(resource: SourceResource): DomainName["endpointType"] {
  const [configuration] = records(inputValue(resource, "endpointConfiguration"));
  if (configuration === undefined) return resource.type.includes("apigatewayv2") ? "REGIONAL" : "EDGE";
  if (!isKnown(configuration)) return UNKNOWN;
  const { types } = configuration;
  return oneOf(Array.isArray(types) ? types[0] : types, ENDPOINT_TYPES) ?? "EDGE";
}

/**
 * The domain name that a mapping belongs to, by id or by name, because private domain names of several accounts may be
 * equal.
 */
function domainOf({ ofKind, references }: Context, mapping: SourceResource): MaybeUnknown<Key> {
  const { domainName, domainNameId } = mapping.properties;
  const named = text(domainName);
  const id = text(inputValue(mapping, "domainNameId"));
  const alike = ofKind(KINDS.domainName).filter(
    ({ properties }) => isSet(named) && properties.domainName === named,
  );
  const exact = alike.find(({ properties }) => id !== undefined && properties.domainNameId === id);
  if (exact !== undefined) return exact.urn;
  if (alike.length === 1 && alike[0] !== undefined) return alike[0].urn;
  const byId = references.one(mapping, "domainNameId", domainNameId, KINDS.domainName);
  if (isSet(byId) && ofKind(KINDS.domainName).some(({ urn }) => urn === byId)) return byId;
  return references.needed(mapping, "domainName", domainName, KINDS.domainName);
}

/** A base path mapping. API Gateway writes `(none)` for the root. */
function mappingOf(context: Context, resource: SourceResource): BasePathMapping {
  const isNewer = resource.type.includes("apigatewayv2");
  const path = text(inputValue(resource, isNewer ? "apiMappingKey" : "basePath"));
  return {
    ref: refOf(resource),
    api:
      (isNewer ? httpApiOf(context, resource) : undefined) ??
      apiOf(context, resource, isNewer ? "apiId" : "restApi"),
    stageName: text(inputValue(resource, isNewer ? "stage" : "stageName")),
    basePath: path === undefined || path === "(none)" ? "" : path,
  };
}

/** The HTTP API of the stack that a mapping names. */
function httpApiOf({ references, resources }: Context, resource: SourceResource): Key | undefined {
  const key = references.needed(resource, "apiId", resource.properties.apiId, KINDS.httpApi);
  return isKnown(key) && resources.has(key) ? key : undefined;
}

function lower(name: MaybeUnknown<string>): MaybeUnknown<string> {
  return isKnown(name) ? name.toLowerCase() : UNKNOWN;
}

import { parseArn } from "../../iam/arn.js";
import { boolean, inputValue, integer, isRecord, requiredText, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import type { FunctionUrl, Key, LambdaAlias, LambdaFunction, LambdaPermission, Placement } from "../model.js";
import type { Context } from "./context.js";
import { mountOf } from "./file-systems.js";
import { KINDS, refOf } from "./references.js";

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const DEFAULT_TIMEOUT = 3;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
export function buildFunctions(context: Context): Map<Key, LambdaFunction> {
  return new Map(
    context.ofKind(KINDS.function).map((resource) => {
      const { properties } = resource;
      const vpcConfig = vpcConfigOf(resource);
      return [
        resource.urn,
        {
          ref: refOf(resource),
          functionName: text(inputValue(resource, "name")),
          arn: text(properties.arn),
          placement: vpcConfig === undefined ? undefined : placementOf(context, resource, vpcConfig),
          ipv6AllowedForDualStack: isRecord(vpcConfig)
            ? boolean(vpcConfig.ipv6AllowedForDualStack, false)
            : UNKNOWN,
          timeout: integer(inputValue(resource, "timeout")) ?? DEFAULT_TIMEOUT,
          reservedConcurrency: reservedConcurrencyOf(resource),
          role: context.references.needed(resource, "role", properties.role, KINDS.role),
          mount: mountOf(context, resource),
        },
      ];
    }),
  );
}

/** The provider writes -1 for a function that reserves nothing. */
function reservedConcurrencyOf(resource: SourceResource): MaybeUnknown<number> | undefined {
  const reserved = integer(inputValue(resource, "reservedConcurrentExecutions"));
  return isSet(reserved) && reserved < 0 ? undefined : reserved;
}

/** The VPC configuration. The provider writes an empty `vpcConfig` for a function without one. */
function vpcConfigOf(resource: SourceResource): unknown {
  const given_ = inputValue(resource, "vpcConfig");
  const config = Array.isArray(given_) ? given_[0] : given_;
  if (config === UNKNOWN) return UNKNOWN;
  if (!isRecord(config)) return undefined;
  const isEmpty = [config.subnetIds, config.securityGroupIds].every(
    (ids) => ids === undefined || (Array.isArray(ids) && ids.length === 0),
  );
  return isEmpty ? undefined : config;
}

function placementOf({ references }: Context, resource: SourceResource, config: unknown): Placement {
  const { subnetIds, securityGroupIds } = isRecord(config)
    ? config
    : { subnetIds: UNKNOWN, securityGroupIds: UNKNOWN };
  return {
    subnets: references.many(resource, "vpcConfig", subnetIds, KINDS.subnet),
    securityGroups: references.many(resource, "vpcConfig", securityGroupIds, KINDS.securityGroup),
  };
}

export function buildAliases({ ofKind, references }: Context): Map<Key, LambdaAlias> {
  return new Map(
    ofKind(KINDS.alias).map((resource) => [
      resource.urn,
      {
        ref: refOf(resource),
        function: references.needed(
          resource,
          "functionName",
          resource.properties.functionName,
          KINDS.function,
        ),
        aliasName: text(inputValue(resource, "name")),
      },
    ]),
  );
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
export function buildFunctionUrls(context: Context): FunctionUrl[] {
  return context.ofType("aws:lambda/functionUrl:FunctionUrl").map((resource) => {
    const target = invoked(context, resource, "functionName", resource.properties.functionName);
    return {
      ref: refOf(resource),
      function: target.function ?? UNKNOWN,
      qualifier: text(inputValue(resource, "qualifier")) ?? target.qualifier,
      authorizationType: requiredText(resource.properties.authorizationType),
    };
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export function buildPermissions(context: Context): LambdaPermission[] {
  const { references } = context;
  return context.ofType("aws:lambda/permission:Permission").map((resource) => {
    const { properties } = resource;
    const target = invoked(context, resource, "function", properties.function);
    return {
      ref: refOf(resource),
      function: target.function ?? UNKNOWN,
      qualifier: text(inputValue(resource, "qualifier")) ?? target.qualifier,
      action: requiredText(properties.action),
      principal: requiredText(properties.principal),
      sourceArn: text(inputValue(resource, "sourceArn")),
      sourceAccount: text(inputValue(resource, "sourceAccount")),
      functionUrlAuthType: text(inputValue(resource, "functionUrlAuthType")),
      invokedViaFunctionUrl: boolean(inputValue(resource, "invokedViaFunctionUrl"), false),
      principalOrgId: text(inputValue(resource, "principalOrgId")),
      sourceApis: [KINDS.api, KINDS.httpApi].flatMap((kind) =>
        references.dependencies(resource, "sourceArn", kind),
      ),
    };
  });
}

interface Invoked {
  readonly function: MaybeUnknown<Key> | undefined;
  readonly qualifier: MaybeUnknown<string> | undefined;
}

/**
 * The function, and the alias or version, in a name, an ARN or an invoke ARN:
 * `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations`.
 */
export function invoked(
  context: Context,
  resource: SourceResource,
  property: string,
  value: unknown,
): Invoked {
  const { references, resources } = context;
  const written = text(value);
  if (written === undefined) return { function: undefined, qualifier: undefined };
  if (!isKnown(written)) {
    const alias = references.one(resource, property, UNKNOWN, KINDS.alias);
    if (isSet(alias)) return aliasTarget(context, resources.get(alias));
    return { function: references.one(resource, property, UNKNOWN, KINDS.function), qualifier: undefined };
  }
  const alias = references.resolve(resource, property, written, KINDS.alias);
  if (!isKnown(alias)) return { function: UNKNOWN, qualifier: UNKNOWN };
  if (resources.has(alias)) return aliasTarget(context, resources.get(alias));
  const arn = /\/functions\/(.+)\/invocations/.exec(written)?.[1] ?? written;
  const at = parseArn(arn) ?? references.homeOf(resource.urn);
  const find = (name: string) => references.resolve(resource, property, name, KINDS.function, at);
  const exact = find(arn);
  if (!isKnown(exact) || resources.has(exact)) return { function: exact, qualifier: undefined };
  const [, unqualified = arn, qualifier] =
    /^((?:arn:[^:]+:lambda:[^:]+:[^:]+:function:)?[^:]+)(?::(.+))?$/.exec(arn) ?? [];
  const target = find(unqualified);
  if (!isKnown(target) || resources.has(target)) return { function: target, qualifier };
  // Before a function exists, only its name is known. The same name elsewhere is another function.
  const byName = find(unqualified.split(":").at(-1) ?? unqualified);
  return { function: !isKnown(byName) || resources.has(byName) ? byName : target, qualifier };
}

function aliasTarget({ references }: Context, alias: SourceResource | undefined): Invoked {
  if (alias === undefined) return { function: UNKNOWN, qualifier: UNKNOWN };
  const { functionName } = alias.properties;
  return {
    function: references.needed(alias, "functionName", functionName, KINDS.function),
    qualifier: text(inputValue(alias, "name")) ?? UNKNOWN,
  };
}

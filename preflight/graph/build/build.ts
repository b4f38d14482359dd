import type { PublishedRanges } from "../../aws/published-ranges.js";
import type { SourceResource } from "../../resources/resource.js";
import type { Graph, Home } from "../model.js";
import { buildApis } from "./api/apis.js";
import { buildAuthorizers, buildUserPools } from "./api/authorizers.js";
import { buildDomainNames } from "./api/domain-names.js";
import { buildHttpApis } from "./api/http-apis.js";
import { buildApiKeys, buildUsagePlans } from "./api/usage-plans.js";
import { createContext } from "./context.js";
import { buildDeliveries } from "./deliveries/deliveries.js";
import { buildDnsRecords, buildHostedZones } from "./dns/hosted-zones.js";
import { buildNameResolution } from "./dns/name-resolution.js";
import { existingResources } from "./existing.js";
import { buildFileSystems } from "./file-systems.js";
import { buildAliases, buildFunctions, buildFunctionUrls, buildPermissions } from "./functions.js";
import { buildIntents } from "./intents.js";
import { buildListeners, buildLoadBalancers } from "./load-balancers/load-balancers.js";
import { buildTargetGroups } from "./load-balancers/target-groups.js";
import { buildElasticAddresses } from "./network/elastic-addresses.js";
import { buildEndpoints, buildPrefixLists } from "./network/endpoints.js";
import {
  buildEgressOnlyInternetGateways,
  buildInternetGateways,
  buildNatGateways,
  buildPeerings,
  buildTransitGatewayAttachments,
} from "./network/gateways.js";
import { buildNetworkAcls } from "./network/network-acls.js";
import { buildForeignRoutes, buildRouteTables } from "./network/routes.js";
import { buildScalingGroups } from "./network/scaling-groups.js";
import { buildSecurityGroups } from "./network/security-groups.js";
import { buildSubnets, buildVpcs } from "./network/vpcs.js";
import { buildRoles } from "./roles.js";
import { buildManagedResources } from "./services.js";
import { buildSettings } from "./settings.js";

/**
 * The graph of a stack, from its resources in any order. Apart from sorting, the time is linear in their number. A
 * property that is not given, or that refers to a resource outside the stack, is unknown in the graph and never
 * guessed.
 *
 * @param declared the account and the Region of the deployment, for a stack whose resources do not tell them yet
 * @param publishedRanges AWS's published addresses, which decide where routes treat a part of them differently
 */
export function graphFromResources(
  resources: readonly SourceResource[],
  declared: Home = {},
  publishedRanges?: PublishedRanges,
): Graph {
  const context = createContext([...resources, ...existingResources(resources)], declared);
  const { references, stack } = context;
  const vpcs = buildVpcs(context);
  const endpoints = buildEndpoints(context);
  const routeTables = buildRouteTables(context, vpcs, endpoints);
  const elasticAddresses = buildElasticAddresses(context);
  return {
    ...(publishedRanges !== undefined && { publishedRanges }),
    account: stack.account,
    region: stack.region,
    resources: context.resources,
    secretTexts: context.secretTexts,
    vpcs,
    subnets: buildSubnets(context, vpcs),
    routeTables,
    foreignRoutes: buildForeignRoutes(context, routeTables),
    internetGateways: buildInternetGateways(context),
    egressOnlyInternetGateways: buildEgressOnlyInternetGateways(context),
    natGateways: buildNatGateways(context, elasticAddresses),
    securityGroups: buildSecurityGroups(context),
    networkAcls: buildNetworkAcls(context),
    endpoints,
    prefixLists: buildPrefixLists(context),
    peerings: buildPeerings(context),
    transitGatewayAttachments: buildTransitGatewayAttachments(context),
    roles: buildRoles(context),
    functions: buildFunctions(context),
    aliases: buildAliases(context),
    functionUrls: buildFunctionUrls(context),
    permissions: buildPermissions(context),
    apis: buildApis(context),
    httpApis: buildHttpApis(context),
    authorizers: buildAuthorizers(context),
    userPools: buildUserPools(context),
    domainNames: buildDomainNames(context),
    usagePlans: buildUsagePlans(context),
    apiKeys: buildApiKeys(context),
    hostedZones: buildHostedZones(context),
    dnsRecords: buildDnsRecords(context),
    nameResolution: buildNameResolution(context, vpcs),
    elasticAddresses,
    managedResources: buildManagedResources(context, elasticAddresses),
    fileSystems: buildFileSystems(context),
    deliveries: buildDeliveries(context),
    loadBalancers: buildLoadBalancers(context),
    listeners: buildListeners(context),
    targetGroups: buildTargetGroups(context),
    scalingGroups: buildScalingGroups(context),
    intents: buildIntents(context),
    settings: buildSettings(context),
    find: (text) => references.find(text),
    homeOf: (key) => references.homeOf(key),
    refOf: (key) => references.refOf(key),
  };
}

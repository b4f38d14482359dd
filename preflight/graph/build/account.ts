import { REGION_PATTERN } from "../../aws/regions.js";
import { text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isSet } from "../../resources/unknown.js";
import type { Home, Key } from "../model.js";
import { most, ownHome } from "./homes.js";

const ENDPOINT_SERVICE = new RegExp(`^(?:cn\\.)?com\\.amazonaws\\.(${REGION_PATTERN})\\.`);

/**
 * The stack's account and Region, read from its ARNs, its provider and its resources. The most frequent one counts,
 * because single resources may be elsewhere.
 */
export function accountAndRegion(resources: ReadonlyMap<Key, SourceResource>): Home {
  const accounts: (string | undefined)[] = [];
  const regions: (string | undefined)[] = [];
  for (const resource of resources.values()) {
    const { type, properties } = resource;
    const own = ownHome(resource);
    accounts.push(own.account);
    regions.push(own.region);
    const declared = text(properties.region);
    if (type === "pulumi:providers:aws" && isSet(declared)) regions.push(declared);
    regions.push(ENDPOINT_SERVICE.exec(String(properties.serviceName ?? ""))?.[1]);
  }
  return { account: most(accounts), region: most(regions) };
}

import { isElsewhere } from "../../graph/build/homes.js";
import { ofType } from "../../graph/databases.js";
import type { Graph, ManagedResource, ResourceRef } from "../../graph/model.js";
import { boolean, inputValue, isRecord, type Properties, records, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";

/** Whether a bucket lets everybody in. */
export interface PublicAccess {
  readonly open: boolean | "unknown";
  /** What keeps it closed, or is not known; undefined for the bucket's policy. */
  readonly at?: ResourceRef;
  readonly reason: string;
}

/**
 * Whether a bucket lets everybody in, by its policy or an ACL. Block Public Access of the bucket or of its account voids
 * either. S3 turns it on, and ACLs off, for every bucket made since April 2023.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @param byPolicy whether the bucket's policy lets everybody in
 * @param denied whether the policy denies all that is asked, which ends the matter
 */
export function publicAccess(
  graph: Graph,
  bucket: ManagedResource,
  byPolicy: boolean | "unknown",
  denied: boolean,
): PublicAccess {
  const { name } = bucket.ref;
  const policy = limited(graph, bucket, byPolicy, "restrictPublicBuckets", `the policy of ${name}`);
  if (denied || policy.open === true) return policy;
  const acl = limited(graph, bucket, publicAcl(graph, bucket), "ignorePublicAcls", `an ACL of ${name}`);
  if (acl.open === true || policy.open === false) return acl.open === false ? policy : acl;
  return policy;
}

const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";

/** A grant to everybody as the settings of the bucket and its account leave it. */
function limited(
  graph: Graph,
  bucket: ManagedResource,
  granted: boolean | "unknown",
  setting: "restrictPublicBuckets" | "ignorePublicAcls",
  what: string,
): PublicAccess {
  if (granted === false) return { open: false, reason: `${what} lets nobody in` };
  const own = attached(graph, BLOCK, bucket);
  const ofAccount = ofType(graph, ACCOUNT_BLOCK).filter(
    ({ urn }) => !isElsewhere(graph.homeOf(urn), graph.homeOf(bucket.ref.urn), "account"),
  );
  const settings = [...own, ...ofAccount];
  const blocking = settings.find((resource) => boolean(inputValue(resource, setting), false) === true);
  if (granted === "unknown")
    return { open: "unknown", reason: `whether ${what} lets everybody in is not known` };
  if (blocking !== undefined) {
    return {
      open: false,
      at: graph.refOf(blocking.urn),
      reason: `${what} lets everybody in, and ${blocking.name} voids that (${setting})`,
    };
  }
  const doubt = settings.find((resource) => !isKnown(boolean(inputValue(resource, setting), false)));
  const unsaid = own.length === 0 ? bucket.ref.name : "the account";
  if (doubt === undefined && own.length > 0 && settings.length > own.length)
    return { open: true, reason: `${what} lets everybody in` };
  return {
    open: "unknown",
    at: doubt === undefined ? bucket.ref : graph.refOf(doubt.urn),
    reason: `${what} lets everybody in, and whether Block Public Access of ${unsaid} voids that is not in the stack`,
  };
}

const ACLS = ["aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"] as const;
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const EVERYBODY = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;
const PUBLIC_ACLS = new Set<unknown>(["public-read", "public-read-write", "authenticated-read"]);

/** Whether an ACL of the bucket or its objects lets everybody in. Without ownership controls, ACLs are off. */
function publicAcl(graph: Graph, bucket: ManagedResource): boolean | "unknown" {
  const written = [
    ...ACLS.flatMap((type) => attached(graph, type, bucket)),
    ...[graph.resources.get(bucket.ref.urn)].filter((resource) => resource !== undefined),
  ];
  const grants = written.map(grantsToEverybody);
  const ownership = attached(graph, OWNERSHIP, bucket).map(ownershipOf)[0];
  if (ownership === "BucketOwnerEnforced") return false;
  // With ACLs on, whoever writes an object may make it public. The stack does not show that.
  if (ownership !== undefined) return grants.includes(true) ? true : "unknown";
  // AWS refuses an ACL for a bucket made since April 2023, and accepts it for an older one.
  return grants.some((grant) => grant !== false) ? "unknown" : false;
}

const UNKNOWN_GRANT: MaybeUnknown<Properties>[] = [UNKNOWN];

function grantsToEverybody(resource: SourceResource): MaybeUnknown<boolean> {
  const acl = inputValue(resource, "acl");
  if (acl === UNKNOWN) return UNKNOWN;
  if (PUBLIC_ACLS.has(acl)) return true;
  const policies = records(inputValue(resource, "accessControlPolicy"));
  const nested = policies.flatMap((each) => (isKnown(each) ? records(each.grants) : UNKNOWN_GRANT));
  const grants = [...records(inputValue(resource, "grants")), ...nested];
  const uris = grants.map((grant) => {
    if (!isKnown(grant)) return UNKNOWN;
    return text((isRecord(grant.grantee) ? grant.grantee : grant).uri);
  });
  if (uris.some((uri) => typeof uri === "string" && EVERYBODY.test(uri))) return true;
  return uris.includes(UNKNOWN) ? UNKNOWN : false;
}

function ownershipOf(resource: SourceResource): MaybeUnknown<string> {
  const [rule] = records(inputValue(resource, "rule"));
  return rule === undefined || !isKnown(rule) ? UNKNOWN : (text(rule.objectOwnership) ?? UNKNOWN);
}

/** The settings of a bucket that are resources of their own. */
function attached(graph: Graph, type: string, { ref }: ManagedResource): SourceResource[] {
  return ofType(graph, type).filter(({ properties: { bucket }, propertyDependencies }) =>
    typeof bucket === "string"
      ? graph.find(bucket).includes(ref.urn)
      : propertyDependencies?.bucket?.includes(ref.urn) === true,
  );
}

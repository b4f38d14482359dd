import type { SourceResource } from "../../preflight/graph/index.js";
import { isRecord, list } from "../../preflight/resources/read.js";
import { fileInArchive } from "../../preflight/sources/wire-values.js";

const FILE = "index.mjs";

type Resources = ReadonlyMap<string, SourceResource>;

/** Where something lies in S3. */
interface Location {
  readonly bucket: unknown;
  readonly key: unknown;
}

/**
 * The text of a function's module: from the archive that comes along with it, or from the bucket where the stack puts
 * it, signed or not.
 * @returns undefined where the stack does not have it
 */
export function codeOf({ properties }: SourceResource, resources: Resources): string | undefined {
  const { code, s3Bucket, s3Key } = properties;
  if (code !== undefined) return fileInArchive(code, FILE);
  if (s3Bucket === undefined || s3Key === undefined) return undefined;
  const at = { bucket: s3Bucket, key: s3Key };
  return uploaded(at, resources) ?? uploaded(signedFrom(at, resources), resources);
}

function uploaded(at: Location | undefined, resources: Resources): string | undefined {
  const object = [...resources.values()].find(
    ({ type, properties }) => type === "aws:s3/bucketObjectv2:BucketObjectv2" && isAt(properties, at),
  );
  return object && fileInArchive(object.properties.source, FILE);
}

/** What was signed to make what lies there. */
function signedFrom(at: Location, resources: Resources): Location | undefined {
  const job = [...resources.values()].find(
    ({ type, properties }) =>
      type === "aws:signer/signingJob:SigningJob" &&
      list(properties.signedObjects).some((signed) => isAt(firstOf(signed), at)),
  );
  const source = job && isRecord(job.properties.source) ? job.properties.source.s3 : undefined;
  return isRecord(source) ? { bucket: source.bucket, key: source.key } : undefined;
}

function firstOf(signed: unknown): unknown {
  return isRecord(signed) ? list(signed.s3s)[0] : undefined;
}

function isAt(value: unknown, at: Location | undefined): boolean {
  return at !== undefined && isRecord(value) && value.bucket === at.bucket && value.key === at.key;
}

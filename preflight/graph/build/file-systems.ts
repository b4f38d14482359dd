import { inputValue, isRecord, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import type { FileSystem, FunctionMount, Key } from "../model.js";
import type { Context } from "./context.js";
import { KINDS, refOf } from "./references.js";

const MOUNT_TARGET = "aws:efs/mountTarget:MountTarget";

/** https://docs.aws.amazon.com/efs/latest/ug/how-it-works.html */
export function buildFileSystems(context: Context): Map<Key, FileSystem> {
  const targets = context
    .ofType(MOUNT_TARGET)
    .map((resource) => ({ resource, of: fileSystemOf(context, resource) }));
  const mayHaveMore = targets.some(({ of }) => !isKnown(of));
  return new Map(
    context.ofKind(KINDS.fileSystem).map((resource) => [
      resource.urn,
      {
        ref: refOf(resource),
        mountTargets: targets.filter(({ of }) => of === resource.urn).map((each) => each.resource.urn),
        mayHaveMore,
      },
    ]),
  );
}

function fileSystemOf({ references }: Context, resource: SourceResource): MaybeUnknown<Key> {
  return references.needed(resource, "fileSystemId", resource.properties.fileSystemId, KINDS.fileSystem);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html */
export function mountOf(context: Context, lambda: SourceResource): FunctionMount | undefined {
  const written = inputValue(lambda, "fileSystemConfig");
  const config = Array.isArray(written) ? written[0] : written;
  if (config === undefined || config === null) return undefined;
  const { arn, localMountPath } = isRecord(config) ? config : { arn: UNKNOWN, localMountPath: UNKNOWN };
  const point = context.references.needed(lambda, "fileSystemConfig", arn, KINDS.accessPoint);
  const resource = isKnown(point) ? context.resources.get(point) : undefined;
  const known = text(resource?.properties.arn ?? arn);
  return {
    fileSystem: resource === undefined ? UNKNOWN : fileSystemOf(context, resource),
    accessPointArn: isSet(known) ? known : UNKNOWN,
    path: text(localMountPath) ?? UNKNOWN,
  };
}

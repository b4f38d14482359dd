import * as pulumi from "@pulumi/pulumi";
import { withTags } from "../components/base/tags.js";

/** Values of the tag `component`. A renamed value would update every resource that has it. */
type TaggedPart =
  | "encryption"
  | "network"
  | "parameters"
  | "function"
  | "database"
  | "api"
  | "front-door"
  | "pipeline" // events
  | "watching"; // monitoring

/** Component options that tag every resource in the component with project, stack and part. */
export function tagged(component: TaggedPart): pulumi.ComponentResourceOptions {
  return {
    transformations: [withTags({ project: pulumi.getProject(), stack: pulumi.getStack(), component })],
  };
}

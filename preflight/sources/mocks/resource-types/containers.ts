import { arn, association, type Compute, hex, physicalName, text } from "./compute.js";

/** The last part of an ARN, such as a cluster's name. */
const nameIn = (value: string) => value.split("/").at(-1) ?? value;

const taskDefinition: Compute = (context) => {
  const family = text(context, "family") || physicalName(context);
  const withoutRevision = arn(context, "ecs", `task-definition/${family}`);
  return {
    id: family,
    outputs: { family, revision: 1, arn: `${withoutRevision}:1`, arnWithoutRevision: withoutRevision },
  };
};

const service: Compute = (context) => {
  const name = physicalName(context);
  const cluster = nameIn(text(context, "cluster")) || "default";
  return {
    id: arn(context, "ecs", `service/${cluster}/${name}`),
    outputs: { name, arn: arn(context, "ecs", `service/${cluster}/${name}`) },
  };
};

/** Amazon ECS, and what changes the number of its tasks. */
export const CONTAINERS: Readonly<Record<string, Compute>> = {
  "aws:appautoscaling/policy:Policy": (context) => {
    const name = physicalName(context);
    return {
      id: name,
      outputs: {
        name,
        arn: arn(context, "autoscaling", `scalingPolicy:${hex(32, "scaling", context.name)}`),
      },
    };
  },
  "aws:appautoscaling/target:Target": (context) => ({ id: text(context, "resourceId") }),
  "aws:ecs/cluster:Cluster": (context) => {
    const name = physicalName(context);
    return {
      id: arn(context, "ecs", `cluster/${name}`),
      outputs: { name, arn: arn(context, "ecs", `cluster/${name}`) },
    };
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": association("capacity"),
  "aws:ecs/service:Service": service,
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinition,
};

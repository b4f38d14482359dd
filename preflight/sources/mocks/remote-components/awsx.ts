import { isRecord, list } from "../../../resources/read.js";
import { type Construct, constant, type RemoteComponent, type WireValue } from "./child.js";

/**
 * What the components of `@pulumi/awsx` 3.9 are made of, by their type. Each throws on an input that it does not know
 * to read, because a guess would prove nothing.
 * @see https://www.pulumi.com/registry/packages/awsx/api-docs/lb/applicationloadbalancer/
 * @see https://github.com/pulumi/pulumi-awsx/blob/master/awsx/lb/applicationLoadBalancer.ts
 * @see https://github.com/pulumi/pulumi-awsx/blob/master/awsx/ecs/fargateService.ts
 */
export const AWSX: Readonly<Record<string, Construct>> = {
  "awsx:lb:ApplicationLoadBalancer": applicationLoadBalancer,
  "awsx:ecs:FargateService": fargateService,
};

/** Inputs of the component that are none of the load balancer's. */
const OWN_INPUTS = [
  "subnetIds",
  "subnets",
  "defaultTargetGroup",
  "defaultTargetGroupPort",
  "defaultSecurityGroup",
  "listener",
  "listeners",
];

/** Inputs with which the component makes or finds more than is modelled here. */
const UNREAD_INPUTS = [
  "subnets",
  "subnetMappings",
  "defaultTargetGroupPort",
  "defaultSecurityGroup",
  "listener",
];

async function applicationLoadBalancer(component: RemoteComponent) {
  const { name } = component;
  refuse(component, UNREAD_INPUTS, "subnetIds, defaultTargetGroup, securityGroups and listeners");
  const subnets = needed(component, "subnetIds");
  needed(component, "securityGroups");
  const group = needed(component, "defaultTargetGroup");
  const listeners = needed(component, "listeners");
  const rest = Object.fromEntries(
    component.given
      .filter((property) => !OWN_INPUTS.includes(property))
      .map((property) => [property, component.input(property)]),
  );
  const loadBalancer = await component.register("aws:lb/loadBalancer:LoadBalancer", name, {
    ...rest,
    subnets,
    loadBalancerType: constant("application"),
  });
  const vpcId = component.lookUp({ ...subnets, value: list(subnets.value)[0] }, "vpcId");
  const targetGroup = await component.register("aws:lb/targetGroup:TargetGroup", name, {
    vpcId,
    targetType: constant("ip"),
    ...parts(group),
  });
  const defaultActions: WireValue = {
    value: [{ type: "forward", targetGroupArn: targetGroup.get("arn").value }],
    urns: [targetGroup.urn],
  };
  const made: unknown[] = [];
  for (const [n, value] of list(listeners.value).entries()) {
    const listener = await component.register("aws:lb/listener:Listener", `${name}-${n}`, {
      defaultActions,
      ...protocolOf(value),
      ...parts({ ...listeners, value }),
      loadBalancerArn: loadBalancer.get("arn"),
    });
    made.push(listener.reference);
  }
  return {
    loadBalancer: loadBalancer.reference,
    defaultTargetGroup: targetGroup.reference,
    listeners: made,
    vpcId: vpcId.value,
  };
}

/** A listener has the usual port of its protocol, and the usual protocol of its port. */
function protocolOf(listener: unknown): Record<string, WireValue> {
  const { port, protocol } = isRecord(listener) ? listener : {};
  if (port !== undefined && protocol === undefined)
    return { protocol: constant(port === 443 ? "HTTPS" : "HTTP") };
  if (port === undefined && protocol !== undefined)
    return { port: constant(protocol === "HTTPS" ? 443 : 80) };
  return port === undefined ? { port: constant(80), protocol: constant("HTTP") } : {};
}

const TASK = "taskDefinitionArgs";

async function fargateService(component: RemoteComponent) {
  const { name } = component;
  refuse(component, ["assignPublicIp", "useClusterDefaultCapacityProviderStrategy"], "networkConfiguration");
  needed(component, "networkConfiguration");
  const task = component.given.includes("taskDefinition") ? undefined : await taskDefinition(component);
  const given = Object.fromEntries(
    component.given
      .filter((property) => property !== TASK && property !== "continueBeforeSteadyState")
      .map((property) => [property, component.input(property)]),
  );
  const continues = component.input("continueBeforeSteadyState")?.value === true;
  const service = await component.register("aws:ecs/service:Service", name, {
    desiredCount: constant(1),
    ...given,
    ...(!component.given.includes("capacityProviderStrategies") && { launchType: constant("FARGATE") }),
    waitForSteadyState: constant(!continues),
    taskDefinition: task?.get("arn") ?? component.input("taskDefinition"),
  });
  return { service: service.reference, ...(task && { taskDefinition: task.reference }) };
}

/** Inputs of the task definition with which the component makes a log group or roles. */
const MADE_UNLESS_SKIPPED = ["logGroup", "taskRole", "executionRole"];

async function taskDefinition(component: RemoteComponent) {
  const args = needed(component, TASK);
  const given = parts(args);
  for (const property of MADE_UNLESS_SKIPPED) {
    const choice = given[property]?.value;
    if (isRecord(choice) && (choice.skip === true || choice.roleArn !== undefined)) continue;
    throw new Error(
      `the mocks know ${TASK}.${property} of an awsx FargateService with skip: true or roleArn only; make it in the program`,
    );
  }
  const { container, containers, taskRole, executionRole, logGroup, ...rest } = given;
  if (container === undefined || containers !== undefined)
    throw new Error(`the mocks know ${TASK} of an awsx FargateService with container only, not containers`);
  const roleArn = (role: WireValue | undefined): WireValue | undefined => {
    const arn = isRecord(role?.value) ? role.value.roleArn : undefined;
    return arn === undefined ? undefined : { value: arn, urns: args.urns };
  };
  const parent = await component.component("awsx:ecs:FargateTaskDefinition", component.name);
  return component.register(
    "aws:ecs/taskDefinition:TaskDefinition",
    component.name,
    {
      family: constant(component.name),
      ...rest,
      requiresCompatibilities: constant(["FARGATE"]),
      networkMode: constant("awsvpc"),
      taskRoleArn: roleArn(taskRole),
      executionRoleArn: roleArn(executionRole),
      containerDefinitions: component.combine([container], ([only]) => JSON.stringify([withName(only)])),
    },
    parent,
  );
}

/** awsx writes the name last, and both ports of a mapping. */
function withName(container: unknown): unknown {
  if (!isRecord(container)) return container;
  const { portMappings, name = "container", ...rest } = container;
  return {
    ...rest,
    portMappings: list(portMappings).map((mapping) => {
      if (!isRecord(mapping)) return mapping;
      const { containerPort, hostPort, ...others } = mapping;
      return { ...others, containerPort: containerPort ?? hostPort, hostPort: hostPort ?? containerPort };
    }),
    name,
  };
}

/** The properties of an object, each with what the whole object comes from. */
function parts({ value, urns }: WireValue): Record<string, WireValue> {
  return Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).map(([property, own]) => [property, { value: own, urns }]),
  );
}

function needed(component: RemoteComponent, property: string): WireValue {
  const value = component.input(property);
  if (value === undefined)
    throw new Error(
      `the mocks know awsx's ${component.name} with ${property} only, because without it awsx asks AWS`,
    );
  return value;
}

function refuse({ name, given }: RemoteComponent, unread: readonly string[], instead: string): void {
  const found = unread.filter((property) => given.includes(property));
  if (found.length > 0)
    throw new Error(`the mocks do not know ${found.join(", ")} of awsx's ${name}. Use ${instead}.`);
}

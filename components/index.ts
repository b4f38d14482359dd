/**
 * The components by themselves: what a program imports, in this repository `../../components/index.js`. They know nothing
 * of the configuration and of the program. See docs/your-function.md and examples/.
 */
export { lambdaRoute } from "./api/routes/lambda-route.js";
export type { RouteSource } from "./api/routes/route.js";
export { DataRetention } from "./base/data-retention.js";
export { type DeploymentTarget, deploymentTarget } from "./base/deployment-target.js";
export { policyDocument } from "./base/policy-document.js";
export { onObjectCreated } from "./events/triggers/bucket.js";
export { onQueue } from "./events/triggers/queue.js";
export { onEvent, onSchedule } from "./events/triggers/rule.js";
export { onMessage } from "./events/triggers/topic.js";
export type { Trigger } from "./events/triggers/trigger.js";
export { WorkQueue, type WorkQueueArgs } from "./events/work-queue.js";
export { ApplicationFunction, type ApplicationFunctionArgs } from "./function/application-function.js";
export type { FunctionNetwork } from "./function/function-network.js";
export {
  publishMessages,
  type ResourceUse,
  readItems,
  readObjects,
  readParameter,
  readSecret,
  sendMessages,
  writeItems,
  writeObjects,
} from "./function/uses.js";
export { GatewayEndpoint, type GatewayEndpointArgs } from "./network/endpoints/gateway-endpoint.js";
export { InterfaceEndpoint, type InterfaceEndpointArgs } from "./network/endpoints/interface-endpoint.js";
export { chooseZones } from "./network/vpc/availability-zones.js";
export { Vpc, type VpcArgs } from "./network/vpc/vpc.js";
export { FileSystem, type FileSystemArgs } from "./storage/file-system.js";

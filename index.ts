/** The Pulumi program: reads the configuration, creates each part of the stack from it, and exports the outputs. */
import { deploymentTarget } from "./components/base/deployment-target.js";
import { readConfig } from "./config/index.js";
import { checkAccount } from "./program/account.js";
import { createApi } from "./program/api.js";
import { findData, tellData } from "./program/data.js";
import { createDatabase } from "./program/database.js";
import { withEncryption } from "./program/encryption.js";
import { createEventPipeline } from "./program/events.js";
import { createFrontDoor } from "./program/front-door.js";
import { createFunction } from "./program/function.js";
import { createMonitoring } from "./program/monitoring.js";
import { createNetwork } from "./program/network.js";
import { stackOutputs } from "./program/outputs.js";
import { createParameters } from "./program/parameters.js";

// Both report all mistakes at once, before any resource is created: those of the configuration by itself, then those
// that only the account can tell.
const config = readConfig();
const home = await deploymentTarget();
await checkAccount(config, home);

const data = await findData(config);
const target = withEncryption(config, { data, target: home });

// A part that the configuration turns off is undefined.
const parameters = createParameters(config, { data, target });
const network = await createNetwork(config, { target });
const database = createDatabase(config, { network, data, target });
const fetcher = createFunction(config, { parameters, network, database, target });
const api = createApi(config, { fetcher, network, data, target });
const frontDoor = await createFrontDoor(config, { network, api, fetcher, target });
const events = createEventPipeline(config, { fetcher, network, data, target });
const monitoring = createMonitoring(config, { fetcher, api, frontDoor, events, network, target });
tellData(data);

// Each is described in program/outputs.ts.
// biome-ignore format: one line for each part of the stack
export const {
  networking, region,
  functionName, functionArn, functionVersion, codeDeployApplicationName, codeDeployDeploymentGroupName,
  parameterPath, firstParameterCommand,
  apiId, apiUrl, apiInvokeUrls, apiKeyIds, userPoolIds, userPoolClientIds, apiDomainNames, peeringConnectionIds,
  frontDoorUrl, frontDoorDnsName,
  vpcId, publicSubnetIds, privateSubnetIds, functionSubnetIds, isolatedSubnetIds, natGatewayIds, natInstanceGroupNames,
  interfaceEndpointIds, gatewayEndpointIds, executeApiEndpointId,
  databaseProxyEndpoint, databaseName, databaseUser,
  logProducerName, logConsumerName, logTopicArn,
  logDeadLetterQueueUrl, logUndeliveredQueueUrl, logNotificationTopicArn,
  alarmTopicArn,
} = stackOutputs({ config, target, network, database, fetcher, api, frontDoor, events, monitoring });

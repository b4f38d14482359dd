import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../../base/deployment-target.js";
import type { PlannedValue } from "../../base/planned-value.js";
import type { MethodAuthorizer } from "../access/authorizer.js";
import type { Caching, Cors, MethodSettings, MethodsSettings } from "../settings.js";
import type { RequestValidators } from "./request-validation.js";

/** The user's settings for the API's methods; `createMethod` and `corsResponseParameters` apply them. */
export interface RouteSettings {
  readonly methods: MethodsSettings;
  readonly caching: Caching | false | undefined;
  readonly cors: Cors | false | undefined;
}

/** The API in which a route is created. */
export interface ApiContext {
  /** The API component's logical name, with which the logical names of its resources begin. */
  readonly name: string;
  readonly api: aws.apigateway.RestApi;
  readonly paths: ApiPaths;
  /** Returns the API's ARN for the API's id. */
  readonly executionArn: (apiId: pulumi.Output<string>) => pulumi.Output<string>;
  readonly stageName: string;
  readonly target: DeploymentTarget;
  readonly parent: pulumi.Resource;
  readonly settings: RouteSettings;
  /** The API's authorizers, by name. */
  readonly authorizers: ReadonlyMap<string, MethodAuthorizer>;
  /** Undefined: requests are not validated. */
  readonly validators: RequestValidators | undefined;
}

/** A created route, with everything that a deployment depends on. */
export interface Route {
  /** `GET` */
  readonly method: string;
  /** `/messages/{id}` */
  readonly path: string;
  readonly resources: readonly pulumi.Resource[];
  readonly content: pulumi.Input<unknown>;
  readonly planned: readonly PlannedValue[];
  /** Resources that the method must reach. */
  readonly intents: readonly Intent[];
}

/** A method of an API, and how to create it. */
export interface RouteSource {
  readonly method: string;
  readonly path: string;
  /**
   * Who may call it, and how often, if the program's code says it and not the API's settings.
   * @default as the API's settings say
   */
  readonly settings?: MethodSettings;
  make(context: ApiContext): Route;
}

/** An API's resources by path. Each is created once, after its parents. */
export class ApiPaths {
  private readonly resources = new Map<string, aws.apigateway.Resource>();

  constructor(
    private readonly name: string,
    private readonly api: aws.apigateway.RestApi,
    private readonly parent: pulumi.Resource,
  ) {}

  /** @param path path below the root: `/messages/{id}` */
  at(path: string): aws.apigateway.Resource {
    const known = this.resources.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf("/");
    const above = path.slice(0, cut);
    const resource = new aws.apigateway.Resource(
      `${this.name}-${logicalPath(path)}`,
      {
        restApi: this.api.id,
        parentId: above === "" ? this.api.rootResourceId : this.at(above).id,
        pathPart: path.slice(cut + 1),
      },
      { parent: this.parent },
    );
    this.resources.set(path, resource);
    return resource;
  }
}

/** A path as part of a logical name: `messages-id` for `/messages/{id}`. */
export function logicalPath(path: string): string {
  return path.slice(1).replace(/[{}+]/g, "").replaceAll("/", "-");
}

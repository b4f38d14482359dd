import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tableNameOf } from "../../base/data-names.js";
import type { DataRetention } from "../../base/data-retention.js";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";
import { plannedStatements, useKey } from "../../base/encryption.js";
import type { PlannedValue } from "../../base/planned-value.js";
import { policyDocument, trustService } from "../../base/policy-document.js";
import { contentOf } from "../deployment.js";
import { RequestValidators } from "../routes/request-validation.js";
import type { ApiContext, Route, RouteSource } from "../routes/route.js";
import { createDynamoDbRoute, type DynamoDbRouteArgs } from "./dynamodb-route.js";
import { messageModel } from "./model.js";
import {
  CREATED,
  FAILED,
  FOUND,
  GET_REFUSED,
  getItemRequest,
  KEY_HEADER,
  PUT_REFUSED,
  putItemRequest,
} from "./templates.js";

export interface MessageStoreArgs {
  /** Maximum number of characters in a message's text, 1 to 100,000. */
  readonly maximumTextLength: number;
  /** Whether the table can be restored to any second of the last 35 days. $0.20 a GB a month. */
  readonly pointInTimeRecovery: boolean;
  /** Whether AWS refuses to delete the table, by this stack or by hand, as long as its data is kept. */
  readonly deletionProtection: boolean;
  readonly data: DataRetention;
  readonly target: DeploymentTarget;
}

/** A method's action at the table, and a role with only that permission. */
interface Grant {
  readonly role: aws.iam.Role;
  readonly permissions: aws.iam.RolePolicy;
  /** The policy, which is unknown until the key that it names exists. */
  readonly planned: PlannedValue;
  readonly table: aws.dynamodb.Table;
}

const MESSAGES = "/messages";
const MESSAGE = "/messages/{id}";

/**
 * Messages in a DynamoDB table, which API Gateway writes and reads directly, without a function.
 *
 * `POST /messages` with `{"text": "…"}` answers 201 `{"id": "…"}`; `GET /messages/{id}` answers 200 `{"id", "text",
 * "createdAt"}`, the time in milliseconds since 1970, or 404 `{"message"}`. Paid per request: $0.625 a million writes
 * of up to 1 KB, $0.25 a million reads of up to 4 KB (each is a consistent read, which counts twice), $0.25 a GB a
 * month, and API Gateway's $3.50 a million calls. The table is encrypted with the stack's key or, without one,
 * with a key that AWS owns, which is free.
 * @see https://aws.amazon.com/dynamodb/pricing/on-demand/
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
 */
export class MessageStore extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  /** The API's methods that write and read messages. */
  readonly routes: readonly RouteSource[];
  private readonly tableName: string;
  private readonly tableArn: string;

  constructor(
    private readonly name: string,
    private readonly args: MessageStoreArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:api:MessageStore", name, {}, opts);
    // Chosen here, so that roles and proofs can name the table before it exists.
    this.tableName = tableNameOf(name, args);
    this.tableArn = arnOf(args.target, "dynamodb", `table/${this.tableName}`);
    this.table = this.createTable();
    const writer = this.grant("put", "dynamodb:PutItem");
    const reader = this.grant("get", "dynamodb:GetItem");
    this.routes = [
      { method: "POST", path: MESSAGES, make: (context) => this.createPost(context, writer) },
      { method: "GET", path: MESSAGE, make: (context) => createDynamoDbRoute(context, this.get(reader)) },
    ];
    this.registerOutputs({
      tableName: this.table.name,
      planned: args.target.key === undefined ? [] : [writer.planned, reader.planned],
    });
  }

  private createTable(): aws.dynamodb.Table {
    const { pointInTimeRecovery, deletionProtection, data, target } = this.args;
    const kept = data.retained({
      what: `the messages in table ${this.tableName}`,
      arn: this.tableArn,
      importId: this.tableName,
    });
    const { key } = target;
    return new aws.dynamodb.Table(
      `${this.name}-table`,
      {
        name: this.tableName,
        billingMode: "PAY_PER_REQUEST",
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        pointInTimeRecovery: { enabled: pointInTimeRecovery },
        deletionProtectionEnabled: deletionProtection && data.keep,
        serverSideEncryption: key && { enabled: true, kmsKeyArn: key.arn },
      },
      { parent: this, ...kept },
    );
  }

  /**
   * Creates a role for each method, so that the reading method cannot write, nor the writing method read.
   *
   * The role's trust policy has no condition. API Gateway sends no `aws:SourceAccount` when it assumes an integration's
   * role, so a condition would make every call answer 500. Only a principal of this account that may pass the role
   * (`iam:PassRole`) can use it in an integration.
   * @see https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/pull/479
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
   */
  private grant(verb: string, action: string): Grant {
    const role = new aws.iam.Role(
      `${this.name}-${verb}-role`,
      { assumeRolePolicy: trustService("apigateway.amazonaws.com") },
      { parent: this },
    );
    const { target } = this.args;
    const statements = [
      { Effect: "Allow", Action: action, Resource: this.tableArn } as const,
      ...useKey(target, "dynamodb"),
    ];
    const permissions = new aws.iam.RolePolicy(
      `${this.name}-${verb}-permissions`,
      { role: role.id, policy: pulumi.jsonStringify(policyDocument(...statements)) },
      { parent: this },
    );
    const planned = pulumi.jsonStringify(policyDocument(...plannedStatements(statements, target)));
    return {
      role,
      permissions,
      table: this.table,
      planned: { resource: permissions.urn, property: "policy", value: planned },
    };
  }

  /** Creates the method that writes. It always validates bodies, even if the API validates no other request. */
  private createPost(context: ApiContext, grant: Grant): Route {
    const { model, inputs } = messageModel(context, this.args.maximumTextLength);
    const own = context.validators ?? new RequestValidators(context.name, context.api, context.parent);
    const route = createDynamoDbRoute({ ...context, validators: own }, this.post(grant, model.name));
    const validators = context.validators === undefined ? own : { resources: [], content: [] };
    return {
      ...route,
      resources: [...route.resources, model, ...validators.resources],
      content: [route.content, contentOf(model, inputs), validators.content],
    };
  }

  private post(grant: Grant, modelName: pulumi.Input<string>): DynamoDbRouteArgs {
    return {
      ...grant,
      method: "POST",
      path: MESSAGES,
      action: "PutItem",
      requestModels: { "application/json": modelName },
      requestParameters: { [`method.request.header.${KEY_HEADER}`]: false },
      requestTemplate: putItemRequest(this.tableName),
      answers: [
        { statusCode: 201, selectionPattern: "2\\d{2}", template: CREATED },
        { statusCode: 400, selectionPattern: "4\\d{2}", template: PUT_REFUSED },
        { statusCode: 502, template: FAILED },
      ],
      overrides: [409, 429, 500],
      intents: [
        this.intent("POST", MESSAGES, "dynamodb:PutItem", "reach", "it writes messages"),
        this.intent("POST", MESSAGES, "dynamodb:DeleteItem", "not-reach", "a message once written stays"),
      ],
    };
  }

  private get(grant: Grant): DynamoDbRouteArgs {
    return {
      ...grant,
      method: "GET",
      path: MESSAGE,
      action: "GetItem",
      requestParameters: { "method.request.path.id": true },
      requestTemplate: getItemRequest(this.tableName),
      answers: [
        { statusCode: 200, selectionPattern: "2\\d{2}", template: FOUND },
        { statusCode: 404, selectionPattern: "4\\d{2}", template: GET_REFUSED },
        { statusCode: 502, template: FAILED },
      ],
      overrides: [429, 500],
      intents: [
        this.intent("GET", MESSAGE, "dynamodb:GetItem", "reach", "it reads one message"),
        this.intent("GET", MESSAGE, "dynamodb:Scan", "not-reach", "only who knows a message's id reads it"),
      ],
    };
  }

  private intent(method: string, path: string, action: string, must: Intent["must"], reason: string): Intent {
    const to = { kind: "service", service: "dynamodb", action, resource: this.tableArn } as const;
    return { from: { kind: "method", method, path }, to, port: 443, must, reason };
  }
}

import { STATUS_CODES } from "node:http";
import type { ApiResponse } from "../request/messages.js";

/**
 * An answer that a load balancer makes itself.
 * @param reason for the terminal only
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function errorPage(statusCode: number, reason: string): ApiResponse {
  const title = `${statusCode} ${STATUS_CODES[statusCode] ?? ""}`.trim();
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { statusCode, headers: { Server: "awselb/2.0", "Content-Type": "text/html" }, body, reason };
}

import type { TopologyKind } from "../../model.js";

/** Outlines in a square of 20 by 20, drawn with a stroke. */
const ICONS: Partial<Record<TopologyKind, string>> = {
  internet: "M10 2a8 8 0 1 0 0 16a8 8 0 1 0 0-16M2 10h16M10 2c-5 5-5 11 0 16M10 2c5 5 5 11 0 16",
  "internet-gateway": "M4 18V9a6 6 0 0 1 12 0v9M2 18h16M10 18v-7M7.5 13.5 10 11l2.5 2.5",
  "egress-only-internet-gateway": "M4 18V9a6 6 0 0 1 12 0v9M2 18h16M8 13h7M12.5 10.5 15 13l-2.5 2.5",
  "nat-gateway": "M3 6h9a4 4 0 0 1 0 8H3M6 3 3 6l3 3M14 17l3-3-3-3",
  "interface-endpoint":
    "M3 10h5M12 10h5M10 8a2 2 0 1 0 0 4a2 2 0 1 0 0-4M10 3a7 7 0 0 1 7 7M10 17a7 7 0 0 1-7-7",
  "gateway-endpoint": "M3 4v12M17 4v12M3 10h12M11.5 6.5 15 10l-3.5 3.5",
  peering: "M7 6a4 4 0 1 0 0 8a4 4 0 1 0 0-8M13 6a4 4 0 1 0 0 8a4 4 0 1 0 0-8",
  peer: "M3 4h14v12H3zM3 8h5M6 12h8",
  function: "M5 3h3l6 14h2M10 9l-5 8",
  api: "M7 5 2.5 10 7 15M13 5l4.5 5L13 15M11.5 4l-3 12",
  "domain-name": "M2.5 6h15v8h-15zM5.5 10h2M9 10h2M12.5 10h2",
  service: "M10 2.5 16.5 6v8L10 17.5 3.5 14V6zM3.5 6 10 9.5 16.5 6M10 9.5v8",
  database: "M4 5c0-3 12-3 12 0v10c0 3-12 3-12 0zM4 5c0 3 12 3 12 0M4 10c0 3 12 3 12 0",
  queue: "M3 5h4v10H3zM9 5h4v10H9zM15 10h3M16.5 8l2 2-2 2",
  topic: "M4 8v4l7 4V4zM14 7c2 2 2 4 0 6M16.5 5c3 3 3 7 0 10",
  table: "M3 4h14v12H3zM3 8h14M3 12h14M8 4v12",
};

export function iconOf(kind: TopologyKind): string {
  return ICONS[kind] ?? "";
}

import type { TierSubnet } from "./subnet-tier.js";

/**
 * Where AWS publishes the newest Amazon Linux 2023 for arm64. A launch template that names the parameter gives each new
 * instance the newest image, so a new image changes no resource of the stack.
 * @see https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
 */
export const NAT_IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

/**
 * The user data of a NAT instance: a script that cloud-init runs at each start, because the kernel forgets its rules at
 * a restart and user data alone runs at the first start only.
 * @param clients blocks whose hosts may send through the instance
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
export function natUserData(clients: readonly Pick<TierSubnet, "cidrBlock">[]): string {
  const blocks = clients.map(({ cidrBlock }) => cidrBlock);
  return [
    'Content-Type: multipart/mixed; boundary="//"',
    "MIME-Version: 1.0",
    "",
    "--//",
    'Content-Type: text/cloud-config; charset="us-ascii"',
    "",
    "#cloud-config",
    "cloud_final_modules:",
    "  - [scripts-user, always]",
    "",
    "--//",
    'Content-Type: text/x-shellscript; charset="us-ascii"',
    "",
    script(blocks),
    "--//--",
    "",
  ].join("\n");
}

/**
 * The script: translates what the clients send to the instance's own address, lets in answers, and nothing else. It can
 * run again at any time.
 *
 * The figures: Linux tracks 4,096 connections on an instance of 0.5 GB by default, and keeps an idle one for five days.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html
 */
function script(clients: readonly string[]): string {
  return `#!/bin/bash
# Makes this instance a NAT instance. Runs at each start.
set -euo pipefail

# An instance that does not forward is of no use. Auto Scaling replaces one that is stopped.
trap 'echo "nat-instance: line $LINENO failed, so the instance stops" >&2; systemctl poweroff' ERR

# A nano has too little memory for dnf: https://github.com/amazonlinux/amazon-linux-2023/issues/404
add_swap() {
  dd if=/dev/zero of=/var/swap-nat-instance bs=1M count=512 status=none &&
    chmod 600 /var/swap-nat-instance && mkswap /var/swap-nat-instance >/dev/null && swapon /var/swap-nat-instance
}

install_nftables() {
  add_swap || echo "nat-instance: no swap" >&2
  for attempt in 1 2 3 4 5; do
    if dnf install --assumeyes --quiet nftables; then return 0; fi
    echo "nat-instance: attempt $attempt to install nftables failed" >&2
    sleep 10
  done
  return 1
}
command -v nft >/dev/null || install_nftables

interface=$(ip -4 route show default | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") { print $(i + 1); exit } }')
[ -n "$interface" ]

# One transaction: before it nothing is forwarded, after it only what the rules allow.
nft --file - <<RULES
table ip nat_instance
delete table ip nat_instance
table ip nat_instance {
  set clients {
    type ipv4_addr
    flags interval
    elements = { ${clients.join(", ")} }
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    udp sport 67 udp dport 68 accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "$interface" oifname "$interface" ip saddr @clients ip daddr != @clients ct state new accept
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "$interface" ip saddr @clients masquerade
  }
}
RULES

sysctl --quiet --write "net.ipv4.conf.$interface.send_redirects=0" net.ipv4.conf.all.send_redirects=0
sysctl --quiet --write net.netfilter.nf_conntrack_tcp_timeout_established=3600
sysctl --quiet --write net.netfilter.nf_conntrack_max=65536 || echo "nat-instance: few connections at once" >&2
sysctl --quiet --write net.ipv4.ip_forward=1
echo "nat-instance: forwards by $interface"
`;
}

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# netfilter's SYNPROXY for TCP port 80, on a router or on the host itself; source it after netns.sh.

# synproxy NS HOOK: by nft, for both families; HOOK is forward or input. IPv6 works only for SYNs whose
# checksum the kernel still has to complete: it takes others for wrong (seen up to Linux 6.18).
synproxy() {
	{
		echo 'table inet proxy {'
		echo 'chain first { type filter hook prerouting priority raw;'
		echo 'tcp dport 80 tcp flags syn notrack;'
		echo '}'
		echo "chain second { type filter hook $2 priority 0;"
		echo 'tcp dport 80 ct state invalid,untracked synproxy mss 1460 wscale 9 timestamp sack-perm;'
		echo 'tcp dport 80 ct state invalid drop;'
		echo '}'
		echo '}'
	} | ns_exec "$1" nft -f -
}

# synproxy_6 NS CHAIN: for IPv6 by ip6tables, whose checksums are right; CHAIN is FORWARD or INPUT.
synproxy_6() {
	command -v ip6tables >/dev/null || return 1
	ns_exec "$1" ip6tables -t raw -A PREROUTING -p tcp --dport 80 --syn -j CT --notrack &&
		ns_exec "$1" ip6tables -A "$2" -p tcp --dport 80 -m conntrack --ctstate INVALID,UNTRACKED \
			-j SYNPROXY --sack-perm --timestamp --wscale 9 --mss 1440 &&
		ns_exec "$1" ip6tables -A "$2" -p tcp --dport 80 -m conntrack --ctstate INVALID -j DROP
}

synproxy_6_end() { # NS
	ns_exec "$1" ip6tables -F
	ns_exec "$1" ip6tables -t raw -F
}

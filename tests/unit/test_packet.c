/* SPDX-License-Identifier: BSD-2-Clause */
/* test_packet.c - tests that frames decode to their segment or error, wherever they are cut. */
#include "../lib/check.h"

#include "wire/link.h"
#include "wire/packet.h"

/* Frames made with scapy; above each is what tcpdump -v says of it. */

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char eth_v4_syn[] =
	"02000000 00010200 00000002 08004502 003c1234 40003906 4342c000 0207c633 64099c40 01bb0000"
	"03e80000 0000a002 faf0ea76 00000204 05b40402 080a075b cd150000 00000103 0307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 28)
 * 2001:db8::7.443 > 2001:db8::9.40000: Flags [S.], cksum 0x74a4 (correct), seq 5000, ack 1001,
 * win 65160, options [mss 1440,nop,wscale 8], length 0
 */
static const char eth_v6_syn_ack[] =
	"02000000 00010200 00000002 86dd6b91 2345001c 063b2001 0db80000 00000000 00000000 00072001"
	"0db80000 00000000 00000000 000901bb 9c400000 13880000 03e97012 fe8874a4 00000204 05a00103"
	"0308";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char eth_vlan[] =
	"02000000 00010200 00000002 8100002a 08004502 003c1234 40003906 4342c000 0207c633 64099c40"
	"01bb0000 03e80000 0000a002 faf0ea76 00000204 05b40402 080a075b cd150000 00000103 0307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7.40000 > 2001:db8::9.443: Flags [S], cksum 0x7b39 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char eth_qinq[] =
	"02000000 00010200 00000002 88a80064 8100002a 86dd6b91 23450028 063b2001 0db80000 00000000"
	"00000000 00072001 0db80000 00000000 00000000 00099c40 01bb0000 03e80000 0000a002 faf07b39"
	"00000204 05b40402 080a075b cd150000 00000103 0307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char eth_qinq_old[] =
	"02000000 00010200 00000002 91000064 8100002a 08004502 003c1234 40003906 4342c000 0207c633"
	"64099c40 01bb0000 03e80000 0000a002 faf0ea76 00000204 05b40402 080a075b cd150000 00000103"
	"0307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char sll[] =
	"00000001 00060200 00000002 00000800 4502003c 12344000 39064342 c0000207 c6336409 9c4001bb"
	"000003e8 00000000 a002faf0 ea760000 020405b4 0402080a 075bcd15 00000000 01030307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7.40000 > 2001:db8::9.443: Flags [S], cksum 0x7b39 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char sll2[] =
	"86dd0000 00000003 00010006 02000000 00020000 6b912345 0028063b 20010db8 00000000 00000000"
	"00000007 20010db8 00000000 00000000 00000009 9c4001bb 000003e8 00000000 a002faf0 7b390000"
	"020405b4 0402080a 075bcd15 00000000 01030307";

/* ethertype IPv4, IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6),
 * length 60) 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000,
 * win 64240, options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char sll2_vlan[] =
	"81000000 01020304 00010006 02000000 00020000 002a0800 4502003c 12344000 39064342 c0000207"
	"c6336409 9c4001bb 000003e8 00000000 a002faf0 ea760000 020405b4 0402080a 075bcd15 00000000"
	"01030307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char null_le[] =
	"02000000 4502003c 12344000 39064342 c0000207 c6336409 9c4001bb 000003e8 00000000 a002faf0"
	"ea760000 020405b4 0402080a 075bcd15 00000000 01030307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char null_be[] =
	"00000002 4502003c 12344000 39064342 c0000207 c6336409 9c4001bb 000003e8 00000000 a002faf0"
	"ea760000 020405b4 0402080a 075bcd15 00000000 01030307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7.40000 > 2001:db8::9.443: Flags [S], cksum 0x7b39 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char null_v6[] =
	"1e000000 6b912345 0028063b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000"
	"00000009 9c4001bb 000003e8 00000000 a002faf0 7b390000 020405b4 0402080a 075bcd15 00000000"
	"01030307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7.40000 > 2001:db8::9.443: Flags [S], cksum 0x7b39 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char loop[] =
	"00000018 6b912345 0028063b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000"
	"00000009 9c4001bb 000003e8 00000000 a002faf0 7b390000 020405b4 0402080a 075bcd15 00000000"
	"01030307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char raw_v4[] =
	"4502003c 12344000 39064342 c0000207 c6336409 9c4001bb 000003e8 00000000 a002faf0 ea760000"
	"020405b4 0402080a 075bcd15 00000000 01030307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7.40000 > 2001:db8::9.443: Flags [S], cksum 0x7b39 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char raw_v6[] =
	"6b912345 0028063b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"9c4001bb 000003e8 00000000 a002faf0 7b390000 020405b4 0402080a 075bcd15 00000000 01030307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea76 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char ipv4[] =
	"4502003c 12344000 39064342 c0000207 c6336409 9c4001bb 000003e8 00000000 a002faf0 ea760000"
	"020405b4 0402080a 075bcd15 00000000 01030307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7.40000 > 2001:db8::9.443: Flags [S], cksum 0x7b39 (correct), seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char ipv6[] =
	"6b912345 0028063b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"9c4001bb 000003e8 00000000 a002faf0 7b390000 020405b4 0402080a 075bcd15 00000000 01030307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 45)
 * 192.0.2.7.443 > 198.51.100.9.40000: Flags [P.], cksum 0xc84d (correct), seq 5001:5006, ack
 * 1001, win 502, length 5
 */
static const char odd_payload[] =
	"4502002d 12344000 39064351 c0000207 c6336409 01bb9c40 00001389 000003e9 501801f6 c84d0000"
	"68656c6c 6f";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 56)
 * 192.0.2.7.443 > 198.51.100.9.40000: Flags [P.], cksum 0xdcdd (correct), seq 5001:5017, ack
 * 1001, win 502, length 16
 */
static const char long_payload[] =
	"45020038 12344000 39064346 c0000207 c6336409 01bb9c40 00001389 000003e9 501801f6 dcdd0000"
	"30313233 34353637 38396162 63646566";

/* IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto TCP (6), length 48, options (RR
 * 0.0.0.0,EOL)) 192.0.2.7.443 > 198.51.100.9.40000: Flags [.], cksum 0x0c2d (correct), ack 1001,
 * win 502, length 0
 */
static const char v4_options[] =
	"47000030 00010000 4006817c c0000207 c6336409 07070400 00000000 01bb9c40 00001389 000003e9"
	"501001f6 0c2d0000";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 40)
 * 192.0.2.7.443 > 198.51.100.9.40000: Flags [.], cksum 0x0c2d (correct), ack 1001, win 502,
 * length 0
 */
static const char padded[] =
	"02000000 00010200 00000002 08004502 00281234 40003906 4356c000 0207c633 640901bb 9c400000"
	"13890000 03e95010 01f60c2d 0000aaaa aaaaaaaa";

/* IP bad-len 0 */
static const char total_length_0[] =
	"45020000 12344000 39064337 c0000207 c6336409 01bb9c40 00001389 000003e9 501801f6 84f60000"
	"78787878 78787878 78787878 78787878 78787878 78787878 78787878 787878";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 0)
 * 2001:db8::7 > 2001:db8::9: [|tcp]
 */
static const char payload_length_0[] =
	"6b912345 0000063b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"01bb9c40 00001389 000003e9 501801f6 15b90000 78787878 78787878 78787878 78787878 78787878"
	"78787878 78787878 787878";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xec72 (incorrect -> 0xea76), seq 1000,
 * win 64240, options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char deferred[] =
	"4502003c 12344000 39064342 c0000207 c6336409 9c4001bb 000003e8 00000000 a002faf0 ec720000"
	"020405b4 0402080a 075bcd15 00000000 01030307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xec4a (incorrect -> 0xea76), seq 1000,
 * win 64240, options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char deferred_len_0[] =
	"4502003c 12344000 39064342 c0000207 c6336409 9c4001bb 000003e8 00000000 a002faf0 ec4a0000"
	"020405b4 0402080a 075bcd15 00000000 01030307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header TCP (6) payload length: 40)
 * 2001:db8::7.40000 > 2001:db8::9.443: Flags [S], cksum 0x5bb0 (incorrect -> 0x7b39), seq 1000,
 * win 64240, options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char deferred_v6[] =
	"6b912345 0028063b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"9c4001bb 000003e8 00000000 a002faf0 5bb00000 020405b4 0402080a 075bcd15 00000000 01030307";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.7.40000 > 198.51.100.9.443: Flags [S], cksum 0xea77 (incorrect -> 0xea76), seq 1000,
 * win 64240, options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char bad_csum[] =
	"4502003c 12344000 39064342 c0000207 c6336409 9c4001bb 000003e8 00000000 a002faf0 ea770000"
	"020405b4 0402080a 075bcd15 00000000 01030307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header Options (0) payload length: 68)
 * 2001:db8::7 > 2001:db8::9: HBH (padn) DSTOPT (padn) RT6 (len=2, type=0 [Deprecated],
 * segleft=0, rsv=0x0, [0]2001:db8::5) 443 > 40000: Flags [.], cksum 0x9cef (incorrect ->
 * 0x9cf3), ack 1001, win 502, length 0
 */
static const char v6_ext[] =
	"6b912345 0044003b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"3c000104 00000000 2b01010c 00000000 00000000 00000000 06020000 00000000 20010db8 00000000"
	"00000000 00000005 01bb9c40 00001389 000003e9 501001f6 9cef0000";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header AH (51) payload length: 44)
 * 2001:db8::7 > 2001:db8::9:
 * AH(length=4(24-bytes),spi=0x00010203,seq=0x4050607,icv=0x08090a0b0c0d0e0f10111213): 443 >
 * 40000: Flags [.], cksum 0x9cef (correct), ack 1001, win 502, length 0
 */
static const char v6_auth[] =
	"6b912345 002c333b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"06040000 00010203 04050607 08090a0b 0c0d0e0f 10111213 01bb9c40 00001389 000003e9 501001f6"
	"9cef0000";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header Fragment (44) payload length: 36)
 * 2001:db8::7 > 2001:db8::9: frag (0x0000abcd:0|28) 443 > 40000: Flags [P.], seq 5001:5009, ack
 * 1001, win 502, length 8
 */
static const char v6_first_fragment[] =
	"6b912345 00242c3b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"06000001 0000abcd 01bb9c40 00001389 000003e9 501801f6 d00e0000 30313233 34353637";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header Fragment (44) payload length: 48)
 * 2001:db8::7 > 2001:db8::9: frag (0x0000abcd:0|40) 40000 > 443: Flags [S], seq 1000, win 64240,
 * options [mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7], length 0
 */
static const char v6_atomic_fragment[] =
	"6b912345 00302c3b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"06000000 0000abcd 9c4001bb 000003e8 00000000 a002faf0 7b390000 020405b4 0402080a 075bcd15"
	"00000000 01030307";

/* IP6 (class 0xb9, flowlabel 0x12345, hlim 59, next-header Fragment (44) payload length: 16)
 * 2001:db8::7 > 2001:db8::9: frag (0x0000abcd:24|8)
 */
static const char v6_later_fragment[] =
	"6b912345 00102c3b 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 00000009"
	"06000018 0000abcd 30313233 34353637";

/* IP (tos 0x0, ttl 64, id 7, offset 0, flags [+], proto TCP (6), length 48) 192.0.2.7.443 >
 * 198.51.100.9.40000: Flags [P.], seq 5001:5009, ack 1001, win 502, length 8
 */
static const char v4_first_fragment[] =
	"45000030 00072000 40066e7d c0000207 c6336409 01bb9c40 00001389 000003e9 501801f6 3f4c0000"
	"30313233 34353637";

/* IP (tos 0x0, ttl 64, id 7, offset 16, flags [none], proto TCP (6), length 28) 192.0.2.7 >
 * 198.51.100.9: ip-proto-6
 */
static const char v4_later_fragment[] =
	"4500001c 00070002 40068e8f c0000207 c6336409 30313233 34353637";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto UDP (17), length 30)
 * 192.0.2.7.53 > 198.51.100.9.40000: domain [length 2 < 12] (invalid)
 */
static const char udp[] =
	"02000000 00010200 00000002 08004502 001e1234 40003911 4355c000 0207c633 64090035 9c40000a"
	"0eb76869";

/* ARP, Ethernet (len 6), IPv4 (len 4), Request who-has 0.0.0.0 tell 192.0.2.2, length 28 */
static const char arp[] =
	"02000000 00010200 00000002 08060001 08000604 000102fc 00000001 c0000202 00000000 00000000"
	"0000";

/* IP (tos 0x2,ECT(0), ttl 57, id 4660, offset 0, flags [DF], proto ICMP (1), length 28)
 * 192.0.2.7 > 198.51.100.9: ICMP echo request, id 0, seq 0, length 8
 */
static const char ping[] = "4502001c 12344000 39014367 c0000207 c6336409 0800f7ff 00000000";

/* IP (tos 0x0, ttl 60, id 9, offset 0, flags [none], proto ICMP (1), length 56) 203.0.113.1 >
 * 198.51.100.9: ICMP 192.0.2.7 tcp port 443 unreachable, length 36 IP (tos 0x0, ttl 1, id 17185,
 * offset 0, flags [DF], proto TCP (6), length 60) 198.51.100.9.40000 > 192.0.2.7.443: [|tcp]
 */
static const char icmp_port[] =
	"02000000 00010200 00000002 08004500 00380009 00003c01 187ecb00 7101c633 64090303 c1630000"
	"00004500 003c4321 40000106 4a57c633 6409c000 02079c40 01bbdead beef";

/* IP (tos 0x0, ttl 60, id 9, offset 0, flags [none], proto ICMP (1), length 88) 203.0.113.1 >
 * 198.51.100.9: ICMP time exceeded in-transit, length 68 IP (tos 0x0, ttl 1, id 17185, offset 0,
 * flags [DF], proto TCP (6), length 60) 198.51.100.9.40000 > 192.0.2.7.443: Flags [S], cksum
 * 0x50c1 (correct), seq 3735928559, win 64240, options [mss 1460,sackOK,TS val 123456789 ecr
 * 0,nop,wscale 7], length 0
 */
static const char icmp_ttl[] =
	"45000058 00090000 3c01185e cb007101 c6336409 0b00e172 00000000 4500003c 43214000 01064a57"
	"c6336409 c0000207 9c4001bb deadbeef 00000000 a002faf0 50c10000 020405b4 0402080a 075bcd15"
	"00000000 01030307";

/* IP6 (hlim 60, next-header ICMPv6 (58) payload length: 88) 2001:db8::1 > 2001:db8::9: [icmp6
 * sum ok] ICMP6, destination unreachable, unreachable prohibited 2001:db8::7
 */
static const char icmp6_admin[] =
	"60000000 00583a3c 20010db8 00000000 00000000 00000001 20010db8 00000000 00000000 00000009"
	"01013cf5 00000000 60000000 00280601 20010db8 00000000 00000000 00000009 20010db8 00000000"
	"00000000 00000007 9c4001bb deadbeef 00000000 a002faf0 e1830000 020405b4 0402080a 075bcd15"
	"00000000 01030307";

/* IP (tos 0x0, ttl 60, id 9, offset 0, flags [none], proto ICMP (1), length 56) 203.0.113.1 >
 * 198.51.100.9: ICMP 192.0.2.7 udp port 2 unreachable, length 36 IP (tos 0x0, ttl 64, id 1,
 * offset 0, flags [none], proto UDP (17), length 28) 198.51.100.9.1 > 192.0.2.7.2: UDP, length 0
 */
static const char icmp_udp[] =
	"45000038 00090000 3c01187e cb007101 c6336409 0303e95a 00000000 4500001c 00010000 40118e8c"
	"c6336409 c0000207 00010002 00081397";

/* Every frame, with the number of bytes from its start that decide its kind. */
static const struct {
	const char *hex;
	int link_type;
	size_t need;
	enum packet_kind kind;
} frames[] = {
	{eth_v4_syn, LINK_ETHERNET, 74, PACKET_TCP},
	{eth_v6_syn_ack, LINK_ETHERNET, 82, PACKET_TCP},
	{eth_vlan, LINK_ETHERNET, 78, PACKET_TCP},
	{eth_qinq, LINK_ETHERNET, 102, PACKET_TCP},
	{eth_qinq_old, LINK_ETHERNET, 82, PACKET_TCP},
	{sll, LINK_SLL, 76, PACKET_TCP},
	{sll2, LINK_SLL2, 100, PACKET_TCP},
	{sll2_vlan, LINK_SLL2, 84, PACKET_TCP},
	{null_le, LINK_NULL, 64, PACKET_TCP},
	{null_be, LINK_NULL, 64, PACKET_TCP},
	{null_v6, LINK_NULL, 84, PACKET_TCP},
	{loop, LINK_LOOP, 84, PACKET_TCP},
	{raw_v4, LINK_RAW, 60, PACKET_TCP},
	{raw_v6, LINK_RAW, 80, PACKET_TCP},
	{ipv4, LINK_IPV4, 60, PACKET_TCP},
	{ipv6, LINK_IPV6, 80, PACKET_TCP},
	{odd_payload, LINK_IPV4, 40, PACKET_TCP},
	{long_payload, LINK_IPV4, 40, PACKET_TCP},
	{v4_options, LINK_IPV4, 48, PACKET_TCP},
	{padded, LINK_ETHERNET, 54, PACKET_TCP},
	{total_length_0, LINK_IPV4, 40, PACKET_TCP},
	{payload_length_0, LINK_IPV6, 60, PACKET_TCP},
	{deferred, LINK_IPV4, 60, PACKET_TCP},
	{deferred_len_0, LINK_IPV4, 60, PACKET_TCP},
	{deferred_v6, LINK_IPV6, 80, PACKET_TCP},
	{bad_csum, LINK_IPV4, 60, PACKET_TCP},
	{v6_ext, LINK_IPV6, 108, PACKET_TCP},
	{v6_auth, LINK_IPV6, 84, PACKET_TCP},
	{v6_first_fragment, LINK_IPV6, 68, PACKET_TCP},
	{v6_atomic_fragment, LINK_IPV6, 88, PACKET_TCP},
	{v6_later_fragment, LINK_IPV6, 48, PACKET_OTHER},
	{v4_first_fragment, LINK_IPV4, 40, PACKET_TCP},
	{v4_later_fragment, LINK_IPV4, 20, PACKET_OTHER},
	{udp, LINK_ETHERNET, 34, PACKET_OTHER},
	{arp, LINK_ETHERNET, 0, PACKET_OTHER},
	{ping, LINK_IPV4, 20, PACKET_OTHER},
	{icmp_port, LINK_ETHERNET, 70, PACKET_ICMP},
	{icmp_ttl, LINK_IPV4, 56, PACKET_ICMP},
	{icmp6_admin, LINK_IPV6, 96, PACKET_ICMP},
	{icmp_udp, LINK_IPV4, 56, PACKET_OTHER},
};

/* A decoded frame and the block that its payload points into. */
struct seen {
	struct block frame;
	struct packet p;
};

static struct seen decode(const char *hex, int link_type)
{
	struct seen s = {.frame = block_hex(hex)};

	packet_decode(&s.p, link_type, s.frame.p, s.frame.len, s.frame.len);
	return s;
}

/* The kind of a frame with one byte changed. */
static enum packet_kind kind_with(const char *hex, int link_type, size_t at, uint8_t value)
{
	struct block b = block_hex(hex);
	struct packet p;

	assert_true(at < b.len);
	b.p[at] = value;
	packet_decode(&p, link_type, b.p, b.len, b.len);
	block_free(&b);
	return p.kind;
}

static void an_ipv4_syn_is_decoded(void **state)
{
	struct seen s = decode(eth_v4_syn, LINK_ETHERNET);
	char text[ENDPOINT_TEXT_MAX];

	(void)state;
	assert_int_equal(s.p.kind, PACKET_TCP);
	assert_string_equal(endpoint_format(&s.p.src, text), "192.0.2.7:40000");
	assert_string_equal(endpoint_format(&s.p.dst, text), "198.51.100.9:443");
	assert_int_equal(s.p.seg.seq, 1000);
	assert_int_equal(s.p.seg.ack, 0);
	assert_int_equal(s.p.seg.flags, SEG_SYN);
	assert_int_equal(s.p.seg.win, 64240);
	assert_int_equal(s.p.seg.opt_len, 20);
	assert_int_equal(s.p.seg.payload_len, 0);
	assert_null(s.p.seg.payload);
	assert_int_equal(s.p.seg.ip.ttl, 57);
	assert_int_equal(s.p.seg.ip.tos, 2);
	assert_true(s.p.seg.ip.df);
	assert_int_equal(s.p.seg.ip.id, 0x1234);
	assert_int_equal(s.p.csum, CSUM_GOOD);
	assert_int_equal(s.p.ifindex, 0);
	block_free(&s.frame);
}

static void an_ipv6_syn_ack_is_decoded(void **state)
{
	struct seen s = decode(eth_v6_syn_ack, LINK_ETHERNET);
	char text[ENDPOINT_TEXT_MAX];

	(void)state;
	assert_int_equal(s.p.kind, PACKET_TCP);
	assert_string_equal(endpoint_format(&s.p.src, text), "[2001:db8::7]:443");
	assert_string_equal(endpoint_format(&s.p.dst, text), "[2001:db8::9]:40000");
	assert_int_equal(s.p.seg.seq, 5000);
	assert_int_equal(s.p.seg.ack, 1001);
	assert_int_equal(s.p.seg.flags, SEG_SYN | SEG_ACK);
	assert_int_equal(seg_opts(&s.p.seg).mss, 1440);
	assert_int_equal(s.p.seg.ip.flow, 0x12345);
	assert_int_equal(s.p.csum, CSUM_GOOD);
	block_free(&s.frame);
}

/* The text of the first frame's segment, as packetdrill writes it. */
static void the_same_syn_is_found_behind_every_link_header(void **state)
{
	static const char syn[] =
		"S 1000:1000(0) win 64240 <mss 1460,sackOK,TS val 123456789 ecr 0,nop,wscale 7>";
	static const struct {
		const char *hex;
		int link_type;
	} rows[] = {
		{eth_v4_syn, LINK_ETHERNET},
		{eth_vlan, LINK_ETHERNET},
		{eth_qinq, LINK_ETHERNET},
		{eth_qinq_old, LINK_ETHERNET},
		{sll, LINK_SLL},
		{sll2, LINK_SLL2},
		{sll2_vlan, LINK_SLL2},
		{null_le, LINK_NULL},
		{null_be, LINK_NULL},
		{null_v6, LINK_NULL},
		{loop, LINK_LOOP},
		{raw_v4, LINK_RAW},
		{raw_v6, LINK_RAW},
		{ipv4, LINK_IPV4},
		{ipv6, LINK_IPV6},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct seen s = decode(rows[i].hex, rows[i].link_type);
		char buf[200];
		struct text t = text_into(buf, sizeof(buf));

		seg_text(&t, &s.p.seg, 0, 0);
		assert_string_equal(buf, syn);
		assert_int_equal(s.p.csum, CSUM_GOOD);
		block_free(&s.frame);
	}
}

static void the_interface_is_known_from_sll2(void **state)
{
	struct seen a = decode(sll2, LINK_SLL2), b = decode(sll2_vlan, LINK_SLL2);

	(void)state;
	assert_int_equal(a.p.ifindex, 3);
	assert_int_equal(b.p.ifindex, 0x01020304);
	block_free(&a.frame);
	block_free(&b.frame);
}

static void the_payload_points_into_the_frame(void **state)
{
	struct seen s = decode(odd_payload, LINK_IPV4);

	(void)state;
	assert_int_equal(s.p.seg.payload_len, 5);
	assert_ptr_equal(s.p.seg.payload, s.frame.p + 40);
	assert_memory_equal(s.p.seg.payload, "hello", 5);
	assert_int_equal(s.p.csum, CSUM_GOOD);
	block_free(&s.frame);
}

static void the_padding_of_ethernet_is_no_payload(void **state)
{
	struct seen s = decode(padded, LINK_ETHERNET);

	(void)state;
	assert_int_equal(s.p.kind, PACKET_TCP);
	assert_int_equal(s.p.seg.payload_len, 0);
	assert_null(s.p.seg.payload);
	assert_int_equal(s.p.csum, CSUM_GOOD);
	block_free(&s.frame);
}

static void headers_between_ip_and_tcp_change_nothing(void **state)
{
	static const struct {
		const char *hex;
		int link_type;
	} rows[] = {{v4_options, LINK_IPV4}, {v6_ext, LINK_IPV6}, {v6_auth, LINK_IPV6}};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct seen s = decode(rows[i].hex, rows[i].link_type);

		assert_int_equal(s.p.kind, PACKET_TCP);
		assert_int_equal(s.p.seg.ack, 1001);
		assert_int_equal(s.p.seg.win, 502);
		assert_int_equal(s.p.seg.payload_len, 0);
		assert_int_equal(s.p.csum, CSUM_GOOD);
		block_free(&s.frame);
	}
}

static void a_length_left_to_hardware_is_that_of_the_frame(void **state)
{
	struct seen v4 = decode(total_length_0, LINK_IPV4),
		    v6 = decode(payload_length_0, LINK_IPV6);

	(void)state;
	assert_int_equal(v4.p.seg.payload_len, 31);
	assert_int_equal(v6.p.seg.payload_len, 31);
	assert_int_equal(v4.p.csum, CSUM_GOOD);
	assert_int_equal(v6.p.csum, CSUM_GOOD);
	block_free(&v4.frame);
	block_free(&v6.frame);
}

static void a_length_left_to_hardware_counts_what_was_not_captured(void **state)
{
	struct block b = block_hex(total_length_0);
	struct packet p;

	(void)state;
	packet_decode(&p, LINK_IPV4, b.p, b.len, b.len + 1000);
	assert_int_equal(p.seg.payload_len, 1031);
	assert_int_equal(p.csum, CSUM_UNKNOWN);
	block_free(&b);
}

static void checksums_of_local_kernels_are_deferred(void **state)
{
	static const struct {
		const char *hex;
		int link_type;
		enum csum_verdict csum;
	} rows[] = {
		{deferred, LINK_IPV4, CSUM_DEFERRED},
		{deferred_len_0, LINK_IPV4, CSUM_DEFERRED},
		{deferred_v6, LINK_IPV6, CSUM_DEFERRED},
		{bad_csum, LINK_IPV4, CSUM_BAD},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct seen s = decode(rows[i].hex, rows[i].link_type);

		assert_int_equal(s.p.kind, PACKET_TCP);
		assert_int_equal(s.p.csum, rows[i].csum);
		block_free(&s.frame);
	}
}

static void first_fragments_have_a_segment_but_no_checksum(void **state)
{
	struct seen v4 = decode(v4_first_fragment, LINK_IPV4);
	struct seen v6 = decode(v6_first_fragment, LINK_IPV6);

	(void)state;
	assert_int_equal(v4.p.kind, PACKET_TCP);
	assert_int_equal(v6.p.kind, PACKET_TCP);
	assert_int_equal(v4.p.csum, CSUM_UNKNOWN);
	assert_int_equal(v6.p.csum, CSUM_UNKNOWN);
	block_free(&v4.frame);
	block_free(&v6.frame);
}

static void check_fragment(const char *hex, int link_type, const char *src, struct fragment want)
{
	struct seen s = decode(hex, link_type);
	char text[ENDPOINT_TEXT_MAX];

	assert_string_equal(endpoint_format(&s.p.src, text), src);
	assert_int_equal(s.p.frag.present, want.present);
	assert_int_equal(s.p.frag.more, want.more);
	assert_int_equal(s.p.frag.offset, want.offset);
	assert_int_equal(s.p.frag.id, want.id);
	assert_int_equal(s.p.frag.len, want.len);
	assert_int_equal(s.p.frag.proto, want.proto);
	block_free(&s.frame);
}

static void each_fragment_of_tcp_says_which_part_it_is(void **state)
{
	/* dst options behind the fragment header: the first part, and a later one of what may be TCP */
	static const char first[] =
		"60000000 002c2c40 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 "
		"00000009 3c000001 0000abcd 06000104 00000000 01bb9c40 00001389 000003e9 501801f6 "
		"00000000 30313233 34353637";
	static const char later[] =
		"60000000 00102c40 20010db8 00000000 00000000 00000007 20010db8 00000000 00000000 "
		"00000009 3c000020 0000abcd 30313233 34353637";
	/* offset 0, flags [+], length 28: half a TCP header */
	static const char tiny[] = "4500001c 00072000 40060000 c0000207 c6336409 01bb9c40 00001389";
	/* a later fragment of UDP */
	static const char udp_part[] =
		"4500001c 00070002 40110000 c0000207 c6336409 30313233 34353637";

	(void)state;
	check_fragment(v4_first_fragment, LINK_IPV4, "192.0.2.7:443",
	               (struct fragment){true, true, 0, 7, 28, 6});
	check_fragment(v4_later_fragment, LINK_IPV4, "192.0.2.7:0",
	               (struct fragment){true, false, 16, 7, 8, 6});
	check_fragment(v6_first_fragment, LINK_IPV6, "[2001:db8::7]:443",
	               (struct fragment){true, true, 0, 0xabcd, 28, 6});
	check_fragment(v6_later_fragment, LINK_IPV6, "[2001:db8::7]:0",
	               (struct fragment){true, false, 24, 0xabcd, 8, 6});
	check_fragment(first, LINK_IPV6, "[2001:db8::7]:443",
	               (struct fragment){true, true, 0, 0xabcd, 36, 60});
	check_fragment(later, LINK_IPV6, "[2001:db8::7]:0",
	               (struct fragment){true, false, 32, 0xabcd, 8, 60});
	check_fragment(tiny, LINK_IPV4, "192.0.2.7:443", (struct fragment){true, true, 0, 7, 8, 6});
	check_fragment(udp_part, LINK_IPV4, "192.0.2.7:0", (struct fragment){.present = false});
	check_fragment(v6_atomic_fragment, LINK_IPV6, "[2001:db8::7]:40000",
	               (struct fragment){.present = false});
	check_fragment(raw_v4, LINK_RAW, "192.0.2.7:40000", (struct fragment){.present = false});
}

static void an_atomic_fragment_is_a_whole_packet(void **state)
{
	struct seen s = decode(v6_atomic_fragment, LINK_IPV6);

	(void)state;
	assert_int_equal(s.p.kind, PACKET_TCP);
	assert_int_equal(s.p.csum, CSUM_GOOD);
	block_free(&s.frame);
}

static void icmp_errors_are_decoded(void **state)
{
	static const struct {
		const char *hex;
		int link_type;
		const char *src, *quoted_src, *quoted_dst;
		enum icmp_meaning meaning;
	} rows[] = {
		{icmp_port, LINK_ETHERNET, "203.0.113.1:0", "198.51.100.9:40000", "192.0.2.7:443",
	         ICMP_PORT_UNREACHABLE},
		{icmp_ttl, LINK_IPV4, "203.0.113.1:0", "198.51.100.9:40000", "192.0.2.7:443",
	         ICMP_TTL_EXCEEDED},
		{icmp6_admin, LINK_IPV6, "[2001:db8::1]:0", "[2001:db8::9]:40000",
	         "[2001:db8::7]:443", ICMP_ADMIN_PROHIBITED},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		struct seen s = decode(rows[i].hex, rows[i].link_type);
		char text[ENDPOINT_TEXT_MAX];

		assert_int_equal(s.p.kind, PACKET_ICMP);
		assert_string_equal(endpoint_format(&s.p.src, text), rows[i].src);
		assert_string_equal(endpoint_format(&s.p.icmp.src, text), rows[i].quoted_src);
		assert_string_equal(endpoint_format(&s.p.icmp.dst, text), rows[i].quoted_dst);
		assert_int_equal(s.p.icmp.meaning, rows[i].meaning);
		assert_int_equal(s.p.icmp.seq, 0xdeadbeef);
		block_free(&s.frame);
	}
}

/* The IP packet ends one byte before the quoted eight bytes do; the rest would be padding. */
static void bytes_behind_the_ip_packet_are_not_quoted(void **state)
{
	(void)state;
	assert_int_equal(kind_with(icmp_port, LINK_ETHERNET, 14 + 3, 0x37), PACKET_OTHER);
	assert_int_equal(kind_with(icmp_port, LINK_ETHERNET, 14 + 3, 0x38), PACKET_ICMP);
	assert_int_equal(kind_with(icmp6_admin, LINK_IPV6, 5, 0x37), PACKET_OTHER);
	assert_int_equal(kind_with(icmp6_admin, LINK_IPV6, 5, 0x38), PACKET_ICMP);
}

static void every_data_offset_is_judged(void **state)
{
	struct block b = block_hex(eth_v4_syn);

	(void)state;
	for (unsigned int offset = 0; offset < 16; offset++) {
		struct packet p;

		b.p[14 + 20 + 12] = (uint8_t)(offset << 4);
		packet_decode(&p, LINK_ETHERNET, b.p, b.len, b.len);
		assert_int_equal(p.kind, offset >= 5 && offset <= 10 ? PACKET_TCP : PACKET_DAMAGED);
		if (p.kind == PACKET_TCP)
			assert_int_equal(p.seg.opt_len + p.seg.payload_len, 20);
	}
	block_free(&b);
}

static void all_twelve_flag_bits_are_kept(void **state)
{
	struct block b = block_hex(raw_v4);
	struct packet p;

	(void)state;
	b.p[32] = 0xaf;
	b.p[33] = 0xff;
	packet_decode(&p, LINK_RAW, b.p, b.len, b.len);
	assert_int_equal(p.kind, PACKET_TCP);
	assert_int_equal(p.seg.flags, 0xfff);
	assert_int_equal(p.seg.opt_len, 20);
	block_free(&b);
}

static void the_urgent_pointer_is_kept(void **state)
{
	struct block b = block_hex(raw_v4);
	struct packet p;

	(void)state;
	b.p[38] = 0x12;
	b.p[39] = 0x34;
	packet_decode(&p, LINK_RAW, b.p, b.len, b.len);
	assert_int_equal(p.seg.urg, 0x1234);
	block_free(&b);
}

static void contradictory_headers_are_damaged(void **state)
{
	(void)state;
	assert_int_equal(kind_with(raw_v4, LINK_RAW, 0, 0x55), PACKET_DAMAGED);    /* version 5 */
	assert_int_equal(kind_with(raw_v4, LINK_RAW, 0, 0x44), PACKET_DAMAGED);    /* IHL 4 */
	assert_int_equal(kind_with(raw_v4, LINK_RAW, 3, 19), PACKET_DAMAGED);      /* length 19 */
	assert_int_equal(kind_with(raw_v4, LINK_RAW, 3, 20 + 19), PACKET_DAMAGED); /* half a TCP */
	assert_int_equal(kind_with(raw_v4, LINK_RAW, 3, 20 + 39),
	                 PACKET_DAMAGED); /* half options */
	assert_int_equal(kind_with(raw_v6, LINK_RAW, 5, 39), PACKET_DAMAGED);
	assert_int_equal(kind_with(raw_v6, LINK_RAW, 5, 40), PACKET_TCP);
}

static void frames_of_unknown_link_types_are_for_others(void **state)
{
	struct seen s = decode(raw_v4, 12345);

	(void)state;
	assert_int_equal(s.p.kind, PACKET_OTHER);
	block_free(&s.frame);
}

static void a_frame_length_below_the_captured_one_does_no_harm(void **state)
{
	struct block b = block_hex(total_length_0);
	struct packet p;

	(void)state;
	packet_decode(&p, LINK_IPV4, b.p, b.len, 0);
	assert_int_equal(p.kind, PACKET_TCP);
	assert_int_equal(p.seg.payload_len, 31);
	block_free(&b);
}

static void every_frame_has_its_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(frames); i++) {
		struct seen s = decode(frames[i].hex, frames[i].link_type);

		if (s.p.kind != frames[i].kind)
			fail_msg("frame %zu is of kind %d", i, (int)s.p.kind);
		block_free(&s.frame);
	}
}

/* A segment cut within its payload: what was captured of it stays within the frame. */
static void check_cut_segment(const struct packet *p, const struct block *part, size_t whole)
{
	assert_true(p->seg.opt_len <= TCPOPT_SPACE && p->seg.opt_len % 4 == 0);
	if (p->seg.payload != NULL)
		assert_true(p->seg.payload > part->p && p->seg.payload < part->p + part->len);
	if (part->len < whole && p->seg.payload_len > 0)
		assert_int_equal(p->csum, CSUM_UNKNOWN);
}

/* Of TCP, all but the options must be there; of an ICMP error, all headers. Each prefix is a block alone. */
static void frames_cut_at_each_byte_are_tcp_without_their_last_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(frames); i++) {
		struct block b = block_hex(frames[i].hex);

		for (size_t cut = 0; cut <= b.len; cut++) {
			struct block part = block_prefix(&b, cut);
			struct packet p;

			packet_decode(&p, frames[i].link_type, part.p, cut, b.len);
			if (cut >= frames[i].need && p.kind != frames[i].kind)
				fail_msg("frame %zu cut to %zu is of kind %d", i, cut, (int)p.kind);
			if (cut + TCPOPT_SPACE < frames[i].need && p.kind == PACKET_TCP)
				fail_msg("frame %zu cut to %zu is of kind %d", i, cut, (int)p.kind);
			if (cut < frames[i].need && p.kind == PACKET_ICMP)
				fail_msg("frame %zu cut to %zu is of kind %d", i, cut, (int)p.kind);
			if (p.kind == PACKET_TCP)
				check_cut_segment(&p, &part, b.len);
			block_free(&part);
		}
		block_free(&b);
	}
}

/* The same bytes read as every link type there is. */
static void frames_under_a_wrong_link_type_do_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(frames); i++) {
		struct block b = block_hex(frames[i].hex);

		for (int type = 0; type < 300; type++) {
			struct packet p;

			packet_decode(&p, type, b.p, b.len, b.len);
			if (!link_known(type))
				assert_int_equal(p.kind, PACKET_OTHER);
			if (p.kind == PACKET_TCP)
				check_cut_segment(&p, &b, b.len);
		}
		block_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_syn_is_decoded),
		cmocka_unit_test(an_ipv6_syn_ack_is_decoded),
		cmocka_unit_test(the_same_syn_is_found_behind_every_link_header),
		cmocka_unit_test(the_interface_is_known_from_sll2),
		cmocka_unit_test(the_payload_points_into_the_frame),
		cmocka_unit_test(the_padding_of_ethernet_is_no_payload),
		cmocka_unit_test(headers_between_ip_and_tcp_change_nothing),
		cmocka_unit_test(a_length_left_to_hardware_is_that_of_the_frame),
		cmocka_unit_test(a_length_left_to_hardware_counts_what_was_not_captured),
		cmocka_unit_test(checksums_of_local_kernels_are_deferred),
		cmocka_unit_test(first_fragments_have_a_segment_but_no_checksum),
		cmocka_unit_test(each_fragment_of_tcp_says_which_part_it_is),
		cmocka_unit_test(an_atomic_fragment_is_a_whole_packet),
		cmocka_unit_test(icmp_errors_are_decoded),
		cmocka_unit_test(bytes_behind_the_ip_packet_are_not_quoted),
		cmocka_unit_test(every_data_offset_is_judged),
		cmocka_unit_test(all_twelve_flag_bits_are_kept),
		cmocka_unit_test(the_urgent_pointer_is_kept),
		cmocka_unit_test(contradictory_headers_are_damaged),
		cmocka_unit_test(frames_of_unknown_link_types_are_for_others),
		cmocka_unit_test(a_frame_length_below_the_captured_one_does_no_harm),
		cmocka_unit_test(every_frame_has_its_kind),
		cmocka_unit_test(frames_cut_at_each_byte_are_tcp_without_their_last_options),
		cmocka_unit_test(frames_under_a_wrong_link_type_do_no_harm),
	};

	return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}

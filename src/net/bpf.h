/* SPDX-License-Identifier: BSD-2-Clause */
/* bpf.h - a pcap expression held against frames of a capture file, by libpcap. */
#ifndef TCPSHAKE_NET_BPF_H
#define TCPSHAKE_NET_BPF_H

#include <stdbool.h>

#include "base/err.h"
#include "net/capture.h"

/* One expression, compiled for each link type that comes along. */
struct bpf;

/* -1 with ERR_USAGE when it is no pcap expression, ERR_LOCAL without memory. */
int bpf_new(struct bpf **out, const char *expression, struct err *e);
void bpf_free(struct bpf *b); /* NULL is allowed */

/* Does the frame match? Never, where its link type has no such fields. */
bool bpf_match(struct bpf *b, const struct frame *f);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* check_device.h - a device without a network: virtual clocks, a scripted peer, frames made to order. */
#ifndef TCPSHAKE_TESTS_LIB_CHECK_DEVICE_H
#define TCPSHAKE_TESTS_LIB_CHECK_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/device.h"
#include "wire/link.h"

#define FAKE_SENT_MAX   8192 /* segments remembered; the oldest are overwritten */
#define FAKE_FRAMES_MAX 1024 /* frames on their way */
#define FAKE_BYTES_MAX  256

/* A segment that the device was given. */
struct fake_sent {
	ns_t when; /* monotonic */
	uint32_t link;
	struct tuple tuple;
	struct seg seg;
};

struct fake_frame {
	ns_t due; /* monotonic */
	uint64_t order;
	uint32_t link, len;
	uint8_t bytes[FAKE_BYTES_MAX];
};

struct fake;

/* What the other end does about a segment: it calls the functions below. */
typedef void fake_peer_fn(struct fake *f, const struct fake_sent *s);

/*
 * Each segment sent comes back by the capture after 1 us, and goes to the peer. Nothing is allocated.
 * Start from zeros, then fake_init().
 */
struct fake {
	struct device device;
	ns_t now;           /* monotonic; the test moves it */
	ns_t wall_offset;   /* wall clock minus monotonic clock */
	int link_type;      /* LINK_ETHERNET, or LINK_RAW */
	bool blind;         /* the capture shows nothing of ours */
	bool silent;        /* the next hop does not answer */
	int refuse;         /* errno that send() returns */
	uint32_t refusals;  /* how many times; UINT32_MAX: always */
	bool broken;        /* read() fails */
	uint64_t lost;      /* what dropped() tells */
	ns_t rtt;           /* of the peers below */
	fake_peer_fn *peer; /* NULL: it is silent */
	uint64_t sent_count, handed;
	struct fake_sent sent[FAKE_SENT_MAX];
	uint32_t waiting;
	uint64_t order;
	struct fake_frame *queue[FAKE_FRAMES_MAX]; /* by due, then order */
	struct fake_frame frame[FAKE_FRAMES_MAX];
};

void fake_init(struct fake *f);

/* When the next frame arrives, or NS_NEVER. */
ns_t fake_next(const struct fake *f);

/* --- frames --- */

/* A segment from `src` to `dst` is captured on `link` after `delay`. `damage`: its checksum is wrong. */
void fake_segment(struct fake *f, uint32_t link, ns_t delay, const struct endpoint *src,
                  const struct endpoint *dst, const struct seg *s, bool damage);

/* The peer's answer to `s`: by default with its TTL 57, and window 65160. */
void fake_answer(struct fake *f, const struct fake_sent *s, ns_t delay, uint16_t flags,
                 uint32_t seq, uint32_t ack);

/* An ICMP error of `from` that quotes `s` as if it had sequence number `seq`. */
void fake_icmp(struct fake *f, const struct fake_sent *s, ns_t delay, const struct addr *from,
               uint8_t type, uint8_t code, uint32_t seq);

/* --- peers --- */

/* The peer's ISS for a connection that began with this SYN. */
uint32_t fake_iss(const struct fake_sent *syn);

fake_peer_fn fake_peer_open;   /* SYN: SYN-ACK after rtt; FIN: FIN and ACK after rtt */
fake_peer_fn fake_peer_closed; /* SYN: reset after rtt */

#endif

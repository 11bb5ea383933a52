/* SPDX-License-Identifier: BSD-2-Clause */
/* savefile_internal.h - what savefile.c and the readers of the two formats share. */
#ifndef TCPSHAKE_NET_SAVEFILE_INTERNAL_H
#define TCPSHAKE_NET_SAVEFILE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rd.h"
#include "net/savefile.h"

/* Where a record of a pcap file has the captured length, before or behind the original one. */
enum savefile_lengths {
	LENGTHS_CAPTURED_FIRST,
	LENGTHS_CAPTURED_LAST,    /* before version 2.3 */
	LENGTHS_CAPTURED_SMALLER, /* 2.3: writers disagreed */
};

struct savefile_pcap {
	int link_type;
	uint32_t unit; /* ns of the stamp's second part */
	uint32_t head; /* bytes of a record's header */
	uint32_t most; /* bytes that a frame may have */
	enum savefile_lengths lengths;
};

/* How the stamps of an interface of a pcapng file count. */
struct savefile_clock {
	bool binary;
	uint8_t exponent; /* units are 10^-exponent or 2^-exponent seconds */
	int64_t offset;   /* seconds to add */
};

struct savefile_interface {
	int link_type;
	uint32_t snaplen; /* 0: no limit */
	struct savefile_clock clock;
};

struct savefile {
	struct source *s;
	uint64_t frames;
	enum savefile_next last; /* what the last call gave */
	bool own;                /* the program that wrote it is tcpshake */
	bool swap;               /* the file's byte order is not this host's */
	char error[256];
	enum savefile_next (*next)(struct savefile *f, struct frame *out);
	struct savefile_pcap pcap;
	struct savefile_interface *interfaces; /* of this section of a pcapng file */
	uint32_t interface_count, interface_cap;
};

/* Numbers in the file's byte order. */
uint16_t savefile_u16(const struct savefile *f, struct rd *r);
uint32_t savefile_u32(const struct savefile *f, struct rd *r);
uint64_t savefile_u64(const struct savefile *f, struct rd *r);

/* `count` numbers of 32 bits at once; zeros when there are fewer. */
void savefile_words(const struct savefile *f, struct rd *r, uint32_t *out, size_t count);

/* Link types that some systems write under their own number get the common one. */
int savefile_link_type(uint32_t network);

/* Say what is wrong. Always returns SAVEFILE_DAMAGED. */
enum savefile_next savefile_damaged(struct savefile *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * source_need() gave NULL: SAVEFILE_END where nothing is left, else damage, within the next frame or
 * (`frame` false) within a block that is none.
 */
enum savefile_next savefile_ended(struct savefile *f, bool frame);

/*
 * Read the header of a file whose first four bytes are known to be there. SAVEFILE_FRAME: frames may
 * follow; SAVEFILE_DAMAGED with the error's text; SAVEFILE_END: it is of another format.
 */
enum savefile_next savefile_pcap_begin(struct savefile *f);
enum savefile_next savefile_pcapng_begin(struct savefile *f);

#endif

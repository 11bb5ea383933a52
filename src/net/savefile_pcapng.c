/* SPDX-License-Identifier: BSD-2-Clause */
/* savefile_pcapng.c - sections, interfaces and packets of draft-ietf-opsawg-pcapng. */
#include "net/savefile_internal.h"

#include <byteswap.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SECTION 0x0a0d0d0aU /* reads the same in both byte orders */
#define BYTE_ORDER_IS 0x1a2b3c4dU

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_PACKET = 6,
};

enum {
	OPT_END = 0,
	SHB_USERAPPL = 4,
	IF_TSRESOL = 9,
	IF_TSOFFSET = 14,
};

enum {
	BLOCK_LEAST = 12,
	MOST_INTERFACES = 65536,
};

struct block {
	uint32_t type;
	uint64_t at;    /* byte of the file */
	uint32_t total; /* its length with all */
	struct rd body; /* without type and lengths */
};

/* --- time --- */

#define STAMP_MOST ((ns_t)1 << 62)

/* 10^n, or 0 where 64 bits cannot hold it. */
static uint64_t power_of_ten(unsigned int n)
{
	uint64_t v = 1;

	if (n > 19)
		return 0;
	while (n-- > 0)
		v *= 10;
	return v;
}

/* What is left of `units` beside whole seconds, in ns. */
static uint64_t split_decimal(uint64_t units, unsigned int exponent, uint64_t *seconds)
{
	uint64_t second = power_of_ten(exponent), unit;

	*seconds = second == 0 ? 0 : units / second;
	if (second != 0)
		units %= second;
	if (exponent <= 9)
		return units * power_of_ten(9 - exponent);
	unit = power_of_ten(exponent - 9);
	return unit == 0 ? 0 : units / unit;
}

/* Parts finer than 2^-34 s are below a nanosecond; what is left times 10^9 fits into 64 bits. */
static uint64_t split_binary(uint64_t units, unsigned int exponent, uint64_t *seconds)
{
	enum { FINEST = 34 };

	*seconds = exponent > 63 ? 0 : units >> exponent;
	if (exponent <= 63)
		units &= ((uint64_t)1 << exponent) - 1;
	if (exponent > FINEST) {
		units = exponent - FINEST > 63 ? 0 : units >> (exponent - FINEST);
		exponent = FINEST;
	}
	return (units * (uint64_t)NS_SEC) >> exponent;
}

static ns_t stamp_of(const struct savefile_clock *c, uint64_t units)
{
	uint64_t seconds, part;
	int64_t sum;

	part = c->binary ? split_binary(units, c->exponent, &seconds)
	                 : split_decimal(units, c->exponent, &seconds);
	if (__builtin_add_overflow(seconds, c->offset, &sum) ||
	    __builtin_mul_overflow(sum, NS_SEC, &sum) ||
	    __builtin_add_overflow(sum, (int64_t)part, &sum))
		return NS_NONE;
	/* 146 years before and after 1970: so that differences of two fit, too. */
	return sum > STAMP_MOST || sum < -STAMP_MOST ? NS_NONE : sum;
}

/* --- interfaces --- */

/* Read options into *c. False where one does not fit. */
static bool read_options(const struct savefile *f, struct rd *r, struct savefile_clock *c)
{
	while (rd_left(r) > 0) {
		uint16_t code = savefile_u16(f, r), len = savefile_u16(f, r);
		struct rd value = rd_sub(r, len);

		if (code == OPT_END)
			break;
		rd_skip(r, -(unsigned int)len & 3);
		if (code == IF_TSRESOL) {
			uint8_t v = rd_u8(&value);

			c->binary = (v & 0x80) != 0;
			c->exponent = v & 0x7f;
		} else if (code == IF_TSOFFSET) {
			c->offset = (int64_t)savefile_u64(f, &value);
		}
		if (!rd_ok(&value))
			return false;
	}
	return rd_ok(r);
}

static bool has_room(struct savefile *f)
{
	uint32_t cap = f->interface_cap == 0 ? 4 : 2 * f->interface_cap;
	struct savefile_interface *more;

	if (f->interface_count < f->interface_cap)
		return true;
	more = reallocarray(f->interfaces, cap, sizeof(*more));
	if (more == NULL)
		return false;
	f->interfaces = more;
	f->interface_cap = cap;
	return true;
}

static enum savefile_next add_interface(struct savefile *f, struct block *b)
{
	struct savefile_interface i = {.clock = {.exponent = 6}};

	if (f->interface_count == MOST_INTERFACES)
		return savefile_damaged(f, "more than %d interfaces at byte %" PRIu64,
		                        MOST_INTERFACES, b->at);
	i.link_type = savefile_link_type(savefile_u16(f, &b->body));
	rd_skip(&b->body, 2);
	i.snaplen = savefile_u32(f, &b->body);
	if (!rd_ok(&b->body))
		return savefile_damaged(f, "the interface at byte %" PRIu64 " is too short", b->at);
	if (!read_options(f, &b->body, &i.clock))
		return savefile_damaged(f, "the interface at byte %" PRIu64 " has a damaged option",
		                        b->at);
	if (!has_room(f))
		return savefile_damaged(f, "out of memory for interfaces");
	f->interfaces[f->interface_count++] = i;
	return SAVEFILE_FRAME;
}

/* --- frames --- */

static enum savefile_next undeclared(struct savefile *f, const struct block *b, uint32_t number)
{
	return savefile_damaged(f,
	                        "frame %" PRIu64 " at byte %" PRIu64 " is of interface %" PRIu32
	                        ", which was not declared",
	                        f->frames + 1, b->at, number);
}

/* The frame's bytes are next in the block. */
static enum savefile_next put_frame(struct savefile *f, struct block *b, struct frame *out)
{
	if (!rd_ok(&b->body))
		return savefile_damaged(f,
		                        "frame %" PRIu64 " at byte %" PRIu64
		                        " has a block of %" PRIu32 " bytes, which is too short",
		                        f->frames + 1, b->at, b->total);
	out->bytes = rd_bytes(&b->body, out->caplen);
	if (out->bytes == NULL)
		return savefile_damaged(f,
		                        "frame %" PRIu64 " at byte %" PRIu64 " claims %" PRIu32
		                        " bytes in a block of %" PRIu32,
		                        f->frames + 1, b->at, out->caplen, b->total);
	if (out->len < out->caplen)
		out->len = out->caplen;
	return SAVEFILE_FRAME;
}

/* An enhanced packet, or its obsolete forerunner with a shorter number and a count of drops. */
static enum savefile_next read_packet(struct savefile *f, struct block *b, struct frame *out)
{
	const struct savefile_interface *i;
	uint32_t number, w[4]; /* two halves of the stamp, two lengths */

	if (b->type == BLOCK_PACKET) {
		number = savefile_u32(f, &b->body);
	} else {
		number = savefile_u16(f, &b->body);
		rd_skip(&b->body, 2);
	}
	savefile_words(f, &b->body, w, 4);
	if (number >= f->interface_count && rd_ok(&b->body))
		return undeclared(f, b, number);
	*out = (struct frame){.caplen = w[2], .len = w[3], .stamp = NS_NONE};
	if (number < f->interface_count) {
		i = &f->interfaces[number];
		out->link_type = i->link_type;
		out->stamp = stamp_of(&i->clock, (uint64_t)w[0] << 32 | w[1]);
	}
	return put_frame(f, b, out);
}

/* No stamp, and the first interface; how much was captured follows from its limit. */
static enum savefile_next read_simple(struct savefile *f, struct block *b, struct frame *out)
{
	uint32_t len = savefile_u32(f, &b->body);

	if (f->interface_count == 0)
		return undeclared(f, b, 0);
	*out = (struct frame){.caplen = len, .len = len, .stamp = NS_NONE};
	out->link_type = f->interfaces[0].link_type;
	if (f->interfaces[0].snaplen != 0 && f->interfaces[0].snaplen < len)
		out->caplen = f->interfaces[0].snaplen;
	return put_frame(f, b, out);
}

/* --- blocks --- */

/* A section says its byte order itself, which its length is already in. */
static enum savefile_next begin_section(struct savefile *f, const uint8_t *p)
{
	struct rd r = rd_from(p + 8, 4);
	uint32_t order = rd_host32(&r);

	if (order != BYTE_ORDER_IS && order != bswap_32(BYTE_ORDER_IS))
		return savefile_damaged(f, "the section at byte %" PRIu64 " has no byte order",
		                        source_at(f->s));
	f->swap = order != BYTE_ORDER_IS;
	f->interface_count = 0;
	return SAVEFILE_FRAME;
}

static bool holds_frame(uint32_t type)
{
	return type == BLOCK_PACKET || type == BLOCK_PACKET_OLD || type == BLOCK_PACKET_SIMPLE;
}

/* Its length at both ends. */
static enum savefile_next check_block(struct savefile *f, struct block *b)
{
	const uint8_t *p;
	struct rd r;
	uint32_t again;

	if (b->total < BLOCK_LEAST || b->total % 4 != 0 || b->total > SOURCE_NEED_MAX)
		return savefile_damaged(f, "the block at byte %" PRIu64 " claims %" PRIu32 " bytes",
		                        b->at, b->total);
	p = source_need(f->s, b->total);
	if (p == NULL)
		return savefile_ended(f, holds_frame(b->type));
	r = rd_from(p + b->total - 4, 4);
	again = savefile_u32(f, &r);
	if (again != b->total)
		return savefile_damaged(f,
		                        "the block at byte %" PRIu64 " has two lengths, %" PRIu32
		                        " and %" PRIu32,
		                        b->at, b->total, again);
	source_take(f->s, b->total);
	b->body = rd_from(p + 8, b->total - BLOCK_LEAST);
	return SAVEFILE_FRAME;
}

static enum savefile_next read_block(struct savefile *f, struct block *b)
{
	const uint8_t *p = source_need(f->s, BLOCK_LEAST);
	enum savefile_next n = SAVEFILE_FRAME;
	uint32_t w[2];
	struct rd r;

	*b = (struct block){.at = source_at(f->s)};
	if (p == NULL)
		return savefile_ended(f, false);
	r = rd_from(p, 8);
	if (rd_host32(&r) == BLOCK_SECTION)
		n = begin_section(f, p);
	if (n != SAVEFILE_FRAME)
		return n;
	r = rd_from(p, 8);
	savefile_words(f, &r, w, 2);
	b->type = w[0];
	b->total = w[1];
	return check_block(f, b);
}

/* Does an option name us as the program that wrote the file? */
static bool is_own(const struct savefile *f, struct rd *r)
{
	static const char name[] = "tcpshake ";

	while (rd_left(r) > 0) {
		uint16_t code = savefile_u16(f, r), len = savefile_u16(f, r);
		const uint8_t *value = rd_bytes(r, len);

		if (value == NULL || code == OPT_END)
			break;
		if (code == SHB_USERAPPL && len >= sizeof(name) - 1 &&
		    memcmp(value, name, sizeof(name) - 1) == 0)
			return true;
		rd_skip(r, -(unsigned int)len & 3);
	}
	return false;
}

static enum savefile_next check_section(struct savefile *f, struct block *b)
{
	uint16_t major, minor;

	rd_skip(&b->body, 4);
	major = savefile_u16(f, &b->body);
	minor = savefile_u16(f, &b->body);
	if (!rd_ok(&b->body))
		return savefile_damaged(f, "the section at byte %" PRIu64 " is too short", b->at);
	/* Some have written 1.2 for 1.0. */
	if (major != 1 || (minor != 0 && minor != 2))
		return savefile_damaged(f, "version %u.%u of the pcapng format is not known", major,
		                        minor);
	rd_skip(&b->body, 8); /* the section's length, or that it is not stated */
	f->own = is_own(f, &b->body);
	return SAVEFILE_FRAME;
}

static enum savefile_next next(struct savefile *f, struct frame *out)
{
	enum savefile_next n;
	struct block b;

	do {
		n = read_block(f, &b);
		if (n != SAVEFILE_FRAME)
			return n;
		if (b.type == BLOCK_PACKET || b.type == BLOCK_PACKET_OLD)
			return read_packet(f, &b, out);
		if (b.type == BLOCK_PACKET_SIMPLE)
			return read_simple(f, &b, out);
		if (b.type == BLOCK_SECTION)
			n = check_section(f, &b);
		else if (b.type == BLOCK_INTERFACE)
			n = add_interface(f, &b);
	} while (n == SAVEFILE_FRAME);
	return n;
}

enum savefile_next savefile_pcapng_begin(struct savefile *f)
{
	struct rd r = rd_from(source_need(f->s, 4), 4);
	enum savefile_next n;
	struct block b;

	if (rd_host32(&r) != BLOCK_SECTION)
		return SAVEFILE_END;
	f->swap = false;
	n = read_block(f, &b);
	if (n == SAVEFILE_FRAME)
		n = check_section(f, &b);
	f->next = next;
	return n;
}

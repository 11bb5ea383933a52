/* SPDX-License-Identifier: BSD-2-Clause */
/* savefile_pcap.c - records of classic capture files (draft-ietf-opsawg-pcap), also old and odd ones. */
#include "net/savefile_internal.h"

#include <byteswap.h>
#include <inttypes.h>

enum {
	FILE_HEAD = 24,
	RECORD_HEAD = 16,
	RECORD_HEAD_KUZNETZOV = 24, /* interface, protocol and direction follow */
	RECORD_MOST = 262144,       /* what a frame may have, whatever the header says */
};

#define MAGIC_US        0xa1b2c3d4
#define MAGIC_NS        0xa1b23c4d
#define MAGIC_KUZNETZOV 0xa1b2cd34

/* caplen and len are behind the two parts of the stamp. */
static void order_lengths(const struct savefile *f, uint32_t *caplen, uint32_t *len)
{
	enum savefile_lengths order = f->pcap.lengths;

	if (order == LENGTHS_CAPTURED_LAST ||
	    (order == LENGTHS_CAPTURED_SMALLER && *caplen > *len)) {
		uint32_t first = *caplen;

		*caplen = *len;
		*len = first;
	}
}

/* A fraction of two seconds or more means nothing; of one, a sloppy writer. */
static ns_t stamp_of(const struct savefile_pcap *pcap, uint32_t seconds, uint32_t parts)
{
	ns_t fraction = (ns_t)parts * pcap->unit;

	return fraction >= 2 * NS_SEC ? NS_NONE : seconds * NS_SEC + fraction;
}

static enum savefile_next next(struct savefile *f, struct frame *out)
{
	const struct savefile_pcap *pcap = &f->pcap;
	const uint8_t *p = source_need(f->s, pcap->head);
	uint32_t w[4]; /* seconds, their parts, two lengths */
	struct rd r;

	if (p == NULL)
		return savefile_ended(f, true);
	r = rd_from(p, pcap->head);
	savefile_words(f, &r, w, 4);
	order_lengths(f, &w[2], &w[3]);
	if (w[2] > pcap->most)
		return savefile_damaged(
			f, "frame %" PRIu64 " at byte %" PRIu64 " claims %" PRIu32 " bytes",
			f->frames + 1, source_at(f->s), w[2]);
	p = source_need(f->s, pcap->head + w[2]);
	if (p == NULL)
		return savefile_ended(f, true);
	source_take(f->s, pcap->head + w[2]);
	*out = (struct frame){
		.bytes = p + pcap->head,
		.caplen = w[2],
		.len = w[3] < w[2] ? w[2] : w[3],
		.stamp = stamp_of(pcap, w[0], w[1]),
		.link_type = pcap->link_type,
	};
	return SAVEFILE_FRAME;
}

static bool known_magic(struct savefile *f, uint32_t magic)
{
	struct savefile_pcap *pcap = &f->pcap;

	f->swap = magic == bswap_32(MAGIC_US) || magic == bswap_32(MAGIC_NS) ||
	          magic == bswap_32(MAGIC_KUZNETZOV);
	if (f->swap)
		magic = bswap_32(magic);
	pcap->unit = magic == MAGIC_NS ? 1 : NS_US;
	pcap->head = magic == MAGIC_KUZNETZOV ? RECORD_HEAD_KUZNETZOV : RECORD_HEAD;
	return magic == MAGIC_US || magic == MAGIC_NS || magic == MAGIC_KUZNETZOV;
}

/* 543.0 is what DG/UX wrote. */
static bool known_version(struct savefile *f, uint16_t major, uint16_t minor)
{
	if (major == 543 || minor < 3)
		f->pcap.lengths = LENGTHS_CAPTURED_LAST;
	else
		f->pcap.lengths = minor == 3 ? LENGTHS_CAPTURED_SMALLER : LENGTHS_CAPTURED_FIRST;
	return (major == 2 && minor <= 4) || (major == 543 && minor == 0);
}

static void set_most(struct savefile_pcap *pcap, uint32_t snaplen)
{
	uint32_t whole = (uint32_t)SOURCE_NEED_MAX - pcap->head;

	pcap->most = snaplen > RECORD_MOST ? snaplen : RECORD_MOST;
	if (pcap->most > whole)
		pcap->most = whole;
}

enum savefile_next savefile_pcap_begin(struct savefile *f)
{
	struct rd r = rd_from(source_need(f->s, 4), 4);
	const uint8_t *p;
	uint16_t major, minor;

	if (!known_magic(f, rd_host32(&r)))
		return SAVEFILE_END;
	p = source_need(f->s, FILE_HEAD);
	if (p == NULL)
		return savefile_ended(f, false);
	r = rd_from(p, FILE_HEAD);
	rd_skip(&r, 4);
	major = savefile_u16(f, &r);
	minor = savefile_u16(f, &r);
	if (!known_version(f, major, minor))
		return savefile_damaged(f, "version %u.%u of the pcap format is not known", major,
		                        minor);
	rd_skip(&r, 8); /* time zone and accuracy: zeros */
	set_most(&f->pcap, savefile_u32(f, &r));
	/* Above the link type is the length of a checksum behind each frame. */
	f->pcap.link_type = savefile_link_type(savefile_u32(f, &r) & 0xffff);
	source_take(f->s, FILE_HEAD);
	f->next = next;
	return SAVEFILE_FRAME;
}

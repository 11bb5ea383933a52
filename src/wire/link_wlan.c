/* SPDX-License-Identifier: BSD-2-Clause */
/* link_wlan.c - IEEE 802.11 data frames, bare or behind a radiotap header (radiotap.org). */
#include "wire/ethertype.h"
#include "wire/link_internal.h"

/* IEEE 802.11 9.2.4.1: the two bytes of frame control, the second of which are flags. */
enum {
	WLAN_DATA = 0x08, /* version 0, type data, subtype 0 */
	WLAN_QOS_DATA = 0x88,
	WLAN_TO_DS = 0x01,
	WLAN_FROM_DS = 0x02,
	WLAN_PROTECTED = 0x40,
	WLAN_ORDER = 0x80,         /* in QoS data: HT control follows */
	WLAN_FRAGMENT = 0x0f,      /* of sequence control: which part of a packet this is */
	WLAN_QOS_AGGREGATE = 0x80, /* of QoS control: several packets follow, each with a header */
};

enum {
	RADIOTAP_HEAD = 8, /* version, padding, length, present: what is always there */
	RADIOTAP_HAS_TSFT = 0x00000001,
	RADIOTAP_HAS_FLAGS = 0x00000002,
	RADIOTAP_PADDED =
		0x20, /* of the flags: the 802.11 header is padded to a multiple of four */
	RADIOTAP_BAD_FCS = 0x40, /* of the flags: the frame came damaged */
};

/* The rest of the header of a data frame: how long it is in all, or 0 when no LLC header follows. */
static size_t data_header(struct rd *r, bool qos, uint8_t flags)
{
	size_t len = 24;
	bool usable;

	rd_skip(r, 2 + 18); /* duration, three addresses */
	usable = (rd_u8(r) & WLAN_FRAGMENT) == 0;
	rd_skip(r, 1);
	if ((flags & WLAN_TO_DS) != 0 && (flags & WLAN_FROM_DS) != 0) {
		rd_skip(r, 6);
		len += 6;
	}
	if (qos) {
		usable = (rd_u8(r) & WLAN_QOS_AGGREGATE) == 0 && usable;
		rd_skip(r, 1);
		len += 2;
	}
	if (qos && (flags & WLAN_ORDER) != 0) {
		rd_skip(r, 4);
		len += 4;
	}
	return usable ? len : 0;
}

static uint16_t wlan(struct rd *r, bool padded)
{
	uint8_t control = rd_u8(r), flags = rd_u8(r);
	size_t len;

	if ((control != WLAN_DATA && control != WLAN_QOS_DATA) || (flags & WLAN_PROTECTED) != 0)
		return ETHERTYPE_NONE;
	len = data_header(r, control == WLAN_QOS_DATA, flags);
	if (len == 0)
		return ETHERTYPE_NONE;
	if (padded)
		rd_skip(r, (4 - len % 4) % 4);
	return ethertype_llc(r);
}

uint16_t link_wlan(struct rd *r)
{
	return wlan(r, false);
}

/* Radiotap is in little-endian order, whoever wrote it. */
static uint16_t read_le16(struct rd *r)
{
	uint8_t low = rd_u8(r);

	return (uint16_t)(low | rd_u8(r) << 8);
}

static uint32_t read_le32(struct rd *r)
{
	uint32_t low = read_le16(r);

	return low | (uint32_t)read_le16(r) << 16;
}

/*
 * The flags of a radiotap header, 0 without. From its third word on `r` has words that say what is
 * present, each announcing the next by its highest bit, then the values, aligned to their size.
 */
static uint8_t radiotap_flags(struct rd *r)
{
	uint32_t present = read_le32(r), word = present;
	bool odd_words = true; /* so far; values begin at a multiple of 8 behind an odd number */

	while (rd_ok(r) && (word & 0x80000000U) != 0) {
		word = read_le32(r);
		odd_words = !odd_words;
	}
	if ((present & RADIOTAP_HAS_FLAGS) == 0)
		return 0;
	if ((present & RADIOTAP_HAS_TSFT) != 0)
		rd_skip(r, odd_words ? 8 : 4 + 8);
	return rd_u8(r);
}

uint16_t link_radiotap(struct rd *r)
{
	struct rd head = *r, rest;
	uint16_t version = rd_be16(&head) >> 8, len = read_le16(&head);
	uint8_t flags;

	head = rd_sub(r, len);
	if (version != 0 || len < RADIOTAP_HEAD || !rd_ok(&head))
		return ETHERTYPE_NONE;
	rest = head;
	rd_skip(&rest, 4);
	flags = radiotap_flags(&rest);
	if ((flags & RADIOTAP_BAD_FCS) != 0)
		return ETHERTYPE_NONE;
	return wlan(r, (flags & RADIOTAP_PADDED) != 0);
}

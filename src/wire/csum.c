/* SPDX-License-Identifier: BSD-2-Clause */
/* csum.c - the Internet checksum of RFC 1071. */
#include "wire/csum.h"

#include "base/rd.h"

uint32_t csum_add(uint32_t sum, const uint8_t *bytes, size_t len)
{
	uint64_t wide = sum;
	struct rd r = rd_from(bytes, len);

	/* 2^16 is 1 modulo 2^16 - 1: two words, or four, are added at once. */
	while (rd_left(&r) >= 8) {
		uint64_t four = rd_be64(&r);

		wide += (four >> 32) + (four & 0xffffffff);
	}
	if (rd_left(&r) >= 4)
		wide += rd_be32(&r);
	if (rd_left(&r) >= 2)
		wide += rd_be16(&r);
	if (rd_left(&r) == 1)
		wide += (uint64_t)rd_u8(&r) << 8;
	while (wide >> 32 != 0)
		wide = (wide & 0xffffffff) + (wide >> 32);
	return (uint32_t)wide;
}

uint16_t csum_fold(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint32_t csum_pseudo(const struct addr *src, const struct addr *dst, uint8_t proto, uint32_t len)
{
	uint32_t sum = csum_add(0, src->bytes, addr_len(src));

	sum = csum_add(sum, dst->bytes, addr_len(dst));
	return sum + proto + (len >> 16) + (len & 0xffff);
}

enum csum_verdict csum_tcp(const struct addr *src, const struct addr *dst, const uint8_t *tcp,
                           size_t caplen, size_t len)
{
	uint32_t pseudo = csum_pseudo(src, dst, 6, (uint32_t)len);
	struct rd r = rd_from(tcp, caplen);
	uint16_t field;

	rd_skip(&r, 16);
	field = rd_be16(&r);
	if (!rd_ok(&r) || caplen < len)
		return CSUM_UNKNOWN;
	if (csum_fold(csum_add(pseudo, tcp, len)) == 0xffff)
		return CSUM_GOOD;
	/* Linux leaves the folded pseudo-header, some drivers that of length 0, in the field. */
	if (field == csum_fold(pseudo) || field == csum_fold(csum_pseudo(src, dst, 6, 0)))
		return CSUM_DEFERRED;
	return field == 0 ? CSUM_ABSENT : CSUM_BAD;
}

bool csum_is_wrong(enum csum_verdict v)
{
	return v == CSUM_BAD || v == CSUM_ABSENT;
}

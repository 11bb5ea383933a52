/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_framing.c - the borders of TLS records, which are all that can be seen of most of them. */
#include "app/tls_internal.h"

#include "base/rd.h"

/* TLSPlaintext.type: change_cipher_spec(20) to application_data(23), and RFC 6520's heartbeat(24). */
#define TYPE_FIRST 20
#define TYPE_LAST  24
/* TLSCiphertext.length: 2^14 + 2048 in TLS 1.2, less in 1.3 (RFC 5246 6.2.3). */
#define LENGTH_MAX (16384 + 2048)

/* The length behind a whole header. */
static size_t length_of(const struct tls_framing *f)
{
	struct rd r = rd_from(f->head, sizeof(f->head));

	rd_skip(&r, 3);
	return rd_be16(&r);
}

/* Whether what there is of a header can be one. */
static bool plausible(const struct tls_framing *f)
{
	if (f->have >= 1 && (f->head[0] < TYPE_FIRST || f->head[0] > TYPE_LAST))
		return false;
	if (f->have >= 2 && f->head[1] != 3)
		return false;
	return f->have < TLS_HEADER_LEN || length_of(f) <= LENGTH_MAX;
}

/* Gather the header; returns how many bytes went into it. */
static size_t take_header(struct tls_framing *f, const uint8_t *bytes, size_t len)
{
	size_t n = 0;

	if (f->have == TLS_HEADER_LEN)
		return 0;
	while (n < len && f->have < TLS_HEADER_LEN && !f->broken) {
		f->head[f->have++] = bytes[n++];
		f->broken = !plausible(f);
	}
	if (f->have == TLS_HEADER_LEN)
		f->left = length_of(f);
	return n;
}

size_t tls_framing_take(struct tls_framing *f, const uint8_t *bytes, size_t len)
{
	size_t n = take_header(f, bytes, len);
	size_t body = len - n < f->left ? len - n : f->left;

	f->whole = false;
	if (f->broken)
		return len;
	if (f->have < TLS_HEADER_LEN)
		return n;
	f->left -= body;
	if (f->left == 0) {
		f->whole = true;
		f->have = 0;
	}
	return n + body;
}

size_t tls_record_len(const struct tls *t, const uint8_t *bytes, size_t len)
{
	struct tls_framing f = t->framing;

	return tls_framing_take(&f, bytes, len);
}

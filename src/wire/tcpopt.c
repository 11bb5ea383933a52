/* SPDX-License-Identifier: BSD-2-Clause */
/* tcpopt.c - one row a known option: kind, length, name, how it is read and printed. */
#include "wire/tcpopt.h"

static void read_mss(struct rd *r, struct tcpopts *o)
{
	o->mss = rd_be16(r);
	o->mss_present = true;
}

static void read_wscale(struct rd *r, struct tcpopts *o)
{
	o->wscale = rd_u8(r);
	o->wscale_present = true;
}

static void read_sackok(struct rd *r, struct tcpopts *o)
{
	(void)r;
	o->sackok = true;
}

static void read_ts(struct rd *r, struct tcpopts *o)
{
	o->tsval = rd_be32(r);
	o->tsecr = rd_be32(r);
	o->ts_present = true;
}

static void text_mss(struct text *t, struct rd *r)
{
	text_add(t, "mss %u", rd_be16(r));
}

static void text_wscale(struct text *t, struct rd *r)
{
	text_add(t, "wscale %u", rd_u8(r));
}

static void text_sackok(struct text *t, struct rd *r)
{
	(void)r;
	text_add(t, "sackOK");
}

static void text_ts(struct text *t, struct rd *r)
{
	uint32_t val = rd_be32(r);

	text_add(t, "TS val %u ecr %u", val, rd_be32(r));
}

struct row {
	uint8_t kind;
	uint8_t len; /* with kind and length byte */
	void (*read)(struct rd *r, struct tcpopts *o);
	void (*text)(struct text *t, struct rd *r);
};

static const struct row rows[] = {
	{TCPOPT_KIND_MSS, 4, read_mss, text_mss},
	{TCPOPT_KIND_WSCALE, 3, read_wscale, text_wscale},
	{TCPOPT_KIND_SACKOK, 2, read_sackok, text_sackok},
	{TCPOPT_KIND_TS, 10, read_ts, text_ts},
};

/* The row of an option of this kind and whole length; NULL for unknown ones and odd lengths. */
static const struct row *row_find(uint8_t kind, size_t len)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].kind == kind && rows[i].len == len)
			return &rows[i];
	return NULL;
}

/*
 * Take the next option from `r`: its kind, and a cursor over what follows its length byte. False at
 * the end (kind EOL) and where the length is impossible (*bad).
 */
static bool next_option(struct rd *r, uint8_t *kind, struct rd *body, bool *bad)
{
	uint8_t len;

	*body = rd_from(NULL, 0);
	if (rd_left(r) == 0)
		return false;
	*kind = rd_u8(r);
	if (*kind == TCPOPT_KIND_EOL)
		return false;
	if (*kind == TCPOPT_KIND_NOP)
		return true;
	len = rd_u8(r);
	if (!rd_ok(r) || len < 2 || (size_t)(len - 2) > rd_left(r)) {
		*bad = true;
		return false;
	}
	*body = rd_sub(r, (size_t)(len - 2));
	return true;
}

struct tcpopts tcpopt_decode(const uint8_t *raw, size_t len)
{
	struct rd r = rd_from(raw, len);
	struct tcpopts o = {.malformed = false};
	struct rd body;
	uint8_t kind;

	while (next_option(&r, &kind, &body, &o.malformed)) {
		const struct row *row = row_find(kind, rd_left(&body) + 2);

		if (row != NULL)
			row->read(&body, &o);
	}
	return o;
}

bool tcpopt_find(const uint8_t *raw, size_t len, uint8_t kind, struct rd *value)
{
	struct rd r = rd_from(raw, len);
	bool bad;
	uint8_t k;

	while (next_option(&r, &k, value, &bad))
		if (k == kind)
			return true;
	return false;
}

static void text_unknown(struct text *t, uint8_t kind, struct rd *body)
{
	text_add(t, "opt%u", kind);
	if (rd_left(body) > 0)
		text_add(t, ":");
	while (rd_left(body) > 0)
		text_add(t, "%02x", rd_u8(body));
}

static void text_one(struct text *t, uint8_t kind, struct rd *body, bool numbers)
{
	const struct row *row = row_find(kind, rd_left(body) + 2);

	if (kind == TCPOPT_KIND_NOP)
		text_add(t, "nop");
	else if (row == NULL)
		text_unknown(t, kind, body);
	else if (kind == TCPOPT_KIND_TS && !numbers)
		text_add(t, "TS");
	else
		row->text(t, body);
}

static void text_all(struct text *t, const uint8_t *raw, size_t len, bool numbers)
{
	struct rd r = rd_from(raw, len);
	const char *before = "<";
	bool bad = false;
	struct rd body;
	uint8_t kind;

	while (next_option(&r, &kind, &body, &bad)) {
		text_add(t, "%s", before);
		text_one(t, kind, &body, numbers);
		before = ",";
	}
	if (bad)
		text_add(t, "%smalformed", before);
	if (bad || *before == ',')
		text_add(t, ">");
}

void tcpopt_text(struct text *t, const uint8_t *raw, size_t len)
{
	text_all(t, raw, len, true);
}

void tcpopt_text_short(struct text *t, const uint8_t *raw, size_t len)
{
	text_all(t, raw, len, false);
}

void tcpopt_put_nop(struct wr *w)
{
	wr_u8(w, TCPOPT_KIND_NOP);
}

void tcpopt_put_mss(struct wr *w, uint16_t mss)
{
	wr_u8(w, TCPOPT_KIND_MSS);
	wr_u8(w, 4);
	wr_be16(w, mss);
}

void tcpopt_put_wscale(struct wr *w, uint8_t shift)
{
	wr_u8(w, TCPOPT_KIND_WSCALE);
	wr_u8(w, 3);
	wr_u8(w, shift);
}

void tcpopt_put_sackok(struct wr *w)
{
	wr_u8(w, TCPOPT_KIND_SACKOK);
	wr_u8(w, 2);
}

void tcpopt_put_ts(struct wr *w, uint32_t tsval, uint32_t tsecr)
{
	wr_u8(w, TCPOPT_KIND_TS);
	wr_u8(w, 10);
	wr_be32(w, tsval);
	wr_be32(w, tsecr);
}

void tcpopt_put_sack(struct wr *w, const struct tcpopt_block *blocks, size_t n)
{
	wr_u8(w, TCPOPT_KIND_SACK);
	wr_u8(w, (uint8_t)(2 + 8 * n));
	for (size_t i = 0; i < n; i++) {
		wr_be32(w, blocks[i].from);
		wr_be32(w, blocks[i].to);
	}
}

bool tcpopt_next_sack(struct rd *value, struct tcpopt_block *b)
{
	if (rd_left(value) < 8)
		return false;
	b->from = rd_be32(value);
	b->to = rd_be32(value);
	return true;
}

void tcpopt_put_fastopen(struct wr *w, const uint8_t *cookie, size_t len)
{
	wr_u8(w, TCPOPT_KIND_TFO);
	wr_u8(w, (uint8_t)(2 + len));
	wr_bytes(w, cookie, len);
}

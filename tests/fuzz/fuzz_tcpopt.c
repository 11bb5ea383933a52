/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_tcpopt.c - fuzzes the option decoder and its two text forms. */
#include "fuzz.h"

#include "wire/tcpopt.h"

static void must_agree(const struct tcpopts *a, const struct tcpopts *b)
{
	MUST(a->mss_present == b->mss_present && a->mss == b->mss);
	MUST(a->wscale_present == b->wscale_present && a->wscale == b->wscale);
	MUST(a->sackok == b->sackok);
	MUST(a->ts_present == b->ts_present && a->tsval == b->tsval && a->tsecr == b->tsecr);
}

/* What was read can be written, and is then read as the same. */
static void check_rewritten(const struct tcpopts *o)
{
	uint8_t buf[TCPOPT_SPACE];
	struct wr w = wr_into(buf, sizeof(buf));
	struct tcpopts again;

	if (o->mss_present)
		tcpopt_put_mss(&w, o->mss);
	if (o->wscale_present)
		tcpopt_put_wscale(&w, o->wscale);
	if (o->sackok)
		tcpopt_put_sackok(&w);
	if (o->ts_present)
		tcpopt_put_ts(&w, o->tsval, o->tsecr);
	MUST(wr_ok(&w));
	again = tcpopt_decode(buf, wr_len(&w));
	MUST(!again.malformed);
	must_agree(o, &again);
}

/* A NOP in front changes nothing. */
static void check_padded(const struct tcpopts *o, const uint8_t *data, size_t size)
{
	uint8_t *padded = malloc(size + 1);
	struct tcpopts again;

	MUST(padded != NULL);
	padded[0] = TCPOPT_KIND_NOP;
	if (size > 0)
		memcpy(padded + 1, data, size);
	again = tcpopt_decode(padded, size + 1);
	MUST(o->malformed == again.malformed);
	must_agree(o, &again);
	free(padded);
}

/* Is there an impossible length before the end of the options? Written without the cursor. */
static bool walks_off(const uint8_t *raw, size_t size)
{
	for (size_t i = 0; i < size && raw[i] != TCPOPT_KIND_EOL;) {
		if (raw[i] == TCPOPT_KIND_NOP) {
			i++;
			continue;
		}
		if (size - i < 2 || raw[i + 1] < 2 || raw[i + 1] > size - i)
			return true;
		i += raw[i + 1];
	}
	return false;
}

static void check_text(const uint8_t *raw, size_t size, bool malformed)
{
	char whole[1024], brief[1024], small[16];
	struct text t = text_into(whole, sizeof(whole)), s = text_into(brief, sizeof(brief));
	struct text cut = text_into(small, sizeof(small));

	tcpopt_text(&t, raw, size);
	tcpopt_text_short(&s, raw, size);
	tcpopt_text(&cut, raw, size);
	MUST(strlen(whole) == t.len && strlen(brief) == s.len && strlen(small) == cut.len);
	MUST(s.len <= t.len && strncmp(whole, small, cut.len) == 0);
	if (size > TCPOPT_SPACE)
		return; /* no header holds these, and the buffer above need not either */
	MUST(t.len < sizeof(whole) - 1);
	MUST(t.len == 0 || (whole[0] == '<' && whole[t.len - 1] == '>'));
	MUST((strstr(whole, "malformed") != NULL) == malformed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *raw = exact_copy(data, size);
	struct tcpopts o = tcpopt_decode(raw, size);

	MUST(o.malformed == walks_off(raw, size));
	check_rewritten(&o);
	check_padded(&o, raw, size);
	check_text(raw, size, o.malformed);
	free(raw);
	return 0;
}

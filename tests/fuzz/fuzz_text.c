/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_text.c - fuzzes the parsers of what users type: numbers, durations, addresses, flags. */
#include "fuzz.h"

#include <math.h>

#include "base/text.h"
#include "wire/addr.h"
#include "wire/seg.h"

static void check_u64(const char *s)
{
	uint64_t v = 0, w = 0;
	char again[24];

	if (!text_u64(s, 0, UINT64_MAX, &v))
		return;
	MUST(strspn(s, "0123456789") == strlen(s));
	snprintf(again, sizeof(again), "%llu", (unsigned long long)v);
	s += strspn(s, "0");
	MUST(strcmp(*s == '\0' ? "0" : s, again) == 0);
	MUST(text_u64(again, v, v, &w) && v == w);
}

static void check_duration(const char *s)
{
	ns_t v = -1, w = -1;
	char again[32];

	if (!text_duration(s, &v))
		return;
	MUST(v >= 0 && v < NS_NEVER / 2 + 1);
	MUST(strspn(s, "0123456789.+-umnhs") == strlen(s));
	/* A double holds whole numbers up to 2^53. */
	snprintf(again, sizeof(again), "%lldns", (long long)v);
	MUST(text_duration(again, &w) && (v == w || v > (ns_t)1 << 53));
}

static void check_double(const char *s)
{
	double v = 0;

	if (!text_double(s, &v))
		return;
	MUST(isfinite(v));
	MUST(strspn(s, "0123456789.+-") == strlen(s));
}

static void check_addr(const char *s)
{
	char zone[ADDR_ZONE_MAX], text[ADDR_TEXT_MAX], none[ADDR_ZONE_MAX];
	struct addr a, again;

	if (!addr_parse(s, &a, zone))
		return;
	MUST(addr_len(&a) == 4 || addr_len(&a) == 16);
	MUST(memchr(zone, '\0', sizeof(zone)) != NULL);
	MUST((zone[0] != '\0') == (strchr(s, '%') != NULL));
	addr_format(&a, text);
	MUST(addr_parse(text, &again, none) && addr_same(&a, &again) && none[0] == '\0');
}

static void check_flags(const char *s)
{
	uint16_t flags = 0;
	char buf[16];
	struct text t = text_into(buf, sizeof(buf));

	if (!seg_flags_parse(s, &flags))
		return;
	MUST((flags & ~0x1ff) == 0);
	MUST((flags == 0) == (strspn(s, "none,") == strlen(s)));
	seg_flags_text(&t, flags);
	MUST(t.len > 0 && t.len <= 9);
}

/* The first byte is the size of the buffer; what is left goes in piece by piece. */
static void check_add(const char *s)
{
	size_t cap = (size_t)(unsigned char)*s + 1;
	char *buf = malloc(cap);
	struct text t;

	MUST(buf != NULL);
	t = text_into(buf, cap);
	for (size_t i = 0; s[i] != '\0'; i += strnlen(s + i, 7)) {
		text_add(&t, "%.7s", s + i);
		MUST(t.len < cap && strlen(buf) == t.len);
	}
	MUST(t.len == (strlen(s) < cap ? strlen(s) : cap - 1));
	MUST(memcmp(buf, s, t.len) == 0);
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = strnlen((const char *)data, size);
	char *s = malloc(len + 1);

	MUST(s != NULL);
	if (len > 0)
		memcpy(s, data, len);
	s[len] = '\0';
	check_u64(s);
	check_duration(s);
	check_double(s);
	check_addr(s);
	check_flags(s);
	check_add(s);
	free(s);
	return 0;
}

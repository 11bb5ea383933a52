/* SPDX-License-Identifier: BSD-2-Clause */
/* savefile.c - open a capture file, recognize its format, and what both formats need. */
#include "net/savefile_internal.h"

#include <byteswap.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint16_t savefile_u16(const struct savefile *f, struct rd *r)
{
	uint16_t v;

	rd_copy(r, &v, sizeof(v));
	return f->swap ? bswap_16(v) : v;
}

uint32_t savefile_u32(const struct savefile *f, struct rd *r)
{
	uint32_t v = rd_host32(r);

	return f->swap ? bswap_32(v) : v;
}

uint64_t savefile_u64(const struct savefile *f, struct rd *r)
{
	uint64_t v;

	rd_copy(r, &v, sizeof(v));
	return f->swap ? bswap_64(v) : v;
}

void savefile_words(const struct savefile *f, struct rd *r, uint32_t *out, size_t count)
{
	rd_copy(r, out, count * sizeof(*out));
	for (size_t i = 0; f->swap && i < count; i++)
		out[i] = bswap_32(out[i]);
}

/* DLT_RAW is 12 or 14 by the system, and LINKTYPE_RAW is 101 (tcpdump.org/linktypes.html). */
int savefile_link_type(uint32_t network)
{
	return network == 12 || network == 14 ? 101 : (int)network;
}

enum savefile_next savefile_damaged(struct savefile *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->error, sizeof(f->error), fmt, ap);
	va_end(ap);
	return SAVEFILE_DAMAGED;
}

enum savefile_next savefile_ended(struct savefile *f, bool frame)
{
	const char *why = source_error(f->s);
	uint64_t end = source_at(f->s) + source_left(f->s);

	if (why != NULL && f->frames == 0)
		return savefile_damaged(f, "%s before the first frame", why);
	if (why != NULL)
		return savefile_damaged(f, "%s after frame %" PRIu64, why, f->frames);
	if (source_left(f->s) == 0)
		return SAVEFILE_END;
	if (frame)
		return savefile_damaged(f, "cut short within frame %" PRIu64 ", at byte %" PRIu64,
		                        f->frames + 1, end);
	if (f->frames == 0)
		return savefile_damaged(f, "cut short before the first frame, at byte %" PRIu64,
		                        end);
	return savefile_damaged(f, "cut short after frame %" PRIu64 ", at byte %" PRIu64, f->frames,
	                        end);
}

/* --- what is it? --- */

static const struct {
	const char *magic;
	size_t len;
	const char *what;
} others[] = {
	{"snoop\0\0\0", 8, "a snoop capture: convert it with `editcap -F pcapng`"},
	{"RTSS", 4, "a capture of Network Monitor: convert it with `editcap -F pcapng`"},
	{"GMBU", 4, "a capture of Network Monitor: convert it with `editcap -F pcapng`"},
	{"TRSNIFF data", 12, "a capture of Sniffer: convert it with `editcap -F pcapng`"},
	{"\3757zXZ", 5, "compressed by xz, which is not known here: unpack it first"},
	{"BZh", 3, "compressed by bzip2, which is not known here: unpack it first"},
	{"\x04\x22\x4d\x18", 4, "compressed by lz4, which is not known here: unpack it first"},
	{"PK\x03\x04", 4, "a zip archive: unpack it first"},
};

static const char *other_format(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (len >= others[i].len && memcmp(bytes, others[i].magic, others[i].len) == 0)
			return others[i].what;
	return NULL;
}

/* The first bytes as text where that is what they are, else as numbers. */
static void show_beginning(char out[static 32], const uint8_t *bytes, size_t len)
{
	bool text = true;
	size_t used = 0;

	for (size_t i = 0; i < len; i++)
		text = text && isprint(bytes[i]) && bytes[i] < 0x80;
	if (text) {
		snprintf(out, 32, "'%.*s'", (int)len, (const char *)bytes);
		return;
	}
	out[0] = '\0';
	for (size_t i = 0; i < len; i++)
		used += (size_t)snprintf(out + used, 32 - used, "%s%02x", i > 0 ? " " : "",
		                         bytes[i]);
}

static int refuse(struct savefile *f, const char *label, struct err *e)
{
	size_t len = 16;
	const uint8_t *bytes;
	const char *what;
	char begins[32];

	while ((bytes = source_need(f->s, len)) == NULL)
		len--;
	if (len == 0 && source_error(f->s) != NULL)
		return err_set(e, ERR_LOCAL, "%s: %s", label, source_error(f->s));
	if (len == 0)
		return err_set(e, ERR_LOCAL, "%s is empty: name a capture file (pcap or pcapng)",
		               label);
	what = other_format(bytes, len);
	if (what != NULL)
		return err_set(e, ERR_LOCAL, "%s is %s", label, what);
	show_beginning(begins, bytes, len < 8 ? len : 8);
	return err_set(e, ERR_LOCAL, "%s: not a capture file (pcap or pcapng), it begins with %s",
	               label, begins);
}

static int begin(struct savefile *f, const char *label, struct err *e)
{
	enum savefile_next n = SAVEFILE_END;

	if (source_need(f->s, 4) != NULL)
		n = savefile_pcap_begin(f);
	if (n == SAVEFILE_END && source_left(f->s) >= 4)
		n = savefile_pcapng_begin(f);
	if (n == SAVEFILE_END)
		return refuse(f, label, e);
	if (n == SAVEFILE_DAMAGED)
		return err_set(e, ERR_LOCAL, "%s: %s", label, f->error);
	return 0;
}

int savefile_from(struct savefile **out, struct source *s, const char *name, struct err *e)
{
	struct savefile *f = calloc(1, sizeof(*f));
	char label[300] = "standard input";

	if (f == NULL || s == NULL) {
		source_close(s);
		free(f);
		return err_set(e, ERR_LOCAL, "out of memory");
	}
	f->s = s;
	if (strcmp(name, "-") != 0)
		snprintf(label, sizeof(label), "'%s'", name);
	if (begin(f, label, e) != 0) {
		savefile_close(f);
		return -1;
	}
	f->last = SAVEFILE_FRAME;
	*out = f;
	return 0;
}

int savefile_open(struct savefile **out, const char *path, struct err *e)
{
	struct source *s;

	if (source_open(&s, path, e) != 0)
		return -1;
	return savefile_from(out, s, path, e);
}

enum savefile_next savefile_next(struct savefile *f, struct frame *out)
{
	if (f->last == SAVEFILE_FRAME)
		f->last = f->next(f, out);
	if (f->last == SAVEFILE_FRAME)
		f->frames++;
	return f->last;
}

const char *savefile_error(const struct savefile *f)
{
	return f->error;
}

bool savefile_is_own(const struct savefile *f)
{
	return f->own;
}

uint64_t savefile_frames(const struct savefile *f)
{
	return f->frames;
}

int savefile_progress(const struct savefile *f)
{
	return source_progress(f->s);
}

void savefile_close(struct savefile *f)
{
	if (f == NULL)
		return;
	source_close(f->s);
	free(f->interfaces);
	free(f);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng.c - blocks of draft-ietf-opsawg-pcapng: section header, interface, packet, statistics. */
#include "net/pcapng.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wr.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
};

enum {
	OPT_END = 0,
	OPT_COMMENT = 1,
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	IF_TSRESOL = 9,
	EPB_FLAGS = 2,
	ISB_IFDROP = 5,
};

struct pcapng {
	FILE *f;
	int interfaces;
	char path[256];
};

/* A block is at most its fixed part and a few options; packet data is written straight. */
#define HEAD_MAX 1024

static void put_option(struct wr *w, uint16_t code, const void *value, size_t len)
{
	wr_host16(w, code);
	wr_host16(w, (uint16_t)len);
	wr_bytes(w, value, len);
	wr_zeros(w, -len & 3);
}

static void put_comment(struct wr *w, const char *comment)
{
	size_t len = strlen(comment);

	put_option(w, OPT_COMMENT, comment, len < PCAPNG_COMMENT_MAX ? len : PCAPNG_COMMENT_MAX);
}

static void put_u64(struct wr *w, uint64_t v)
{
	wr_bytes(w, &v, sizeof(v));
}

static int write_error(const struct pcapng *p, struct err *e)
{
	return err_sys(e, ERR_LOCAL, errno, "writing '%s'", p->path);
}

static int put(struct pcapng *p, const void *bytes, size_t len, struct err *e)
{
	if (len > 0 && fwrite(bytes, 1, len, p->f) != len)
		return write_error(p, e);
	return 0;
}

/*
 * Write one block: type, length, `head`, `data` padded to four bytes, `tail` (options), length again.
 */
static int put_block(struct pcapng *p, uint32_t type, const struct wr *head, const void *data,
                     size_t data_len, const struct wr *tail, struct err *e)
{
	static const uint8_t zeros[4];
	size_t pad = -data_len & 3;
	uint32_t total = (uint32_t)(12 + wr_len(head) + data_len + pad + wr_len(tail));

	if (put(p, &type, 4, e) != 0 || put(p, &total, 4, e) != 0 ||
	    put(p, head->start, wr_len(head), e) != 0 || put(p, data, data_len, e) != 0 ||
	    put(p, zeros, pad, e) != 0 || put(p, tail->start, wr_len(tail), e) != 0 ||
	    put(p, &total, 4, e) != 0)
		return -1;
	return 0;
}

int pcapng_open(struct pcapng **out, const char *path, const char *program, struct err *e)
{
	struct pcapng *p = calloc(1, sizeof(*p));
	uint8_t head_bytes[16], tail_bytes[HEAD_MAX];
	struct wr head = wr_into(head_bytes, sizeof(head_bytes));
	struct wr tail = wr_into(tail_bytes, sizeof(tail_bytes));

	if (p == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	snprintf(p->path, sizeof(p->path), "%s", path);
	p->f = fopen(path, "we");
	if (p->f == NULL) {
		err_sys(e, ERR_LOCAL, errno, "opening '%s' for writing", path);
		free(p);
		return -1;
	}
	wr_host32(&head, 0x1a2b3c4d);
	wr_host16(&head, 1);
	wr_host16(&head, 0);
	put_u64(&head, UINT64_MAX); /* section length: not stated */
	put_option(&tail, SHB_USERAPPL, program, strlen(program));
	put_option(&tail, OPT_END, NULL, 0);
	if (put_block(p, BLOCK_SECTION, &head, NULL, 0, &tail, e) != 0) {
		fclose(p->f);
		free(p);
		return -1;
	}
	*out = p;
	return 0;
}

int pcapng_interface(struct pcapng *p, const char *name, int link_type, uint32_t snaplen,
                     struct err *e)
{
	uint8_t head_bytes[8], tail_bytes[HEAD_MAX];
	struct wr head = wr_into(head_bytes, sizeof(head_bytes));
	struct wr tail = wr_into(tail_bytes, sizeof(tail_bytes));
	uint8_t nanoseconds = 9;

	wr_host16(&head, (uint16_t)link_type);
	wr_host16(&head, 0);
	wr_host32(&head, snaplen);
	put_option(&tail, IF_NAME, name, strlen(name));
	put_option(&tail, IF_TSRESOL, &nanoseconds, 1);
	put_option(&tail, OPT_END, NULL, 0);
	if (put_block(p, BLOCK_INTERFACE, &head, NULL, 0, &tail, e) != 0)
		return -1;
	return p->interfaces++;
}

int pcapng_frame(struct pcapng *p, int number, const struct frame *f, bool outbound,
                 const char *comment, struct err *e)
{
	uint8_t head_bytes[20], tail_bytes[HEAD_MAX];
	struct wr head = wr_into(head_bytes, sizeof(head_bytes));
	struct wr tail = wr_into(tail_bytes, sizeof(tail_bytes));
	uint32_t direction = outbound ? 2 : 1;

	wr_host32(&head, (uint32_t)number);
	wr_host32(&head, (uint32_t)((uint64_t)f->stamp >> 32));
	wr_host32(&head, (uint32_t)f->stamp);
	wr_host32(&head, f->caplen);
	wr_host32(&head, f->len);
	put_option(&tail, EPB_FLAGS, &direction, sizeof(direction));
	if (comment != NULL)
		put_comment(&tail, comment);
	put_option(&tail, OPT_END, NULL, 0);
	return put_block(p, BLOCK_PACKET, &head, f->bytes, f->caplen, &tail, e);
}

int pcapng_statistics(struct pcapng *p, int number, uint64_t dropped, const char *const *comments,
                      unsigned int count, struct err *e)
{
	size_t cap = 64 + count * (size_t)(PCAPNG_COMMENT_MAX + 8);
	uint8_t *tail_bytes = malloc(cap);
	uint8_t head_bytes[12];
	struct wr head = wr_into(head_bytes, sizeof(head_bytes));
	ns_t now = ns_realtime();
	struct wr tail;
	int rc;

	if (tail_bytes == NULL)
		return err_set(e, ERR_LOCAL, "out of memory");
	tail = wr_into(tail_bytes, cap);
	wr_host32(&head, (uint32_t)number);
	wr_host32(&head, (uint32_t)((uint64_t)now >> 32));
	wr_host32(&head, (uint32_t)now);
	put_option(&tail, ISB_IFDROP, &dropped, sizeof(dropped));
	for (unsigned int i = 0; i < count; i++)
		put_comment(&tail, comments[i]);
	put_option(&tail, OPT_END, NULL, 0);
	rc = put_block(p, BLOCK_STATISTICS, &head, NULL, 0, &tail, e);
	free(tail_bytes);
	return rc;
}

int pcapng_close(struct pcapng *p, struct err *e)
{
	int rc = 0;

	if (p == NULL)
		return 0;
	if (fclose(p->f) != 0)
		rc = write_error(p, e);
	free(p);
	return rc;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* source.c - one buffer that is used in place, filled by read(), inflate() or ZSTD_decompressStream(). */
#include "net/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

/* So much at a time that calls do not count, and so little that it is still in the cache when it is used. */
#define PIECE ((size_t)64 << 10)

/* What comes after a stop: the last bytes of a program that was stopped, too. */
#define LAST_WAIT_MS 500

enum form {
	FORM_UNKNOWN, /* nothing was read yet */
	FORM_PLAIN,
	FORM_GZIP,
	FORM_ZSTD,
};

struct source {
	const uint8_t *p, *end; /* unpacked bytes that wait */
	uint8_t *buf; /* where they are; NULL for plain memory, which is used where it is */
	size_t cap;
	uint64_t taken;
	enum form form;
	bool done; /* no more will come */
	bool open; /* within a gzip member or a zstd frame */
	/* Packed bytes that wait. Those of a file are in `piece`. */
	const uint8_t *in, *in_end;
	uint8_t *piece;
	int fd;      /* -1: memory */
	int stop_fd; /* -1: none */
	bool in_done;
	uint64_t in_read, in_size; /* bytes read so far, and of all; 0: unknown */
	z_stream z;
	ZSTD_DStream *zstd;
	const char *error; /* NULL, a constant, or `text` */
	char text[128];
};

static void fail(struct source *s, const char *why)
{
	s->error = why;
	s->done = true;
}

/* --- bytes as they are on the disk --- */

/* Wait until a pipe has bytes, or is given up. False: given up. */
static bool wait_for_bytes(const struct source *s)
{
	struct pollfd p[] = {{.fd = s->fd, .events = POLLIN}, {.fd = s->stop_fd, .events = POLLIN}};

	if (s->stop_fd < 0 || s->in_size > 0)
		return true;
	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	return p[0].revents != 0 || poll(p, 1, LAST_WAIT_MS) > 0;
}

static size_t read_some(struct source *s, void *out, size_t room)
{
	ssize_t n;

	if (!wait_for_bytes(s)) {
		s->in_done = true;
		return 0;
	}
	do
		n = read(s->fd, out, room < PIECE ? room : PIECE);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		s->in_read += (uint64_t)n;
		return (size_t)n;
	}
	s->in_done = true;
	if (n < 0) {
		snprintf(s->text, sizeof(s->text), "read error: %s", strerror(errno));
		fail(s, s->text);
	}
	return 0;
}

/* Does packed input wait, after reading on where needed? */
static bool has_input(struct source *s)
{
	if (s->in == s->in_end && !s->in_done) {
		s->in = s->piece;
		s->in_end = s->piece + read_some(s, s->piece, PIECE);
	}
	return s->in < s->in_end;
}

/* --- unpacking: each gives the bytes that it made --- */

static size_t inflate_some(struct source *s, uint8_t *out, size_t room)
{
	size_t in;
	int rc;

	/* Tapes and some writers pad with zeros, as gzip(1) allows. */
	while (!s->open && s->in < s->in_end && *s->in == 0)
		s->in++;
	if (!s->open && s->in == s->in_end)
		return 0;
	s->open = true;
	in = (size_t)(s->in_end - s->in);
	s->z.next_in = s->in;
	s->z.avail_in = (uInt)(in < PIECE ? in : PIECE);
	s->z.next_out = out;
	s->z.avail_out = (uInt)room;
	rc = inflate(&s->z, Z_NO_FLUSH);
	if (rc == Z_STREAM_END) {
		s->open = false;
		inflateReset(&s->z);
	} else if (rc == Z_MEM_ERROR) {
		fail(s, "out of memory for gzip data");
	} else if (rc != Z_OK && (rc != Z_BUF_ERROR || in > 0)) {
		fail(s, "damaged gzip data");
	}
	s->in = s->z.next_in;
	return room - s->z.avail_out;
}

static size_t unzstd_some(struct source *s, uint8_t *out, size_t room)
{
	ZSTD_inBuffer from = {.src = s->in, .size = (size_t)(s->in_end - s->in)};
	ZSTD_outBuffer to = {.dst = out, .size = room};
	size_t rc = ZSTD_decompressStream(s->zstd, &to, &from);

	s->in += from.pos;
	s->open = rc != 0;
	if (ZSTD_isError(rc)) {
		snprintf(s->text, sizeof(s->text), "damaged zstd data (%s)", ZSTD_getErrorName(rc));
		fail(s, s->text);
	}
	return to.pos;
}

static size_t unpack_some(struct source *s, uint8_t *out, size_t room)
{
	bool gzip = s->form == FORM_GZIP;
	size_t got = 0;

	while (got == 0 && !s->done) {
		bool last = !has_input(s);

		if (s->done)
			break;
		if (last && !s->open) {
			s->done = true;
			break;
		}
		/* Without input, too: a full buffer may have held bytes back. */
		got = gzip ? inflate_some(s, out, room) : unzstd_some(s, out, room);
		if (got == 0 && last && s->open && !s->done)
			fail(s, gzip ? "gzip data ends early" : "zstd data ends early");
	}
	return got;
}

/* --- the beginning: what is it? --- */

static bool begins(const struct source *s, const void *magic, size_t len)
{
	return (size_t)(s->in_end - s->in) >= len && memcmp(s->in, magic, len) == 0;
}

/* A stream may also begin with a skippable frame (RFC 8878 3.1.2), as pzstd writes it. */
static bool begins_zstd(const struct source *s)
{
	return begins(s, "\x28\xb5\x2f\xfd", 4) ||
	       (s->in_end - s->in >= 4 && (s->in[0] & 0xf0) == 0x50 &&
	        memcmp(s->in + 1, "\x2a\x4d\x18", 3) == 0);
}

/* What was read to see what it is, is the first of the plain bytes. */
static void start_plain(struct source *s)
{
	s->form = FORM_PLAIN;
	s->p = s->in;
	s->end = s->in_end;
	s->buf = s->piece;
	s->cap = s->piece == NULL ? 0 : PIECE;
	s->piece = NULL;
	s->in = s->in_end;
	s->done = s->in_done;
}

static void start_packed(struct source *s)
{
	bool ready;

	if (s->form == FORM_GZIP) {
		ready = inflateInit2(&s->z, MAX_WBITS + 16) == Z_OK;
	} else {
		s->zstd = ZSTD_createDStream();
		ready = s->zstd != NULL;
	}
	if (!ready)
		fail(s, "out of memory for packed data");
}

static void start(struct source *s)
{
	uint8_t *to = s->piece;

	/* A pipe may give its first bytes one by one. */
	while (s->in_end - s->in < 4 && !s->in_done) {
		size_t have = (size_t)(s->in_end - s->in);

		s->in = to;
		s->in_end = to + have + read_some(s, to + have, PIECE - have);
	}
	if (begins(s, "\x1f\x8b\x08", 3))
		s->form = FORM_GZIP;
	else if (begins_zstd(s))
		s->form = FORM_ZSTD;
	if (s->form == FORM_UNKNOWN)
		start_plain(s);
	else
		start_packed(s);
}

/* --- the buffer --- */

/* Put what waits to the front; of a full buffer make a larger one. */
static bool make_room(struct source *s)
{
	size_t left = (size_t)(s->end - s->p);
	size_t cap = s->cap < 2 * PIECE ? 2 * PIECE : 2 * s->cap;
	uint8_t *larger;

	if (s->buf != NULL && s->cap >= 2 * PIECE && left <= s->cap / 2) {
		memmove(s->buf, s->p, left);
	} else {
		larger = malloc(cap);
		if (larger == NULL) {
			fail(s, "out of memory");
			return false;
		}
		memcpy(larger, s->p, left);
		free(s->buf);
		s->buf = larger;
		s->cap = cap;
	}
	s->p = s->buf;
	s->end = s->buf + left;
	return true;
}

static void fill(struct source *s, size_t n)
{
	if (s->form == FORM_UNKNOWN)
		start(s);
	while ((size_t)(s->end - s->p) < n && !s->done) {
		size_t room = s->buf == NULL ? 0 : (size_t)(s->buf + s->cap - s->end);
		uint8_t *to;

		if (room < PIECE) {
			if (!make_room(s))
				return;
			continue;
		}
		to = s->buf + (s->end - s->buf);
		room = PIECE;
		if (s->form == FORM_PLAIN) {
			s->end += read_some(s, to, room);
			s->done = s->in_done;
		} else {
			s->end += unpack_some(s, to, room);
		}
	}
}

const uint8_t *source_need(struct source *s, size_t n)
{
	assert(n <= SOURCE_NEED_MAX);
	if ((size_t)(s->end - s->p) < n)
		fill(s, n);
	return (size_t)(s->end - s->p) < n ? NULL : s->p;
}

void source_take(struct source *s, size_t n)
{
	assert(n <= (size_t)(s->end - s->p));
	s->p += n;
	s->taken += n;
}

size_t source_left(const struct source *s)
{
	return (size_t)(s->end - s->p);
}

uint64_t source_at(const struct source *s)
{
	return s->taken;
}

const char *source_error(const struct source *s)
{
	return s->error;
}

int source_progress(const struct source *s)
{
	uint64_t waits;

	if (s->in_size == 0)
		return -1;
	waits = (uint64_t)(s->form == FORM_PLAIN ? s->end - s->p : s->in_end - s->in);
	/* A file that grows is never more than read. */
	if (s->in_read - waits >= s->in_size)
		return 1000;
	return (int)((double)(s->in_read - waits) * 1000 / (double)s->in_size);
}

/* --- open and close --- */

static struct source *source_new(void)
{
	static const uint8_t nothing[1];
	struct source *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->p = s->end = s->in = s->in_end = nothing;
	s->fd = s->stop_fd = -1;
	return s;
}

struct source *source_memory(const void *bytes, size_t len)
{
	struct source *s = source_new();

	if (s == NULL)
		return NULL;
	s->in_done = true;
	if (len > 0) {
		s->in = bytes;
		s->in_end = s->in + len;
	}
	s->in_read = s->in_size = len;
	return s;
}

/* Look at what was opened: a directory is refused, the size of a file serves to show progress. */
static int examine(struct source *s, const char *path, struct err *e)
{
	struct stat st;
	off_t begun;

	if (fstat(s->fd, &st) != 0)
		return err_sys(e, ERR_LOCAL, errno, "opening '%s'", path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_LOCAL, "'%s' is a directory: name a file", path);
	if (!S_ISREG(st.st_mode))
		return 0;
	begun = lseek(s->fd, 0, SEEK_CUR);
	if (begun >= 0 && begun < st.st_size)
		s->in_size = (uint64_t)(st.st_size - begun);
	(void)posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

static int open_fd(struct source *s, const char *path, struct err *e)
{
	if (strcmp(path, "-") == 0)
		s->fd = STDIN_FILENO;
	else
		s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (s->fd < 0)
		return err_sys(e, ERR_LOCAL, errno, "opening '%s'", path);
	return examine(s, path, e);
}

int source_open(struct source **out, const char *path, struct err *e)
{
	struct source *s = source_new();

	if (s != NULL)
		s->piece = malloc(PIECE);
	if (s == NULL || s->piece == NULL) {
		source_close(s);
		return err_set(e, ERR_LOCAL, "out of memory");
	}
	if (open_fd(s, path, e) != 0) {
		source_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

void source_stop_by(struct source *s, int stop_fd)
{
	s->stop_fd = stop_fd;
}

void source_close(struct source *s)
{
	if (s == NULL)
		return;
	if (s->form == FORM_GZIP)
		inflateEnd(&s->z);
	ZSTD_freeDStream(s->zstd);
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	free(s->buf);
	free(s->piece);
	free(s);
}

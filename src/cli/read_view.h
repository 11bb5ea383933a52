/* SPDX-License-Identifier: BSD-2-Clause */
/* read_view.h - which connections of a capture file are shown, and in which order. */
#ifndef TCPSHAKE_CLI_READ_VIEW_H
#define TCPSHAKE_CLI_READ_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options.h"
#include "result/connection_record.h"

#define READ_VIEW_KINDS "failed closed filtered reset half-open warn fail retransmitted midstream"

/* Set bits of a list of READ_VIEW_KINDS. False when a word is none of them. */
bool read_view_only(const char *list, unsigned int *only);

/* Can connections be sorted by this field? */
bool read_view_sorts(const char *field);

typedef void read_view_fn(void *ctx, const struct connection_record *r);

struct read_view;

/* NULL without memory. */
struct read_view *read_view_new(const struct read_options *o, read_view_fn *show, void *ctx);
void read_view_free(struct read_view *v); /* NULL is allowed */

/* Show a connection, now or in its turn, if it is wanted. */
void read_view_add(struct read_view *v, const struct connection_record *r);

/* Were there more than can be held without --top? */
bool read_view_cut(const struct read_view *v);

/* Show what waits for its turn. */
void read_view_end(struct read_view *v);

#endif

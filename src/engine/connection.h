/* SPDX-License-Identifier: BSD-2-Clause */
/* connection.h - from what is known of a flow to the record of a connection. */
#ifndef TCPSHAKE_ENGINE_CONNECTION_H
#define TCPSHAKE_ENGINE_CONNECTION_H

#include "engine/flows.h"
#include "probe/close_fill.h"
#include "result/connection_record.h"

#define CONNECTION_STATES_MAX 16

/* Backing store of a record's lists; must live as long as the record is read. */
struct connection_lists {
	const char *state[2][CONNECTION_STATES_MAX];
	struct finding_record findings[CLOSE_FINDINGS_MAX];
};

/* Fill all but the file's name and the frames. */
void connection_fill(const struct flow *f, struct connection_record *r,
                     struct connection_lists *lists);

/* Take all times away: frames of the file have no stamps. */
void connection_untime(struct connection_record *r);

#endif

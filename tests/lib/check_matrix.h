/* SPDX-License-Identifier: BSD-2-Clause */
/* check_matrix.h - recorded replies of real stacks, a line for each state and segment. */
#ifndef TCPSHAKE_TESTS_LIB_CHECK_MATRIX_H
#define TCPSHAKE_TESTS_LIB_CHECK_MATRIX_H

#include "probe/check.h"

/* Tables are of: state, segment, state before, replies, state after (of `ss`, "?": unknown). */
struct matrix_row {
	char state[32], segment[32], before[32], replies[512], after[32];
};

/* Call `each` for all rows of a table. False when the file is not there. */
bool matrix_read(const char *path, void (*each)(const struct matrix_row *row, void *ctx),
                 void *ctx);

/* The steps of a segment's name; NULL: unknown. */
const struct step *matrix_steps(const char *segment);

/* The bit of a state's name, as in struct check; 0: unknown. */
uint16_t matrix_state(const char *name);

/* What a row's replies amount to, and what became of the connection. */
uint32_t matrix_seen(const struct matrix_row *row);
enum check_after matrix_after(const struct matrix_row *row);

/* The check for this row; NULL: the table has none. */
const struct check *matrix_check(const struct matrix_row *row);

#endif

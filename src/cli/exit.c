/* SPDX-License-Identifier: BSD-2-Clause */
/* exit.c - precedence of exit codes. */
#include "cli/exit.h"

static int rank(enum exit_code c)
{
	switch (c) {
	case EXIT_USAGE:
		return 6;
	case EXIT_LOCAL:
		return 5;
	case EXIT_NAME:
		return 4;
	case EXIT_TARGET:
		return 3;
	case EXIT_PROTOCOL:
		return 2;
	case EXIT_EXPECTATION:
		return 1;
	case EXIT_EXPECTED:
		break;
	}
	return 0;
}

enum exit_code exit_worse(enum exit_code a, enum exit_code b)
{
	return rank(a) >= rank(b) ? a : b;
}

enum exit_code exit_of_err(const struct err *e)
{
	switch (e->kind) {
	case ERR_USAGE:
		return EXIT_USAGE;
	case ERR_NAME:
		return EXIT_NAME;
	case ERR_LOCAL:
		return EXIT_LOCAL;
	case ERR_NONE:
		break;
	}
	return EXIT_EXPECTED;
}

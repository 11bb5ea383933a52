/* SPDX-License-Identifier: BSD-2-Clause */
/* err.h - an error of the environment or the user, as one sentence with its remedy. */
#ifndef TCPSHAKE_BASE_ERR_H
#define TCPSHAKE_BASE_ERR_H

/*
 * Bugs assert; what the network does is a result. An error is what is left: the user asked for
 * something impossible, or this host could not do it. The kind decides the exit code (cli/exit.h).
 */
enum err_kind {
	ERR_NONE,
	ERR_USAGE, /* an option or argument is wrong */
	ERR_NAME,  /* a name did not resolve, or a target is invalid */
	ERR_LOCAL, /* this host: no permission, no route, no such interface, no memory */
};

struct err {
	enum err_kind kind;
	/* A sentence of one line without a final full stop; control characters show as '?'. */
	char text[400];
};

/* Fill *e from a format. Always returns -1, so that a function can end in `return err_set(...)`. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As err_set(), followed by ": " and the text of `errnum` (an errno value). */
int err_sys(struct err *e, enum err_kind kind, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Put "context: " before the text that *e already holds; the kind stays. Always returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

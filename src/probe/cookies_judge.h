/* SPDX-License-Identifier: BSD-2-Clause */
/* cookies_judge.h - pure decisions over recorded replies: which test is next, and the verdict. */
#ifndef TCPSHAKE_PROBE_COOKIES_JUDGE_H
#define TCPSHAKE_PROBE_COOKIES_JUDGE_H

#include "probe/cookies_facts.h"
#include "probe/cookies_seen.h"

/*
 * The test to start now, or COOKIES_TESTS for none. Tests of `forced` are made in any case, those of
 * `enabled` where they raise the confidence in a verdict.
 */
enum cookies_test cookies_want(const struct cookies_seen *seen, uint32_t enabled, uint32_t forced);

enum cookies_verdict {
	VERDICT_INCONCLUSIVE,
	VERDICT_ACTIVE,         /* the server answers SYNs with cookies */
	VERDICT_PROXY,          /* a box before it does */
	VERDICT_NOT_ACTIVE_NOW, /* it kept half-open connections; never "disabled" */
	VERDICT_CAPABLE,        /* it keeps them, but its ISNs are valid cookies (FreeBSD) */
	VERDICT_INTERMITTENT,   /* now the one, now the other */
};

enum cookies_implementation {
	IMPLEMENTATION_UNKNOWN,
	IMPLEMENTATION_LINUX,
	IMPLEMENTATION_SYNPROXY, /* netfilter */
	IMPLEMENTATION_XDP,      /* the kernel's synproxy program */
	IMPLEMENTATION_DPVS,
	IMPLEMENTATION_FREEBSD,
	IMPLEMENTATION_PF,
};

/* The words of records. */
const char *cookies_verdict_name(enum cookies_verdict v);
const char *cookies_implementation_name(enum cookies_implementation i);

struct cookies_judgement {
	enum cookies_verdict verdict;
	enum cookies_implementation implementation;
	double chance;      /* that the evidence came about otherwise; 1 where inconclusive */
	const char *reason; /* why inconclusive; NULL: the port itself, or not inconclusive */
	const char *detail; /* the same as a sentence */
};

/*
 * The verdict on tests that have ended. The table of cases follows the decision table of the formats'
 * sources (Linux 6.12 and 6.18, FreeBSD, OpenBSD's pf, DPVS); each row is a test of test_cookies_judge.c.
 */
struct cookies_judgement cookies_judge(const struct cookies_seen *seen,
                                       const struct cookies_facts *f);

/* What the model does not know is likelier than this. */
#define COOKIES_CONFIDENCE_MAX 0.999999

double cookies_confidence(const struct cookies_judgement *j);

#endif

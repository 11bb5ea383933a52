/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_failure.c - why a TLS connection failed, from what OpenSSL leaves in its error queue. */
#include "app/tls_internal.h"

#include <openssl/err.h>

#include "app/say.h"

void tls_failure_set(struct tls *t, const char *reason, const char *detail)
{
	t->status = STAGE_FAILED;
	say_failure(&t->failure, reason, "%s", detail);
}

/* The first error of the TLS library itself: those of others before it are details of ASN.1 and the like. */
static unsigned long take_error(void)
{
	unsigned long first = ERR_peek_error(), code;

	while ((code = ERR_get_error()) != 0) {
		if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
			first = code;
			break;
		}
	}
	ERR_clear_error();
	return first;
}

/* What came first was no record. */
static bool speaks_no_tls(const struct tls *t)
{
	return t->framing.broken && !t->spoke;
}

static void fail_no_tls(struct tls *t)
{
	char words[TLS_FIRST_MAX * 3];

	say_bytes(words, sizeof(words), t->first, t->first_len);
	t->status = STAGE_FAILED;
	say_failure(&t->failure, "protocol-error", "the peer does not speak TLS: %s", words);
}

void tls_failure_found(struct tls *t)
{
	unsigned long code = take_error();
	int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
	const char *words = ERR_reason_error_string(code);
	char room[48];

	if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
		tls_failure_set(t, "tls-certificate", t->result.certificate.reason);
	else if (reason >= SSL_AD_REASON_OFFSET)
		tls_failure_set(t, "tls-alert",
		                tls_alert_name(reason - SSL_AD_REASON_OFFSET, room, sizeof(room)));
	else if (speaks_no_tls(t))
		fail_no_tls(t);
	else
		tls_failure_set(t, "protocol-error", words != NULL ? words : "no TLS connection");
}

void tls_failure_eof(struct tls *t)
{
	if (speaks_no_tls(t))
		fail_no_tls(t);
	else
		tls_failure_set(t, "protocol-error",
		                "the connection was closed during the handshake");
}

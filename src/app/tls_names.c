/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_names.c - names of handshake messages and alerts (RFC 8446 4 and 6, RFC 5246 7.2 and 7.4). */
#include "app/tls_internal.h"

#include <stdio.h>

struct name {
	int code;
	const char *text;
};

static const struct name handshakes[] = {
	{0, "HelloRequest"},      {1, "ClientHello"},        {2, "ServerHello"},
	{4, "NewSessionTicket"},  {5, "EndOfEarlyData"},     {8, "EncryptedExtensions"},
	{11, "Certificate"},      {12, "ServerKeyExchange"}, {13, "CertificateRequest"},
	{14, "ServerHelloDone"},  {15, "CertificateVerify"}, {16, "ClientKeyExchange"},
	{20, "Finished"},         {21, "CertificateURL"},    {22, "CertificateStatus"},
	{23, "SupplementalData"}, {24, "KeyUpdate"},         {25, "CompressedCertificate"},
};

static const struct name alerts[] = {
	{0, "close_notify"},
	{10, "unexpected_message"},
	{20, "bad_record_mac"},
	{21, "decryption_failed"},
	{22, "record_overflow"},
	{30, "decompression_failure"},
	{40, "handshake_failure"},
	{41, "no_certificate"},
	{42, "bad_certificate"},
	{43, "unsupported_certificate"},
	{44, "certificate_revoked"},
	{45, "certificate_expired"},
	{46, "certificate_unknown"},
	{47, "illegal_parameter"},
	{48, "unknown_ca"},
	{49, "access_denied"},
	{50, "decode_error"},
	{51, "decrypt_error"},
	{60, "export_restriction"},
	{70, "protocol_version"},
	{71, "insufficient_security"},
	{80, "internal_error"},
	{86, "inappropriate_fallback"},
	{90, "user_canceled"},
	{100, "no_renegotiation"},
	{109, "missing_extension"},
	{110, "unsupported_extension"},
	{111, "certificate_unobtainable"},
	{112, "unrecognized_name"},
	{113, "bad_certificate_status_response"},
	{114, "bad_certificate_hash_value"},
	{115, "unknown_psk_identity"},
	{116, "certificate_required"},
	{120, "no_application_protocol"},
};

static const char *find(const struct name *names, size_t count, int code)
{
	for (size_t i = 0; i < count; i++)
		if (names[i].code == code)
			return names[i].text;
	return NULL;
}

const char *tls_handshake_name(int type, char *room, size_t cap)
{
	const char *known = find(handshakes, sizeof(handshakes) / sizeof(handshakes[0]), type);

	if (known != NULL)
		return known;
	snprintf(room, cap, "handshake message %d", type);
	return room;
}

const char *tls_alert_name(int alert, char *room, size_t cap)
{
	const char *known = find(alerts, sizeof(alerts) / sizeof(alerts[0]), alert);

	if (known != NULL)
		return known;
	snprintf(room, cap, "alert %d", alert);
	return room;
}

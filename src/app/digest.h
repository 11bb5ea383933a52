/* SPDX-License-Identifier: BSD-2-Clause */
/* digest.h - SHA-1 and base64, as the opening of a WebSocket wants them (RFC 6455 4.2.2). */
#ifndef TCPSHAKE_APP_DIGEST_H
#define TCPSHAKE_APP_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SHA1_LEN 20

/* Characters of the base64 form of `len` bytes, with its final NUL. */
#define DIGEST_BASE64_CAP(len) (((len) + 2) / 3 * 4 + 1)

/* False where the library has no SHA-1 to give, or no memory. */
bool digest_sha1(uint8_t out[DIGEST_SHA1_LEN], const void *bytes, size_t len);

/* `out` has room for DIGEST_BASE64_CAP(len). */
void digest_base64(char *out, const uint8_t *bytes, size_t len);

#endif

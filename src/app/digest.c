/* SPDX-License-Identifier: BSD-2-Clause */
/* digest.c - the door to what of libcrypto has nothing to do with TLS. */
#include "app/digest.h"

#include <openssl/evp.h>

bool digest_sha1(uint8_t out[DIGEST_SHA1_LEN], const void *bytes, size_t len)
{
	return EVP_Digest(bytes, len, out, NULL, EVP_sha1(), NULL) == 1;
}

void digest_base64(char *out, const uint8_t *bytes, size_t len)
{
	(void)EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);
}

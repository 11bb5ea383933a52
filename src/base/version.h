/* SPDX-License-Identifier: BSD-2-Clause */
/* version.h - the version of the program. */
#ifndef TCPSHAKE_BASE_VERSION_H
#define TCPSHAKE_BASE_VERSION_H

#define VERSION "0.1.0"

#endif

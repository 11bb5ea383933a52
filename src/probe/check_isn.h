/* SPDX-License-Identifier: BSD-2-Clause */
/* check_isn.h - the clock behind the ISNs of one tuple (RFC 9293 3.4.1, MUST-8), where there is one. */
#ifndef TCPSHAKE_PROBE_CHECK_ISN_H
#define TCPSHAKE_PROBE_CHECK_ISN_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/stepper.h"

/*
 * Do the ISNs of the first three connections of this part grow with time, at one rate? Then it is stored, in
 * numbers a microsecond: RFC 9293 has 0.25.
 */
bool check_isn_clock(const struct stepper *st, uint8_t part, double *per_us);

#endif

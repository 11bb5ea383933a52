/* SPDX-License-Identifier: BSD-2-Clause */
/* check_notation.h - how the files of steps write numbers; they alone include it. */
#ifndef TCPSHAKE_PROBE_CHECK_NOTATION_H
#define TCPSHAKE_PROBE_CHECK_NOTATION_H

#include "scenario/step.h"

/* Of the server's point of view: its RCV.NXT and the end of its window, its SND.NXT, what we acknowledged. */
/* clang-format off */
#define R(n)    {STEP_SND_NXT, n}
#define EDGE(n) {STEP_SND_EDGE, n}
#define S(n)    {STEP_RCV_NXT, n}
#define UNA(n)  {STEP_RCV_ACKED, n}
#define ISS     {STEP_ISS, 0} /* our own */
/* clang-format on */

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper_internal.h - what the files of the stepper share; nobody else includes it. */
#ifndef TCPSHAKE_SCENARIO_STEPPER_INTERNAL_H
#define TCPSHAKE_SCENARIO_STEPPER_INTERNAL_H

#include "scenario/stepper.h"

/* Go on as far as possible without a segment or a wait. */
void stepper_run(struct stepper *st, ns_t now);

void stepper_stop(struct stepper *st, enum stepper_end how);

/* The server reset the connection. */
void stepper_note_reset(struct stepper *st);

/* What is acknowledged at the step that we are at: enum step_acks. */
uint8_t stepper_acks(const struct stepper *st);

/* The options that a segment carries: bits of stepper_option(). */
uint16_t stepper_options(const struct seg *s);

#endif

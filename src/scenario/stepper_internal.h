/* SPDX-License-Identifier: BSD-2-Clause */
/* stepper_internal.h - what the files of the stepper share; nobody else includes it. */
#ifndef TCPSHAKE_SCENARIO_STEPPER_INTERNAL_H
#define TCPSHAKE_SCENARIO_STEPPER_INTERNAL_H

#include "scenario/stepper.h"

/* Go on as far as possible without a segment or a wait. */
void stepper_run(struct stepper *st, ns_t now);

void stepper_stop(struct stepper *st, enum stepper_end how);

/* The segment of a step, with the numbers as they stand (stepper_build.c). */
void stepper_build(struct stepper *st, const struct step *s, struct seg *out);

/* The server reset the connection. */
void stepper_note_reset(struct stepper *st);

/* The next segment of STEP_FILL (stepper_fill.c), if the window has room for it. */
bool stepper_next_fill(struct stepper *st, struct step *out);

/* The server's window and RCV.NXT were just told. */
void stepper_note_room(struct stepper *st, ns_t now);

/* When to look at it again, and whether the step is over then. */
ns_t stepper_fill_deadline(const struct stepper *st);
bool stepper_is_full(const struct stepper *st, ns_t now);

/* What is acknowledged at the step that we are at: enum step_acks. */
uint8_t stepper_acks(const struct stepper *st);

/* The options that a segment carries: bits of stepper_option(). */
uint16_t stepper_options(const struct seg *s);

#endif

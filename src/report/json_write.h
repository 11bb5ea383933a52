/* SPDX-License-Identifier: BSD-2-Clause */
/* json_write.h - a record as a JSON object, from its declared fields. */
#ifndef TCPSHAKE_REPORT_JSON_WRITE_H
#define TCPSHAKE_REPORT_JSON_WRITE_H

#include <stdio.h>

#include "result/field.h"

#define JSON_SCHEMA "tcpshake/1"

/* Write one object on one line, without a line end: schema, type, then the fields in order. */
void json_write_record(FILE *out, const struct record *r);

/* Write a string with quotes and escapes; bytes that are no UTF-8 become U+FFFD. */
void json_write_string(FILE *out, const char *s);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * golden.c - captures against the text that the rules of TCP demand of them.
 *
 *	golden [--check DIR]        hold every row of DIR/TESTLIST (tests/golden) against its text; TAP
 *	golden --update NAME [DIR]  write the text of one row anew: read it before it is committed
 *	golden FILE                 print a capture
 *
 * A row of TESTLIST is "NAME CAPTURE EXPECTED [host-rst=N]"; '#' begins a comment.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

#define TEXT_MAX (256 * 1024)
#define ROWS_MAX 256

struct row {
	char name[64], capture[256], expected[256];
	unsigned int host_rst;
};

static struct row rows[ROWS_MAX];
static char want[TEXT_MAX], got[TEXT_MAX];

/* --- the list --- */

/* False when the line is none of a row, a comment, and nothing. */
static bool parse_row(char *line, const char *dir, struct row *r, bool *empty)
{
	char capture[128], expected[128], option[64] = "", rest[2];
	int n;

	line[strcspn(line, "#\n")] = '\0';
	n = sscanf(line, "%63s %127s %127s %63s %1s", r->name, capture, expected, option, rest);
	*empty = n <= 0;
	if (*empty)
		return true;
	r->host_rst = 0;
	if (n < 3 || n > 4 || (n == 4 && sscanf(option, "host-rst=%u", &r->host_rst) != 1))
		return false;
	return snprintf(r->capture, sizeof(r->capture), "%s/%s", dir, capture) <
	               (int)sizeof(r->capture) &&
	       snprintf(r->expected, sizeof(r->expected), "%s/%s", dir, expected) <
	               (int)sizeof(r->expected);
}

/* The number of rows read, or -1. */
static int read_list(const char *dir)
{
	char path[256], line[512];
	int count = 0, number = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/TESTLIST", dir);
	f = fopen(path, "r");
	if (f == NULL) {
		perror(path);
		return -1;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		bool empty, ok = count < ROWS_MAX && parse_row(line, dir, &rows[count], &empty);

		number++;
		if (!ok) {
			fprintf(stderr, "%s:%d: need NAME CAPTURE EXPECTED [host-rst=N]\n", path,
			        number);
			fclose(f);
			return -1;
		}
		count += !empty;
	}
	fclose(f);
	return count;
}

/* --- one row --- */

static bool read_text(const char *path, char *out)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL) {
		perror(path);
		return false;
	}
	n = fread(out, 1, TEXT_MAX - 1, f);
	out[n] = '\0';
	fclose(f);
	return n < TEXT_MAX - 1;
}

static bool make_text(const struct row *r, char *out)
{
	FILE *f = fmemopen(out, TEXT_MAX, "w");
	bool ok;

	if (f == NULL)
		return false;
	memset(out, 0, TEXT_MAX);
	ok = print_capture(f, r->capture, r->host_rst);
	return fclose(f) == 0 && ok;
}

static size_t line_len(const char *s)
{
	return strcspn(s, "\n");
}

/* Line by line: packets do not come and go, so nothing more clever is needed. */
static void print_diff(const char *a, const char *b)
{
	while (*a != '\0' || *b != '\0') {
		size_t m = line_len(a), n = line_len(b);

		if (m != n || strncmp(a, b, m) != 0) {
			if (*a != '\0')
				printf("# - %.*s\n", (int)m, a);
			if (*b != '\0')
				printf("# + %.*s\n", (int)n, b);
		}
		a += m + (a[m] == '\n');
		b += n + (b[n] == '\n');
	}
}

static bool check_row(const struct row *r, int number)
{
	bool made = make_text(r, got);
	bool same = made && read_text(r->expected, want) && strcmp(want, got) == 0;

	printf("%sok %d - %s\n", same ? "" : "not ", number, r->name);
	if (made && !same)
		print_diff(want, got);
	want[0] = '\0';
	return same;
}

static int check(const char *dir)
{
	int count = read_list(dir), failed = 0;

	if (count <= 0) {
		fprintf(stderr, "golden: no tests in %s\n", dir);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++)
		failed += !check_row(&rows[i], i + 1);
	if (failed > 0)
		printf("# %d of %d failed\n", failed, count);
	return failed > 0;
}

static int update(const char *name, const char *dir)
{
	int count = read_list(dir);

	for (int i = 0; i < count; i++) {
		FILE *f;

		if (strcmp(rows[i].name, name) != 0)
			continue;
		if (!make_text(&rows[i], got))
			return 1;
		f = fopen(rows[i].expected, "w");
		if (f == NULL) {
			perror(rows[i].expected);
			return 1;
		}
		fputs(got, f);
		return fclose(f) != 0;
	}
	fprintf(stderr, "golden: no test '%s'\n", name);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return check("tests/golden");
	if (argc == 3 && strcmp(argv[1], "--check") == 0)
		return check(argv[2]);
	if ((argc == 3 || argc == 4) && strcmp(argv[1], "--update") == 0)
		return update(argv[2], argc == 4 ? argv[3] : "tests/golden");
	if (argc == 2 && argv[1][0] != '-')
		return print_capture(stdout, argv[1], 0) ? 0 : 1;
	fputs("usage: golden [--check DIR | --update NAME [DIR] | FILE]\n", stderr);
	return 3;
}

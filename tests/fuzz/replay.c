/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.c - runs files, and the files of directories, through a fuzz target without libFuzzer. */
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

/* Run one file in a block of exactly its size. False when it cannot be read. */
static bool replay_file(const char *path, size_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(size);
	bool good;

	MUST(data != NULL);
	good = f != NULL && fread(data, 1, size, f) == size;
	if (good)
		(void)LLVMFuzzerTestOneInput(data, size);
	else
		perror(path);
	if (f != NULL)
		fclose(f);
	free(data);
	return good;
}

static bool replay(const char *path, unsigned int *count);

static bool replay_dir(const char *path, unsigned int *count)
{
	DIR *d = opendir(path);
	bool good = d != NULL;
	struct dirent *entry;
	char inner[4096];

	if (d == NULL)
		perror(path);
	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
		good = replay(inner, count) && good;
	}
	if (d != NULL)
		closedir(d);
	return good;
}

/* Run a file or all of a directory, and count the inputs. */
static bool replay(const char *path, unsigned int *count)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		perror(path);
		return false;
	}
	if (S_ISDIR(st.st_mode))
		return replay_dir(path, count);
	if (!replay_file(path, (size_t)st.st_size))
		return false;
	++*count;
	return true;
}

int main(int argc, char **argv)
{
	unsigned int count = 0;
	bool good = true;

	for (int i = 1; i < argc; i++)
		good = replay(argv[i], &count) && good;
	printf("%s: %u inputs\n", argv[0], count);
	return good && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

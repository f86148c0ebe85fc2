/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a fuzz target over files: those given, else its corpus $top_srcdir/fuzz/NAME.in, and the
 * empty input; or over random inputs, many more in a time than libFuzzer tries.
 *
 * usage: NAME [FILE]...
 *        NAME --random [SEED [SECONDS]]        SECONDS of processor time
 */
#include "base/cleanup.h"
#include "base/file.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { INPUT_MAX = 1 << 20, RANDOM_BYTES = 3000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	autofree char *bytes = NULL;
	struct err e = { 0 };
	size_t len;

	if (file_read(path, INPUT_MAX, &bytes, &len, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)bytes, len);
	return 0;
}

static int replay_corpus(const char *name)
{
	const char *top = getenv("top_srcdir");
	const char *slash = strrchr(name, '/');
	char folder[4096], path[8192];
	struct dirent *entry;
	int count = 0, bad = 0;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s/fuzz/%s.in", top ? top : ".",
		 slash ? slash + 1 : name);
	dir = opendir(folder);
	if (!dir) {
		fprintf(stderr, "cannot open %s\n", folder);
		return 1;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		bad += replay(path);
		count++;
	}
	closedir(dir);
	printf("%d inputs of %s\n", count, folder);
	return bad || !count;
}

/* splitmix64: the same inputs for the same seed, everywhere. */
static void fill(uint64_t *seed, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint64_t z = *seed += 0x9e3779b97f4a7c15u;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		bytes[i] = (uint8_t)(z ^ z >> 31);
	}
}

static int run_random(int argc, char **argv)
{
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL);
	/* Processor time, so that a busy machine does not make it less of a search. */
	const clock_t end = (clock_t)(argc > 3 ? atol(argv[3]) : 60) * CLOCKS_PER_SEC;
	static uint8_t bytes[RANDOM_BYTES];
	long count = 0;

	printf("seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	for (; clock() < end; count++) {
		fill(&seed, bytes, sizeof(bytes));
		LLVMFuzzerTestOneInput(bytes, sizeof(bytes) - seed % (RANDOM_BYTES / 2));
	}
	printf("%ld inputs without a finding\n", count);
	return 0;
}

int main(int argc, char **argv)
{
	int bad = 0;

	if (argc > 1 && strcmp(argv[1], "--random") == 0)
		return run_random(argc, argv);

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	if (argc < 2)
		return replay_corpus(argv[0]);
	for (int i = 1; i < argc; i++)
		bad += replay(argv[i]);
	return bad != 0;
}

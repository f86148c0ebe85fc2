/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a fuzz target over files: those given, else its corpus $top_srcdir/fuzz/NAME.in, and the
 * empty input.
 */
#include "base/cleanup.h"
#include "base/file.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { INPUT_MAX = 1 << 20 };

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

int main(int argc, char **argv)
{
	int bad = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	if (argc < 2)
		return replay_corpus(argv[0]);
	for (int i = 1; i < argc; i++)
		bad += replay(argv[i]);
	return bad != 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executables by path and by their short names. */
#include "policy/roster.h"

#include "policy/lex.h"

#include <errno.h>
#include <string.h>

/* Stands for a label that several paths share. */
static char several[] = "";

void roster_fini(struct roster *x)
{
	vec_for(path, &x->paths)
		free(*path);
	vec_fini(&x->paths);
	map_fini(&x->by_path);
	map_fini(&x->by_label);
}

const char *exe_label(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *label = slash ? slash + 1 : path;

	return lex_is_bare(label, BARE_NAME) && strcmp(label, ROSTER_ALL) != 0 ? label : NULL;
}

static int add_label(struct roster *x, char *path)
{
	const char *label = exe_label(path);
	char *taken;

	if (!label)
		return 0;
	taken = map_get(&x->by_label, label, strlen(label));
	return map_put(&x->by_label, label, strlen(label), taken ? several : path);
}

int roster_add(struct roster *x, const char *path)
{
	char *copy;

	if (map_get(&x->by_path, path, strlen(path)))
		return -EEXIST;
	copy = strdup(path);
	if (!copy || vec_push(&x->paths, copy)) {
		free(copy);
		return -ENOMEM;
	}
	if (map_put(&x->by_path, path, strlen(path), copy))
		return -ENOMEM;
	return add_label(x, copy);
}

const char *roster_find(const struct roster *x, const char *label, size_t len)
{
	return map_get(&x->by_label, label, len);
}

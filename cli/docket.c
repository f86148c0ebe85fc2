/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Denials folded. */
#include "cli/docket.h"

#include <errno.h>
#include <string.h>

/* What makes a denial another one, as bytes. */
static void put_key(struct str *key, const struct denial *d)
{
	const struct syscall *known = arch_syscall(d->arch, d->nr);
	const char *const words[] = { d->app, d->release, d->exe, d->action, d->canary };

	str_put_bytes(key, &d->arch, sizeof(d->arch));
	str_put_bytes(key, &d->nr, sizeof(d->nr));
	str_putc(key, d->has_args ? 'a' : '-');
	if (d->has_args && known) {
		const struct signature *s = syscall_signature(d->arch, known, d->args);

		for (unsigned i = 0; i < SYSCALL_ARGS; i++)
			if (arg_class_is_exact(s->args[i].class))
				str_put_bytes(key, &d->args[i], sizeof(d->args[i]));
	}
	for (size_t i = 0; i < countof(words); i++)
		str_put_bytes(key, words[i] ? words[i] : "",
			      words[i] ? strlen(words[i]) + 1 : sizeof(""));
}

static void entry_free(struct entry *entry)
{
	vec_for(string, &entry->strings.all)
		free(*string);
	vec_fini(&entry->strings.all);
	free(entry);
}

void docket_fini(struct docket *docket)
{
	vec_for(entry, &docket->all)
		entry_free(*entry);
	vec_fini(&docket->all);
	map_fini(&docket->by_key);
}

struct entry *docket_count(struct docket *docket, const struct denial *d)
{
	autostr struct str key = { 0 };
	struct entry *entry;

	put_key(&key, d);
	entry = key.failed ? NULL : map_get(&docket->by_key, str_text(&key), key.len);
	if (!entry)
		return NULL;
	docket->denials++;
	entry->d.count += d->count ? d->count : 1;
	if (d->time > entry->d.last)
		entry->d.last = d->time;
	entry->is_behind = true;
	entry->is_told = false;
	return entry;
}

/* Takes a copy of a string; false: out of memory. */
static bool own(struct entry *entry, const char **text)
{
	char *copy = strdup(*text ? *text : "");

	if (!copy || vec_push(&entry->strings.all, copy)) {
		free(copy);
		return false;
	}
	*text = copy;
	return true;
}

static struct entry *entry_new(const struct denial *d)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->d = *d;
	entry->d.count = d->count ? d->count : 1;
	entry->d.last = d->last ? d->last : d->time;
	entry->is_behind = true;
	if (own(entry, &entry->d.app) && own(entry, &entry->d.release) &&
	    own(entry, &entry->d.exe) && own(entry, &entry->d.text) &&
	    own(entry, &entry->d.action) && own(entry, &entry->d.source) &&
	    own(entry, &entry->d.canary))
		return entry;
	entry_free(entry);
	return NULL;
}

int docket_add(struct docket *docket, const struct denial *d, struct entry **out)
{
	autostr struct str key = { 0 };
	struct entry *entry;

	docket->denials++;
	if (docket->all.len >= DOCKET_MAX) {
		docket->unkept++;
		return -ENOSPC;
	}
	put_key(&key, d);
	entry = key.failed ? NULL : entry_new(d);
	if (!entry)
		return -ENOMEM;
	if (vec_push(&docket->all, entry)) {
		entry_free(entry);
		return -ENOMEM;
	}
	*out = entry;
	/* Without its key it would only be told again. */
	return map_put(&docket->by_key, str_text(&key), key.len, entry);
}

int docket_keep(struct docket *docket, struct store *s, struct err *e)
{
	vec_for(at, &docket->all) {
		struct entry *entry = *at;

		if (!entry->is_behind)
			continue;
		int r = store_denial_put(s, &entry->d, e);
		if (r)
			return r;
		entry->is_behind = false;
		entry->is_kept = true;
	}
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of one arch. */
#include "compat/ruleset.h"

#include <errno.h>
#include <string.h>

void ruleset_fini(struct ruleset *r)
{
	vec_for(entry, &r->entries)
		free(*entry);
	vec_fini(&r->entries);
	vec_fini(&r->priorities);
}

static int copy_entry(const struct entry *e, struct ruleset *to)
{
	struct entry *copy = malloc(sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	*copy = *e;
	to->entries.data[to->entries.len++] = copy;
	return 0;
}

int ruleset_copy(const struct ruleset *r, struct ruleset *to)
{
	int status;

	to->arch = r->arch;
	status = vec_reserve(&to->entries, r->entries.len);
	if (!status)
		status = vec_reserve(&to->priorities, r->priorities.len);
	for (size_t i = 0; !status && i < r->entries.len; i++)
		status = copy_entry(r->entries.data[i], to);
	for (size_t i = 0; !status && i < r->priorities.len; i++)
		to->priorities.data[to->priorities.len++] = r->priorities.data[i];
	return status;
}

/* Where the rules of nr begin, or would. */
static size_t find(const struct ruleset *r, int nr)
{
	size_t low = 0;
	size_t high = r->entries.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->entries.data[middle]->nr < nr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t ruleset_group(const struct ruleset *r, size_t from)
{
	size_t end = from;

	while (end < r->entries.len && r->entries.data[end]->nr == r->entries.data[from]->nr)
		end++;
	return end - from;
}

enum ruleset_answer ruleset_ask(const struct ruleset *r, const struct entry *e)
{
	enum ruleset_answer answer = RULESET_NEW;

	for (size_t i = find(r, e->nr); i < r->entries.len && r->entries.data[i]->nr == e->nr;
	     i++) {
		const struct entry *old = r->entries.data[i];
		bool is_same_action = action_equal(old->action, e->action);

		if (e->count && entry_begins(e, old) && !is_same_action)
			return RULESET_CLASH;
		if (entry_begins(old, e))
			answer = RULESET_COVERED;
	}
	return answer;
}

int ruleset_reserve(struct ruleset *r, size_t n)
{
	return vec_reserve(&r->entries, n);
}

void ruleset_add(struct ruleset *r, struct entry *e)
{
	size_t from = find(r, e->nr);
	size_t kept = from;
	size_t end = from;

	for (; end < r->entries.len && r->entries.data[end]->nr == e->nr; end++) {
		struct entry *old = r->entries.data[end];

		if (entry_begins(e, old))
			free(old);
		else
			r->entries.data[kept++] = old;
	}
	memmove(&r->entries.data[kept + 1], &r->entries.data[end],
		(r->entries.len - end) * sizeof(*r->entries.data));
	r->entries.data[kept] = e;
	r->entries.len -= end - kept;
	r->entries.len++;
}

int ruleset_set_priority(struct ruleset *r, int nr, uint8_t value)
{
	vec_for(priority, &r->priorities) {
		if (priority->nr == nr) {
			priority->value = value;
			return 0;
		}
	}
	return vec_push(&r->priorities, ((struct priority){ nr, value }));
}

uint8_t ruleset_priority(const struct ruleset *r, int nr)
{
	vec_for(priority, &r->priorities)
		if (priority->nr == nr)
			return priority->value;
	return 0;
}

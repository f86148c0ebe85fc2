/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls for which the same is to be done. */
#include "enforce/errand.h"

#include "base/cleanup.h"
#include "enforce/rank.h"

#include <errno.h>

/* By what becomes of the call, whatever its number. */
static int compare_meaning(const struct errand *a, const struct errand *b)
{
	int c = 0;

	if (a->rule_count != b->rule_count)
		return a->rule_count < b->rule_count ? -1 : 1;
	if (a->otherwise != b->otherwise)
		return a->otherwise < b->otherwise ? -1 : 1;
	for (size_t i = 0; !c && i < a->rule_count; i++)
		c = rule_compare_meaning(a->rules[i], b->rules[i]);
	return c;
}

/* Errands with one meaning stand together, in the order in which they came. */
static int by_meaning(const void *a, const void *b)
{
	const struct errand *x = *(const struct errand *const *)a;
	const struct errand *y = *(const struct errand *const *)b;
	int c = compare_meaning(x, y);

	return c ? c : (x > y) - (x < y);
}

static int add_group(struct errand_groups *g, const struct errand *first)
{
	struct errand group = *first;

	group.samples = NULL;
	group.sample_count = 0;
	return vec_push(&g->all, group);
}

/* first[i]: the first errand that means what errand i means. */
static int find_first(const struct errand *errands, size_t count, uint32_t *first)
{
	autofree const struct errand **sorted = calloc(count + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &errands[i];
	qsort(sorted, count, sizeof(*sorted), by_meaning);
	for (size_t i = 0, start = 0; i < count; i++) {
		if (compare_meaning(sorted[start], sorted[i]) != 0)
			start = i;
		first[sorted[i] - errands] = (uint32_t)(sorted[start] - errands);
	}
	return 0;
}

/* Copies the samples of each group's errands to one place. */
static int gather(struct errand_groups *g, const struct errand *errands, size_t count)
{
	size_t total = 0;
	int r;

	for (size_t i = 0; i < count; i++)
		total += errands[i].sample_count;
	r = vec_reserve(&g->samples, total + 1);
	for (uint32_t group = 0; !r && group < g->all.len; group++) {
		size_t start = g->samples.len;

		for (size_t i = 0; i < count; i++) {
			for (size_t j = 0; g->of[i] == group && j < errands[i].sample_count; j++)
				g->samples.data[g->samples.len++] = errands[i].samples[j];
		}
		g->all.data[group].samples = g->samples.data + start;
		g->all.data[group].sample_count = g->samples.len - start;
	}
	return r;
}

int errand_groups_init(struct errand_groups *g, const struct errand *errands, size_t count)
{
	autofree uint32_t *first = calloc(count + 1, sizeof(*first));
	int r = first ? find_first(errands, count, first) : -ENOMEM;

	*g = (struct errand_groups){ .of = calloc(count + 1, sizeof(*g->of)) };
	if (!g->of)
		r = -ENOMEM;
	for (size_t i = 0; !r && i < count; i++) {
		if (first[i] == i) {
			g->of[i] = (uint32_t)g->all.len;
			r = add_group(g, &errands[i]);
		} else {
			g->of[i] = g->of[first[i]];
		}
	}
	if (!r)
		r = gather(g, errands, count);
	if (r)
		errand_groups_fini(g);
	return r;
}

void errand_groups_fini(struct errand_groups *g)
{
	vec_fini(&g->all);
	vec_fini(&g->samples);
	free(g->of);
	*g = (struct errand_groups){ 0 };
}

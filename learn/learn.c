/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Observations in, policy out. */
#include "learn/learn.h"

#include "base/cleanup.h"
#include "learn/box.h"
#include "learn/chance.h"
#include "learn/check.h"
#include "learn/shape.h"
#include "policy/algebra.h"

#include <errno.h>
#include <string.h>

/* Observations call by call, and their executables by number. */
struct catalogue {
	const struct learn_options *options;
	const struct observation **sorted; /* by arch, nr; then as they came */
	uint32_t *exes;			   /* parallel to sorted: indices into names */
	const char **names;		   /* paths of the executables, sorted */
	size_t count, name_count;
};

static void catalogue_fini(struct catalogue *l)
{
	free(l->sorted);
	free(l->exes);
	free(l->names);
}

static size_t arch_index(const struct arch *arch)
{
	size_t i = 0;

	while (arches[i] && arches[i] != arch)
		i++;
	return i;
}

static int compare_calls(const void *left, const void *right)
{
	const struct observation *a = *(const struct observation *const *)left;
	const struct observation *b = *(const struct observation *const *)right;
	size_t x = arch_index(a->arch), y = arch_index(b->arch);

	if (x != y)
		return x < y ? -1 : 1;
	if (a->nr != b->nr)
		return a->nr < b->nr ? -1 : 1;
	return (a > b) - (a < b);
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int catalogue_init(struct catalogue *l, const struct observations *o,
			  const struct learn_options *options)
{
	size_t n = o->all.len, kept = 0;

	l->options = options;
	l->sorted = calloc(n + 1, sizeof(const struct observation *));
	l->exes = calloc(n + 1, sizeof(*l->exes));
	l->names = calloc(n + 1, sizeof(const char *));
	if (!l->sorted || !l->exes || !l->names)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		l->sorted[i] = &o->all.data[i];
		l->names[i] = o->all.data[i].exe;
	}
	qsort(l->sorted, n, sizeof(const struct observation *), compare_calls);
	qsort(l->names, n, sizeof(const char *), compare_names);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(l->names[kept - 1], l->names[i]) != 0)
			l->names[kept++] = l->names[i];
	l->count = n;
	l->name_count = kept;
	for (size_t i = 0; i < n; i++) {
		const char **hit = bsearch(&l->sorted[i]->exe, l->names, kept, sizeof(const char *),
					   compare_names);

		l->exes[i] = (uint32_t)(hit - l->names);
	}
	return 0;
}

/* "# ARG: ..." for every argument that has no condition because it had too many values. */
static int add_comment(struct rule *rule, const struct box *box, const struct signature *signature)
{
	autostr struct str s = { 0 };

	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		const char *name = signature->args[i].name;

		if (!box->cells[i].is_over || box->cells[i].has_condition)
			continue;
		if (s.len)
			str_putc(&s, '\n');
		str_putf(&s, "# %s: too many different values to list, so any is let through",
			 name ? name : "an argument");
	}
	if (!s.len)
		return 0;
	rule->comment = str_take(&s);
	return rule->comment ? 0 : -ENOMEM;
}

static int add_provenance(struct provenance *from, const struct box *box, const struct catalogue *l)
{
	from->weight = box->weight;
	from->runs = (uint32_t)set_size(&box->runs);
	vec_for(range, &box->exes.ranges) {
		for (uint64_t i = range->low; i <= range->high; i++) {
			char *name = strdup(l->names[i]);

			if (!name || vec_push(&from->exes, name)) {
				free(name);
				return -ENOMEM;
			}
		}
	}
	return 0;
}

static int add_rule(struct block *block, const struct sightings *s, const struct box *box,
		    const struct catalogue *l)
{
	struct cond *cond = NULL;
	struct rule *rule;
	int r = s->call ? box_cond(box, s->call->signature, &cond) : 0;

	if (r)
		return r;
	rule = block_add(block, s->nr, cond, (struct action){ ACTION_ALLOW, 0 });
	if (!rule)
		return -ENOMEM;
	r = add_provenance(&rule->from, box, l);
	return r || !s->call ? r : add_comment(rule, box, s->call->signature);
}

static struct rule *floor_rule(struct block *block, uint32_t nr)
{
	vec_for(rule, &block->rules) {
		if (rule->from.is_floor && rule->nr == nr)
			return rule;
	}
	return NULL;
}

/* The rules for one call: none where the floor has it, which then only learns how often. */
static int learn_call(struct block *block, const struct sightings *s, const struct catalogue *l)
{
	autoboxes struct boxes boxes = { 0 };
	struct rule *known = floor_rule(block, s->nr);

	if (known) {
		for (size_t i = 0; i < s->count; i++)
			known->from.weight += s->all[i]->count;
		return 0;
	}
	if (shape_boxes(s, l->options->level, &boxes) || boxes_merge(&boxes))
		return -ENOMEM;
	vec_for(box, &boxes.all) {
		if (add_rule(block, s, box, l))
			return -ENOMEM;
	}
	return 0;
}

static bool is_seen(const struct observations *o, const struct arch *arch, const char *name)
{
	const struct syscall *call = arch_syscall_named(arch, name);

	vec_for(seen, &o->all) {
		if (call && seen->arch == arch && seen->nr == call->nr)
			return true;
	}
	return false;
}

/* The block of an arch, which has the floor from the beginning. */
static struct block *block_of(struct policy *p, const struct observations *o,
			      const struct arch *arch, const struct learn_options *options)
{
	bool keep_clone3 = options->keep_clone3 && is_seen(o, arch, "clone3");
	struct block *block = policy_block(p, arch);

	if (block)
		return block;
	return learn_floor(p, arch, keep_clone3, NULL) ? NULL : policy_block(p, arch);
}

static int learn_calls(struct policy *p, const struct observations *o, const struct catalogue *l)
{
	for (size_t i = 0, n; i < l->count; i += n) {
		const struct arch *arch = l->sorted[i]->arch;
		uint32_t nr = l->sorted[i]->nr;
		struct block *block = block_of(p, o, arch, l->options);

		for (n = 1; i + n < l->count && l->sorted[i + n]->arch == arch &&
			    l->sorted[i + n]->nr == nr;
		     n++)
			;
		struct sightings s = { .arch = arch,
				       .nr = nr,
				       .call = arch_syscall(arch, nr),
				       .all = &l->sorted[i],
				       .exes = &l->exes[i],
				       .count = n };
		if (!block || learn_call(block, &s, l))
			return -ENOMEM;
	}
	return 0;
}

static int set_text(char **to, const char *from)
{
	char *copy = from ? strdup(from) : NULL;

	if (from && !copy)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

static int set_header(struct policy *p, const struct learn_options *options)
{
	unsigned enosys = ENOSYS;

	p->evidence = options->evidence;
	if (options->kernel) {
		arch_errno(arch_native(), "ENOSYS", &enosys);
		p->newer.version = options->kernel;
		p->newer.action = (struct action){ ACTION_ERRNO, (uint16_t)enosys };
	}
	return set_text(&p->app, options->app) ? -ENOMEM : set_text(&p->release, options->release);
}

/* Joins what an earlier profile admits; a NULL base leaves *p as it is. */
static int join_base(struct policy **p, const struct policy *base, struct err *e)
{
	struct policy *joined = NULL;
	int r = base ? policy_join(base, *p, &joined, e) : 0;

	if (r || !base)
		return r;
	policy_free(*p);
	*p = joined;
	return 0;
}

static int learn_observations(struct policy *p, const struct observations *o,
			      const struct learn_options *options, struct err *e)
{
	struct catalogue l = { 0 };
	int r = catalogue_init(&l, o, options);

	if (!r)
		r = learn_calls(p, o, &l);
	catalogue_fini(&l);
	if (r)
		return err_set(e, r, "out of memory");
	/* A program that was never seen to do anything still has to end. */
	return o->all.len ? 0 : learn_floor(p, arch_native(), options->keep_clone3, e);
}

int learn_policy(const struct observations *o, const struct learn_options *options,
		 struct policy **p, struct err *e)
{
	autopolicy struct policy *learned = policy_new();
	int r;

	if (!learned)
		return err_set(e, -ENOMEM, "out of memory");
	r = learn_observations(learned, o, options, e);
	if (!r && options->level != LEARN_EXACT && !options->without_chance)
		r = learn_chance(learned, o, e);
	if (!r)
		r = join_base(&learned, options->base, e);
	if (!r && set_header(learned, options))
		r = err_set(e, -ENOMEM, "out of memory");
	if (!r)
		r = check_admitted(learned, o, e);
	if (!r)
		*p = take(learned);
	return r;
}

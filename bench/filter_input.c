/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading what the filter benchmark compiles. */
#include "bench/filter_input.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "policy/text.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

enum { INPUT_MAX = 16 << 20 };

/* JSON has no unsigned integers: what does not fit a json_int_t comes as a real. */
static uint64_t number(const json_t *json)
{
	if (json_is_real(json))
		return json_real_value(json) >= 18446744073709551615.0
			       ? UINT64_MAX
			       : (uint64_t)json_real_value(json);
	return (uint64_t)json_integer_value(json);
}

static struct cond *read_test(const json_t *json)
{
	const char *op = json_string_value(json_object_get(json, "op"));
	const json_t *values = json_object_get(json, "values");
	size_t count = json_array_size(values);
	autofree struct range *ranges = calloc(count + 1, sizeof(*ranges));
	struct test t = { .bits = 64, .is_raw = true, .op = OP_IN, .mask = UINT64_MAX };

	if (!op || !ranges || !count)
		return NULL;
	t.arg = (uint8_t)number(json_object_get(json, "arg"));
	t.ranges = ranges;
	t.range_count = count;
	for (size_t i = 0; i < count; i++)
		ranges[i].low = ranges[i].high = number(json_array_get(values, i));
	if (strcmp(op, "range") == 0) {
		ranges[0].high = ranges[1].low;
		t.range_count = 1;
	} else if (strcmp(op, "meq") == 0) {
		t.op = OP_EQ;
		t.mask = ranges[0].low;
		t.value = ranges[1].low;
	}
	return cond_test(t);
}

static struct cond *read_cond(const json_t *any_of)
{
	struct cond *any = cond_bool(false);
	const json_t *all, *test;
	size_t i, j;

	json_array_foreach(any_of, i, all)
	{
		struct cond *each = cond_bool(true);

		json_array_foreach(all, j, test)
		{
			each = cond_and(each, read_test(test));
		}
		any = cond_or(any, each);
	}
	return any;
}

static int read_rules(const json_t *rules, struct block *block)
{
	const json_t *rule;
	size_t i;

	json_array_foreach(rules, i, rule)
	{
		const json_t *any_of = json_object_get(rule, "any_of");
		uint32_t nr = (uint32_t)number(json_object_get(rule, "nr"));
		struct cond *cond = json_is_array(any_of) ? read_cond(any_of) : NULL;

		if ((json_is_array(any_of) && !cond) ||
		    !block_add(block, nr, cond, (struct action){ ACTION_ALLOW, 0 }))
			return -ENOMEM;
	}
	return 0;
}

static int read_calls(const json_t *calls, const struct arch *arch, struct samples *samples)
{
	const json_t *call;
	size_t i;

	json_array_foreach(calls, i, call)
	{
		struct sample s = { .arch = arch };

		s.nr = (uint32_t)number(json_object_get(call, "nr"));
		s.weight = (double)number(json_object_get(call, "count"));
		for (size_t j = 0; j < SYSCALL_ARGS; j++)
			s.args[j] = number(json_array_get(json_object_get(call, "args"), j));
		if (vec_push(&samples->all, s))
			return -ENOMEM;
	}
	return 0;
}

static int read_json(const char *text, size_t len, const char *path, struct input *in,
		     struct err *e)
{
	const struct arch *arch = arch_by_name("x86_64");
	json_error_t error;
	json_t *json = json_loadb(text, len, 0, &error);
	int r = -ENOMEM;

	/* Integers above 2^63 are no JSON integers for the parser: read them as reals. */
	if (!json)
		json = json_loadb(text, len, JSON_DECODE_INT_AS_REAL, &error);
	if (!json)
		return err_set(e, -EINVAL, "%s:%d: %s", path, error.line, error.text);
	in->policy = policy_new();
	struct block *block = in->policy ? policy_add_block(in->policy, arch) : NULL;
	if (block)
		r = read_rules(json_object_get(json, "rules"), block);
	if (!r)
		r = read_calls(json_object_get(json, "calls"), arch, &in->samples);
	json_decref(json);
	return r ? err_set(e, r, "out of memory") : 0;
}

int input_read(const char *path, struct input *in, struct err *e)
{
	autofree char *text = NULL;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	size_t len;
	int r = file_read(path, INPUT_MAX, &text, &len, e);

	if (r)
		return r;
	*in = (struct input){ 0 };
	in->name = strndup(name, dot ? (size_t)(dot - name) : strlen(name));
	if (dot && strcmp(dot, ".json") == 0)
		r = read_json(text, len, path, in, e);
	else
		r = policy_parse(text, len, path, &in->policy, e);
	if (!r && !in->samples.all.len && samples_add_policy(&in->samples, in->policy))
		r = err_set(e, -ENOMEM, "out of memory");
	if (r)
		input_fini(in);
	return r;
}

void input_fini(struct input *in)
{
	free(in->name);
	policy_free(in->policy);
	samples_fini(&in->samples);
	*in = (struct input){ 0 };
}

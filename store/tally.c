/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counting tuples: the path that every recorded syscall takes. */
#include "store/tally.h"

#include "base/cleanup.h"
#include "store/fold.h"
#include "store/indirect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { STACK_MAX = 16384 }; /* bytes of a backtrace that are kept */

/* A tuple's identity as bytes: no padding, so that it can be hashed and compared whole. */
struct tuple_key {
	const struct arch *arch;
	uint32_t exe, nr;
	uint32_t is_capped; /* the one that takes everything past the cap */
	uint8_t kinds[SYSCALL_ARGS], classes[SYSCALL_ARGS];
	uint64_t values[SYSCALL_ARGS];
};
_Static_assert(sizeof(struct tuple_key) == 8 + 4 + 4 + 4 + 6 + 6 + 48, "no padding");

struct call_key {
	const struct arch *arch;
	uint32_t exe, nr;
};
_Static_assert(sizeof(struct call_key) == 16, "no padding");

/* What is known of an (exe, arch, nr). */
struct call_tuples {
	uint32_t count, unknown;
};

/* An event and what it folds to. */
struct look {
	const struct event *event;
	const struct syscall *call; /* NULL: a number that no table has */
	const struct signature *signature;
	struct folded args[SYSCALL_ARGS];
};

int tally_init(struct tally *t, struct err *e)
{
	*t = (struct tally){ 0 };
	if (getrandom(t->seed, sizeof(t->seed), 0) != sizeof(t->seed))
		return err_sys(e, -errno, "no random numbers");
	return 0;
}

static void tuple_free(struct tuple *tuple)
{
	vec_for(text, &tuple->texts)
		free(text->bytes);
	vec_fini(&tuple->texts);
	free(tuple->stack);
	free(tuple);
}

void tally_fini(struct tally *t)
{
	const struct map_entry *entry;

	vec_for(tuple, &t->all)
		tuple_free(*tuple);
	for (size_t at = 0; (entry = map_next(&t->calls, &at));)
		free(entry->value);
	vec_fini(&t->all);
	vec_fini(&t->changed);
	map_fini(&t->tuples);
	map_fini(&t->calls);
	map_fini(&t->names);
	str_fini(&t->scratch);
	*t = (struct tally){ 0 };
}

/* Is a selector among the arguments whose values have no names, and so no known number? */
static bool has_unknown_selector(const struct signature *s)
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		if ((s->args[i].class == ARG_SELECTOR || s->args[i].class == ARG_FLAGS) &&
		    s->args[i].group == 0)
			return true;
	return false;
}

static void key_fill(struct tuple_key *key, const struct look *look)
{
	key->arch = look->event->arch;
	key->exe = look->event->process->exe->number;
	key->nr = look->event->nr;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		const struct folded *f = &look->args[i];

		key->kinds[i] = (uint8_t)f->kind;
		key->classes[i] = (uint8_t)f->class;
		key->values[i] = f->kind == FOLD_VALUE ? f->low : 0;
	}
}

static int mark_changed(struct tally *t, struct tuple *tuple)
{
	if (tuple->is_changed)
		return 0;
	tuple->is_changed = true;
	t->changes++;
	return vec_push(&t->changed, tuple);
}

/* The backtrace of the first call; NULL where there is none, which is no failure. */
static char *read_stack(struct tally *t, const struct event *event)
{
	autostr struct str s = { 0 };

	if (!event->probe || !event->probe->stack || t->text_bytes >= TALLY_TEXT_BYTES ||
	    event->probe->stack(event, &s) || !s.len)
		return NULL;
	if (s.len > STACK_MAX)
		s.data[s.len = STACK_MAX] = 0;
	t->text_bytes += s.len;
	return str_take(&s);
}

/* A new tuple, owned by t->all. */
static struct tuple *tuple_new(struct tally *t, const struct tuple_key *key,
			       const struct look *look)
{
	const struct event *event = look->event;
	struct tuple *tuple;

	if (vec_reserve(&t->all, 1) || !(tuple = calloc(1, sizeof(*tuple))))
		return NULL;
	if (map_put(&t->tuples, key, sizeof(*key), tuple)) {
		free(tuple);
		return NULL;
	}
	tuple->number = (uint32_t)t->all.len;
	t->all.data[t->all.len++] = tuple;
	tuple->exe = key->exe;
	tuple->arch = event->arch;
	tuple->nr = event->nr;
	memcpy(tuple->args, look->args, sizeof(tuple->args));
	tuple->first = tuple->last = (int64_t)event->time;
	tuple->is_capped = tuple->is_past_cap = key->is_capped;
	tuple->is_indirect = look->call && call_is_indirect(look->call);
	tuple->stack = read_stack(t, event);
	t->last_new = tuple->first;
	return tuple;
}

/*
 * Remembers a call that was not seen yet. NULL: out of memory, or (t->missed says so) past the
 * bounds of a run: numbers that no kernel has are no behaviour worth a million rows.
 */
static struct call_tuples *call_new(struct tally *t, const struct call_key *key, bool is_known)
{
	struct call_key name = { key->arch, 0, key->nr };
	struct call_tuples *call = calloc(1, sizeof(*call));

	if (!call || map_put(&t->names, &name, sizeof(name), t) ||
	    map_put(&t->calls, key, sizeof(*key), call)) {
		free(call);
		return NULL;
	}
	t->unknown_calls += !is_known;
	return call;
}

static bool has_room_for_call(const struct tally *t, bool is_known)
{
	return t->all.len < TALLY_ALL_TUPLES &&
	       (is_known || t->unknown_calls < TALLY_UNKNOWN_CALLS);
}

static bool has_room(const struct tally *t, const struct call_tuples *call, bool is_unknown)
{
	if (t->all.len >= TALLY_ALL_TUPLES || call->count >= TALLY_TUPLES)
		return false;
	return !is_unknown || call->unknown < TALLY_UNKNOWN_TUPLES;
}

/*
 * The tuple for a key that was not there: a new one, or the one that takes all past the cap. *out
 * stays NULL where the run has no room for another call.
 */
static int tuple_add(struct tally *t, const struct tuple_key *key, const struct look *look,
		     struct tuple **out)
{
	struct call_key name = { key->arch, key->exe, key->nr };
	struct tuple_key capped = { key->arch, key->exe, key->nr, .is_capped = 1 };
	bool is_unknown = has_unknown_selector(look->signature);
	struct call_tuples *call = map_get(&t->calls, &name, sizeof(name));

	if (!call) {
		if (!has_room_for_call(t, look->call))
			return 0;
		call = call_new(t, &name, look->call);
		if (!call)
			return -ENOMEM;
	}
	if (has_room(t, call, is_unknown)) {
		*out = tuple_new(t, key, look);
		call->count++;
		call->unknown += is_unknown;
		return *out ? 0 : -ENOMEM;
	}
	/* At most one for each call, and so the tally stays bounded. */
	*out = map_get(&t->tuples, &capped, sizeof(capped));
	if (!*out)
		*out = tuple_new(t, &capped, look);
	return *out ? 0 : -ENOMEM;
}

/* Should this call's strings be read? Reading one costs as much as half of the stop itself. */
static bool wants_texts(const struct tally *t, struct tuple *tuple, const struct event *event)
{
	if (!event->probe || !event->probe->text)
		return false;
	if (tuple->texts.len >= TALLY_TEXTS || t->text_bytes >= TALLY_TEXT_BYTES) {
		tuple->is_capped = true;
		return false;
	}
	if (tuple->quiet < TALLY_READS)
		return true;
	tuple->is_sampled = true;
	return tuple->count % TALLY_SAMPLE == 0;
}

/* Counts the text in t->scratch as one that the tuple's argument named. */
static int text_count(struct tally *t, struct tuple *tuple, unsigned arg)
{
	const struct str *s = &t->scratch;
	struct tuple_text new = {
		.hash = { hash_bytes(str_text(s), s->len, t->seed[0]),
			  hash_bytes(str_text(s), s->len, t->seed[1]) },
		.count = 1,
		.len = (uint32_t)s->len,
		.arg = (uint8_t)arg,
		.is_changed = true,
	};

	vec_for(text, &tuple->texts) {
		if (memcmp(text->hash, new.hash, sizeof(new.hash)) == 0 && text->arg == arg) {
			text->count++;
			text->is_changed = true;
			if (tuple->quiet < TALLY_READS)
				tuple->quiet++;
			return 0;
		}
	}
	if (tuple->texts.len >= TALLY_TEXTS) {
		tuple->is_capped = true;
		return 0;
	}
	new.bytes = malloc(s->len + 1);
	if (s->failed || !new.bytes || vec_push(&tuple->texts, new)) {
		free(new.bytes);
		return -ENOMEM;
	}
	memcpy(new.bytes, str_text(s), s->len + 1);
	t->text_bytes += s->len;
	t->changes++;
	tuple->quiet = 0;
	return 0;
}

static bool is_textual(const struct folded *f)
{
	return f->kind == FOLD_ANY &&
	       (f->class == ARG_PATH || f->class == ARG_SOCKADDR || f->class == ARG_ARGV);
}

static int read_texts(struct tally *t, struct tuple *tuple, const struct look *look)
{
	int r = 0;

	for (unsigned i = 0; !r && i < SYSCALL_ARGS; i++) {
		if (!is_textual(&look->args[i]))
			continue;
		if (!wants_texts(t, tuple, look->event))
			return 0;
		str_clear(&t->scratch);
		r = look->event->probe->text(look->event, i, look->args[i].class, &t->scratch);
		/* What cannot be read names nothing: the kernel will say EFAULT, too. */
		r = r && r != -ENAMETOOLONG ? 0 : text_count(t, tuple, i);
	}
	return r;
}

/* The same for the arguments that socketcall and ipc take from memory. */
static int read_indirect(struct tally *t, struct tuple *tuple, const struct look *look)
{
	if (!wants_texts(t, tuple, look->event) || !look->event->probe->words)
		return 0;
	str_clear(&t->scratch);
	int arg = indirect_print(look->event, look->call, &t->scratch);
	return arg < 0 ? 0 : text_count(t, tuple, (unsigned)arg);
}

static void look_at(struct look *look, const struct event *event)
{
	static const struct signature none;

	look->event = event;
	look->call = arch_syscall(event->arch, event->nr);
	look->signature = look->call ? syscall_signature_seen(event->arch, look->call, event->args,
							      event->unknown)
				     : &none;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		const struct arg *arg = &look->signature->args[i];

		look->args[i] =
			event->unknown & 1u << i
				? fold_unknown(arg)
				: fold_arg(arg, event->args[i], event->process->pid, event->tid);
	}
}

static void count(struct tuple *tuple, const struct look *look)
{
	tuple->count++;
	tuple->last = (int64_t)look->event->time;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		if (tuple->is_past_cap)
			folded_join(&tuple->args[i], &look->args[i]);
		else if (look->args[i].kind == FOLD_RANGE)
			folded_widen(&tuple->args[i], &look->args[i]);
	}
}

int tally_event(struct tally *t, const struct event *event)
{
	struct tuple_key key = { 0 };
	struct tuple *tuple;
	struct look look;
	int r = 0;

	look_at(&look, event);
	key_fill(&key, &look);
	t->events++;
	tuple = map_get(&t->tuples, &key, sizeof(key));
	if (!tuple)
		r = tuple_add(t, &key, &look, &tuple);
	if (r)
		return r;
	if (!tuple) {
		t->missed++;
		return 0;
	}
	count(tuple, &look);
	r = mark_changed(t, tuple);
	if (!r)
		r = tuple->is_indirect ? read_indirect(t, tuple, &look)
				       : read_texts(t, tuple, &look);
	return r;
}

void tally_settle(struct tally *t)
{
	vec_for(at, &t->changed) {
		struct tuple *tuple = *at;

		tuple->is_changed = false;
		tuple->is_written = true;
		free(take(tuple->stack));
		vec_for(text, &tuple->texts) {
			text->is_changed = false;
			free(take(text->bytes));
		}
	}
	t->changed.len = 0;
	t->changes = 0;
}

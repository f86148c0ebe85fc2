/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run being recorded: events into the tally, the tally into the database. */
#include "base/cleanup.h"
#include "store/fold.h"
#include "store/internal.h"
#include "store/lineage.h"
#include "store/lock.h"
#include "store/tally.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

enum {
	FLUSH_CHANGES = 4096,	  /* so many unwritten rows, or ... */
	FLUSH_MS = 250,		  /* ... so much time: what a kill can lose */
	PATIENCE_MS = 50,	  /* for another writer, while the recorded program waits for us */
	PATIENCE_LAST_MS = 60000, /* at the end, when nobody does */
};

/* What is known of an exe->number. The back end's own struct is gone when the last flush is due. */
struct known_exe {
	char *path, *id; /* NULL: not seen yet */
};

struct recorder {
	struct store *store;
	int64_t run;
	char uuid[37];
	int lock;
	int64_t start;	 /* nanoseconds since 1970 */
	int64_t flushed; /* when it last was */
	int64_t seen;	 /* time of the last event or tick */
	bool is_past;	 /* it is told of afterwards: events bear the time */
	bool is_waiting; /* for another writer, at the last try */
	struct tally tally;
	struct lineage lineage;
	vec_of(struct known_exe) exes; /* by number */
	uint64_t lost;		       /* of exes past EXES_MAX */
	struct str scratch;
	struct err error;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int insert_run(struct recorder *r, const struct run_start *start, struct err *e)
{
	struct utsname kernel;
	int code = db_begin(r->store->db, e);

	if (code)
		return code;
	if (uname(&kernel))
		strcpy(kernel.release, "");
	code = db_run(r->store->db, SQL_RUN_INSERT, e, value_text(r->uuid), value_text(start->app),
		      value_text(or_empty(start->release)), value_text(start->backend),
		      value_text(or_empty(start->command)), value_text(or_empty(start->known)),
		      value_text(kernel.release), value_text(arch_native()->name),
		      value_integer(r->start));
	r->run = db_last_id(r->store->db);
	if (!code)
		return db_commit(r->store->db, e);
	db_rollback(r->store->db);
	return code;
}

int recorder_open(struct store *s, const struct run_start *start, struct recorder **out,
		  struct err *e)
{
	struct recorder *r = calloc(1, sizeof(*r));
	int code;

	if (!r)
		return err_set(e, -ENOMEM, "out of memory");
	r->store = s;
	r->lock = -1;
	r->start = r->flushed = r->seen = now();
	r->is_past = start->start;
	if (r->is_past)
		r->start = r->seen = start->start;
	code = uuid_make(r->uuid, e);
	if (!code)
		code = tally_init(&r->tally, e);
	/* First the lock: a run without one would read as truncated at once. */
	if (!code)
		code = lock_take(s->path, r->uuid, &r->lock, e);
	if (!code)
		code = insert_run(r, start, e);
	if (code) {
		recorder_abandon(r);
		return code;
	}
	*out = r;
	return 0;
}

void recorder_abandon(struct recorder *r)
{
	if (!r)
		return;
	/* The file stays, unlocked, until whoever marks the run truncated removes it. */
	if (r->lock >= 0)
		close(r->lock);
	tally_fini(&r->tally);
	lineage_fini(&r->lineage);
	vec_for(exe, &r->exes) {
		free(exe->path);
		free(exe->id);
	}
	vec_fini(&r->exes);
	str_fini(&r->scratch);
	free(r);
}

/* Keeps what a number means; a program that executes ever new files ends up in the losses. */
static int know_exe(struct recorder *r, const struct exe *exe)
{
	struct known_exe *known;

	while (r->exes.len <= exe->number)
		if (!vec_add(&r->exes))
			return -ENOMEM;
	known = &r->exes.data[exe->number];
	known->path = strdup(exe->path);
	known->id = strdup(or_empty(exe->id));
	return known->path && known->id ? 0 : -ENOMEM;
}

static bool is_known(const struct recorder *r, const struct exe *exe)
{
	return exe->number < r->exes.len && r->exes.data[exe->number].path;
}

/* The row of an exe, made where there is none. */
static int exe_row(struct recorder *r, uint32_t number, int64_t *row)
{
	const struct known_exe *exe = &r->exes.data[number];
	struct db *db = r->store->db;
	int code =
		db_run(db, SQL_EXE_INSERT, &r->error, value_text(exe->path), value_text(exe->id));

	*row = 0;
	return code ? code
		    : db_integer(db, SQL_EXE_FIND, row, &r->error, value_text(exe->path),
				 value_text(exe->id));
}

/* An argument as its column takes it; text holds what does not fit an integer. */
static struct value arg_value(const struct folded *f, char text[FOLD_TEXT_MAX])
{
	if (f->kind == FOLD_NONE)
		return value_null();
	if (f->kind == FOLD_VALUE)
		return value_integer((int64_t)f->low);
	folded_print(f, text);
	return value_text(text);
}

static int write_tuple(struct recorder *r, const struct tuple *t)
{
	char text[SYSCALL_ARGS][FOLD_TEXT_MAX];
	struct value a[SYSCALL_ARGS];
	struct db *db = r->store->db;
	int64_t exe = 0;
	int code = t->is_written ? 0 : exe_row(r, t->exe, &exe);

	if (code)
		return code;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		a[i] = arg_value(&t->args[i], text[i]);
	str_clear(&r->scratch);
	fold_classes_print(t->args, &r->scratch);
	if (t->is_written)
		return db_run(db, SQL_OBSERVATION_UPDATE, &r->error, value_integer(r->run),
			      value_integer(t->number), value_text(str_text(&r->scratch)), a[0],
			      a[1], a[2], a[3], a[4], a[5], value_integer((int64_t)t->count),
			      value_integer(t->last), value_integer(t->is_capped),
			      value_integer(t->is_sampled));
	return db_run(db, SQL_OBSERVATION_INSERT, &r->error, value_integer(r->run),
		      value_integer(t->number), value_integer(exe), value_text(t->arch->name),
		      value_integer(t->nr), value_text(str_text(&r->scratch)), a[0], a[1], a[2],
		      a[3], a[4], a[5], value_integer((int64_t)t->count), value_integer(t->first),
		      value_integer(t->last), value_integer(t->is_capped),
		      value_integer(t->is_sampled), value_integer((int64_t)t->process),
		      value_integer(t->image));
}

static int write_texts(struct recorder *r, const struct tuple *t)
{
	struct db *db = r->store->db;
	int code = 0;

	for (size_t i = 0; !code && i < t->texts.len; i++) {
		const struct tuple_text *text = &t->texts.data[i];

		if (!text->is_changed)
			continue;
		if (text->bytes)
			code = db_run(db, SQL_TEXT_INSERT, &r->error, value_integer(r->run),
				      value_integer(t->number), value_integer((int64_t)i),
				      value_integer(text->arg), value_bytes(text->bytes, text->len),
				      value_integer((int64_t)text->count));
		else
			code = db_run(db, SQL_TEXT_UPDATE, &r->error, value_integer(r->run),
				      value_integer(t->number), value_integer((int64_t)i),
				      value_integer((int64_t)text->count));
	}
	if (!code && t->stack && !t->is_written)
		code = db_run(db, SQL_STACK_INSERT, &r->error, value_integer(r->run),
			      value_integer(t->number), value_text(t->stack));
	return code;
}

static int write_image(struct recorder *r, const struct image *i)
{
	struct value finish = i->finish ? value_integer(i->finish) : value_null();
	struct value status = i->finish ? value_integer(i->status) : value_null();
	struct value argv = value_bytes(i->argv, i->argv_len);
	struct db *db = r->store->db;
	int64_t exe = 0;
	int code = exe_row(r, i->exe, &exe);

	if (code)
		return code;
	if (i->is_written)
		return db_run(db, SQL_PROCESS_UPDATE, &r->error, value_integer(r->run),
			      value_integer((int64_t)i->process), value_integer(i->number),
			      value_integer(exe), i->argv ? argv : value_null(), finish, status);
	return db_run(db, SQL_PROCESS_INSERT, &r->error, value_integer(r->run),
		      value_integer((int64_t)i->process), value_integer(i->number),
		      value_integer((int64_t)i->parent), value_integer(i->pid), value_integer(exe),
		      argv, value_integer(i->start), finish, status);
}

static int write_run(struct recorder *r)
{
	return db_run(r->store->db, SQL_RUN_PROGRESS, &r->error, value_integer(r->run),
		      value_integer(r->seen > r->start ? r->seen - r->start : 0),
		      value_integer((int64_t)r->tally.events),
		      value_integer((int64_t)(r->tally.missed + r->lost)),
		      value_integer((int64_t)r->tally.all.len),
		      value_integer((int64_t)r->lineage.started));
}

static int write_changes(struct recorder *r)
{
	int code = write_run(r);

	for (size_t i = 0; !code && i < r->lineage.changed.len; i++)
		code = write_image(r, r->lineage.changed.data[i]);
	for (size_t i = 0; !code && i < r->tally.changed.len; i++) {
		code = write_tuple(r, r->tally.changed.data[i]);
		if (!code)
			code = write_texts(r, r->tally.changed.data[i]);
	}
	return code;
}

/* The end of a run as it is stored. */
struct ending {
	enum run_state state;
	const char *reason;
	int status;
	uint64_t lost;
};

/*
 * Writes everything that has changed in one transaction, with the final state where there is one.
 * -EBUSY leaves it all in memory for another time.
 */
static int flush(struct recorder *r, const struct ending *ending)
{
	struct db *db = r->store->db;
	int code = db_begin(db, &r->error);

	if (code)
		return code;
	code = write_changes(r);
	if (!code && ending)
		code = db_run(db, SQL_RUN_FINISH, &r->error, value_integer(r->run),
			      value_text(run_state_name(ending->state)), value_text(ending->reason),
			      value_integer(ending->status), value_integer((int64_t)ending->lost));
	if (code)
		db_rollback(db);
	else
		code = db_commit(db, &r->error);
	if (code)
		return code;
	tally_settle(&r->tally);
	lineage_settle(&r->lineage);
	return 0;
}

/*
 * Flushes when it is time. Another writer is waited for only shortly, since the recorded program
 * stands still meanwhile: what could not be written stays in memory until the next time.
 */
static int flush_if_due(struct recorder *r)
{
	bool is_full = r->tally.changes + r->lineage.changed.len >= FLUSH_CHANGES;
	int code;

	if (r->seen - r->flushed < FLUSH_MS * 1000000LL && (!is_full || r->is_waiting))
		return 0;
	r->flushed = r->seen;
	db_set_patience(r->store->db, PATIENCE_MS);
	code = flush(r, NULL);
	db_set_patience(r->store->db, -1);
	r->is_waiting = code == -EBUSY;
	return r->is_waiting ? 0 : code;
}

static int take_event(struct recorder *r, const struct event *event)
{
	const struct exe *exe = event->process->exe;
	size_t tuples = r->tally.all.len;
	int code;

	if (!is_known(r, exe)) {
		if (exe->number >= EXES_MAX) {
			r->lost += event->kind == EVENT_SYSCALL;
			return 0;
		}
		code = know_exe(r, exe);
		if (code)
			return code;
	}
	if (event->kind != EVENT_SYSCALL)
		return lineage_event(&r->lineage, event);
	code = tally_event(&r->tally, event);
	if (!code && r->tally.all.len > tuples) {
		struct tuple *tuple = r->tally.all.data[tuples];
		struct origin origin = lineage_origin(&r->lineage, event->process->number);

		tuple->process = origin.process;
		tuple->image = origin.image;
	}
	return code;
}

int recorder_event(void *recorder, const struct event *event)
{
	struct recorder *r = recorder;
	int code;

	if (!r->is_past || (int64_t)event->time > r->seen)
		r->seen = (int64_t)event->time;
	code = take_event(r, event);
	if (code)
		return err_sys(&r->error, code, "folding a syscall");
	return flush_if_due(r);
}

int recorder_tick(void *recorder)
{
	struct recorder *r = recorder;

	r->seen = now();
	return flush_if_due(r);
}

void recorder_figures(const struct recorder *r, struct recorder_figures *figures)
{
	*figures = (struct recorder_figures){
		.calls = r->tally.events,
		.distinct_calls = r->tally.names.count,
		.distinct_tuples = r->tally.all.len,
		.last_new = r->tally.last_new,
		.processes = r->lineage.alive,
	};
}

int recorder_close(struct recorder *r, enum run_state state, const char *reason, int status,
		   uint64_t lost, struct err *e)
{
	uint64_t missed = r->tally.missed + r->lost;
	struct ending ending = { state, or_empty(reason), status, lost + missed };
	autofree char *text = NULL;
	int code;

	/* What did not fit is as lost as what never came, and says so. */
	if (missed && state != RUN_TRUNCATED)
		ending.state = RUN_LOSSY;
	if (missed && asprintf(&text, "%s%s%" PRIu64 " calls were past the bounds of a run",
			       ending.reason, *ending.reason ? "; " : "", missed) > 0)
		ending.reason = text;
	if (!r->is_past)
		r->seen = now();
	db_set_patience(r->store->db, PATIENCE_LAST_MS);
	code = flush(r, &ending);
	db_set_patience(r->store->db, -1);
	if (code && e)
		*e = r->error;
	if (!code) {
		lock_release(r->store->path, r->uuid, r->lock);
		r->lock = -1;
	}
	recorder_abandon(r);
	return code;
}

int64_t recorder_run(const struct recorder *r)
{
	return r->run;
}

const struct err *recorder_error(const struct recorder *r)
{
	return &r->error;
}

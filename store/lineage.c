/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes of a run: see lineage.h. */
#include "store/lineage.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>

static void image_free(struct image *image)
{
	free(image->argv);
	free(image);
}

void lineage_fini(struct lineage *l)
{
	const struct map_entry *entry;

	/* An image that is both live and changed goes once: with the live ones. */
	vec_for(image, &l->changed)
		if ((*image)->finish)
			image_free(*image);
	for (size_t at = 0; (entry = map_next(&l->live, &at));)
		image_free(entry->value);
	vec_fini(&l->changed);
	map_fini(&l->live);
	*l = (struct lineage){ 0 };
}

static int mark_changed(struct lineage *l, struct image *image)
{
	if (image->is_changed)
		return 0;
	if (vec_push(&l->changed, image))
		return -ENOMEM;
	image->is_changed = true;
	return 0;
}

static struct image *live(const struct lineage *l, uint64_t process)
{
	return map_get(&l->live, &process, sizeof(process));
}

/* The command line, which stands in memory only at the exec itself. */
static void read_argv(struct image *image, const struct event *event)
{
	autostr struct str s = { 0 };
	int r = -ENODATA;

	if (event->probe && event->probe->text)
		r = event->probe->text(event, 0, ARG_ARGV, &s);
	if ((r && r != -ENAMETOOLONG) || s.failed || !s.len)
		return;
	free(image->argv);
	image->argv_len = (uint32_t)s.len;
	image->argv = str_take(&s);
	if (!image->argv)
		image->argv_len = 0;
}

/* Begins the image `number` of the event's process. */
static int begin(struct lineage *l, const struct event *event, uint32_t number)
{
	const struct process *p = event->process;
	struct image *image;

	if (l->rows >= LINEAGE_ROWS)
		return 0;
	image = calloc(1, sizeof(*image));
	if (!image || map_put(&l->live, &p->number, sizeof(p->number), image)) {
		free(image);
		return -ENOMEM;
	}
	l->rows++;
	image->process = p->number;
	image->parent = p->parent;
	image->number = number;
	image->pid = p->pid;
	image->exe = p->exe->number;
	image->start = (int64_t)event->time;
	image->status = -1;
	image->has_executed = number || event->kind == EVENT_EXEC || p->number == p->parent;
	image->origin = image->has_executed ? (struct origin){ p->number, number }
					    : lineage_origin(l, p->parent);
	if (image->has_executed)
		read_argv(image, event);
	return mark_changed(l, image);
}

static int end(struct lineage *l, struct image *image, int64_t time, int status)
{
	map_remove(&l->live, &image->process, sizeof(image->process));
	image->finish = time > 0 ? time : 1;
	image->status = status;
	if (mark_changed(l, image) == 0)
		return 0;
	image_free(image);
	return -ENOMEM;
}

static int on_exec(struct lineage *l, const struct event *event)
{
	struct image *image = live(l, event->process->number);

	if (!image)
		return 0; /* past the cap */
	if (image->has_executed) {
		uint32_t next = image->number + 1;
		int r = end(l, image, (int64_t)event->time, -1);

		return r ? r : begin(l, event, next);
	}
	/* The first exec after a fork: until then it was but its parent's copy. */
	image->has_executed = true;
	image->origin = (struct origin){ image->process, image->number };
	image->exe = event->process->exe->number;
	read_argv(image, event);
	return mark_changed(l, image);
}

int lineage_event(struct lineage *l, const struct event *event)
{
	struct image *image;

	switch (event->kind) {
	case EVENT_START:
		if (live(l, event->process->number))
			return 0; /* told twice */
		l->alive++;
		l->started++;
		return begin(l, event, 0);
	case EVENT_EXEC:
		return on_exec(l, event);
	case EVENT_EXIT:
		l->alive -= l->alive > 0;
		image = live(l, event->process->number);
		return image ? end(l, image, (int64_t)event->time, event->status) : 0;
	case EVENT_SYSCALL:
		break;
	}
	return 0;
}

struct origin lineage_origin(const struct lineage *l, uint64_t process)
{
	const struct image *image = live(l, process);

	return image ? image->origin : (struct origin){ process, 0 };
}

void lineage_settle(struct lineage *l)
{
	vec_for(at, &l->changed) {
		struct image *image = *at;

		image->is_changed = false;
		image->is_written = true;
		free(take(image->argv));
		if (image->finish)
			image_free(image);
	}
	l->changed.len = 0;
}

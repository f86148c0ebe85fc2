/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two hash tables and a little bookkeeping. */
#include "tracer/tree.h"

#include <stdlib.h>

void tree_fini(struct tree *tree)
{
	const struct map_entry *e;

	for (size_t at = 0; (e = map_next(&tree->threads, &at));)
		free(e->value);
	for (size_t at = 0; (e = map_next(&tree->groups, &at));)
		free(e->value);
	map_fini(&tree->threads);
	map_fini(&tree->groups);
	*tree = (struct tree){ 0 };
}

struct thread *tree_thread(struct tree *tree, pid_t tid)
{
	if (!tree->last || tree->last->tid != tid)
		tree->last = map_get(&tree->threads, &tid, sizeof(tid));
	return tree->last;
}

struct group *tree_group(struct tree *tree, pid_t pid)
{
	return map_get(&tree->groups, &pid, sizeof(pid));
}

struct thread *tree_add_thread(struct tree *tree, pid_t tid)
{
	struct thread *thread = calloc(1, sizeof(*thread));

	if (!thread)
		return NULL;
	thread->tid = tid;
	if (map_put(&tree->threads, &tid, sizeof(tid), thread)) {
		free(thread);
		return NULL;
	}
	tree->held++;
	return thread;
}

struct group *tree_add_group(struct tree *tree, pid_t pid, const struct group *parent)
{
	struct group *group = calloc(1, sizeof(*group));

	if (!group)
		return NULL;
	group->process.number = TREE_FIRST + tree->made++;
	group->process.parent = parent ? parent->process.number : group->process.number;
	group->process.pid = pid;
	group->process.exe = parent ? parent->process.exe : NULL;
	if (map_put(&tree->groups, &pid, sizeof(pid), group)) {
		free(group);
		return NULL;
	}
	return group;
}

void tree_set_gone(struct tree *tree, struct thread *thread, bool is_gone)
{
	tree->held += (uint32_t)thread->is_gone - (uint32_t)is_gone;
	thread->is_gone = is_gone;
}

void tree_join(struct tree *tree, struct thread *thread, struct group *group)
{
	thread->group = group;
	group->threads++;
	tree->held -= !thread->is_gone;
}

void tree_remove_thread(struct tree *tree, struct thread *thread)
{
	if (thread->group)
		thread->group->threads--;
	else
		tree->held -= !thread->is_gone;
	if (tree->last == thread)
		tree->last = NULL;
	map_remove(&tree->threads, &thread->tid, sizeof(thread->tid));
	free(thread);
}

/* Removes the threads of a group, except one. */
static void remove_threads(struct tree *tree, const struct group *group,
			   const struct thread *except)
{
	const uint32_t keep = except ? 1 : 0;
	const struct map_entry *e;

	for (size_t at = 0; group->threads > keep && (e = map_next(&tree->threads, &at));) {
		struct thread *thread = e->value;

		if (thread->group != group || thread == except)
			continue;
		tree_remove_thread(tree, thread);
		at--; /* map.h: another one may stand there now */
	}
}

void tree_remove_group(struct tree *tree, struct group *group)
{
	struct thread *leader = tree_thread(tree, group->process.pid);

	if (leader && leader->group == group)
		tree_remove_thread(tree, leader);
	remove_threads(tree, group, NULL);
	map_remove(&tree->groups, &group->process.pid, sizeof(group->process.pid));
	free(group);
}

struct thread *tree_exec(struct tree *tree, struct group *group, pid_t former)
{
	pid_t pid = group->process.pid;
	struct thread *thread = tree_thread(tree, former);

	if (!thread || thread->group != group)
		thread = tree_thread(tree, pid);
	remove_threads(tree, group, thread);
	if (!thread) {
		thread = tree_add_thread(tree, pid);
		if (thread)
			tree_join(tree, thread, group);
		return thread;
	}
	if (thread->tid == pid)
		return thread;
	map_remove(&tree->threads, &thread->tid, sizeof(thread->tid));
	thread->tid = pid;
	return map_put(&tree->threads, &pid, sizeof(pid), thread) ? NULL : thread;
}

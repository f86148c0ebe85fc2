/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs under a profile that only reports. */
#include "cli/canary.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "base/procfs.h"
#include "cli/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t canary_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A small file of /proc, without a final newline; false when it is not there. */
static bool read_proc(const char *path, char *text, size_t size)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (n <= 0)
		return false;
	text[n] = 0;
	text[strcspn(text, "\n")] = 0;
	return true;
}

/* When a process was started, in clock ticks since boot: proc(5), field 22 of stat. */
static bool read_start(pid_t pid, uint64_t *start)
{
	char path[64], text[1024];
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (!read_proc(path, text, sizeof(text)))
		return false;
	/* The name, field 2, may hold anything; it ends at the last parenthesis. */
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && number_read(&(const char *){ at + 1 }, start);
}

static bool print_lifeline(pid_t pid, char out[128])
{
	char boot[64];
	uint64_t start;

	if (!procfs_is_ours() ||
	    !read_proc("/proc/sys/kernel/random/boot_id", boot, sizeof(boot)) ||
	    !read_start(pid, &start))
		return false;
	snprintf(out, 128, "%s %d %" PRIu64, boot, (int)pid, start);
	return true;
}

pid_t canary_number(const struct canary *c)
{
	const char *at = strchr(c->lifeline, ' ');
	uint64_t pid;

	return at && number_after(at, " ", &pid) && pid <= INT_MAX ? (pid_t)pid : 0;
}

pid_t canary_pid(const struct canary *c)
{
	char now[128];
	pid_t pid = canary_number(c);

	return pid && print_lifeline(pid, now) && strcmp(now, c->lifeline) == 0 ? pid : 0;
}

/* The policy's text under no app's name: what `enforce APP` uses stays what learn made. */
static int keep_text(struct store *s, const struct policy *policy, char sha256[65], struct err *e)
{
	autostr struct str text = { 0 };
	autofree char *there = NULL;
	int r = digest_policy(policy, &text, sha256, e);

	if (!r)
		r = store_profile_by_hash(s, sha256, &there, e);
	return r == -ENOENT ? store_profile_put(s, "", NULL, str_text(&text), sha256, e) : r;
}

int canary_begin(struct store *s, const struct policy *policy, pid_t pid, char uuid[37],
		 struct err *e)
{
	char lifeline[128] = "", sha256[65];
	int64_t now = canary_now();
	struct canary c = {
		.app = policy->app,
		.release = policy->release,
		.profile = sha256,
		.start = now,
		.finish = now,
		.lifeline = lifeline,
	};
	int r = keep_text(s, policy, sha256, e);

	if (r)
		return r;
	if (!print_lifeline(pid, lifeline))
		return err_set(e, -ENOENT, "/proc is not there, or that of another pid namespace");
	r = store_canary_put(s, &c, e);
	if (!r)
		strcpy(uuid, c.uuid);
	return r;
}

int canary_complete(struct store *s, const char *uuid, struct err *e)
{
	autocanaries struct canaries all = { 0 };
	int r = store_canaries(s, NULL, &all, e);

	if (r)
		return r;
	vec_for(c, &all.all) {
		if (strcmp(c->uuid, uuid) != 0)
			continue;
		c->finish = canary_now();
		c->watched = c->finish - c->start;
		c->is_whole = true;
		return store_canary_update(s, c, e);
	}
	return err_set(e, -ENOENT, "the canary is no longer in the store");
}

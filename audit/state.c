/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A journal of two kinds of files; everything under one lock. */
#include "audit/state.h"

#include "audit/control.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define USER_PREFIX "user-"

enum { NOTE_MAX = 512 }; /* bytes of a file of ours */

struct state {
	char *folder;
	struct state_wish wish;
	int lock; /* of our user file */
};

/* The settings as they were, and what we made of the backlog limit. */
struct before {
	unsigned enabled;
	uint32_t backlog, backlog_set;
	int daemon;
};

/* ---- the folder ---- */

/* Opens and locks the folder's lock file. Nobody else may have prepared it for us. */
static int lock_folder(const char *folder, int *fd, struct err *e)
{
	autofree char *path = NULL;
	struct stat st;

	if (mkdir(folder, 0700) && errno != EEXIST)
		return err_sys(e, -errno, "cannot make %s", folder);
	if (lstat(folder, &st))
		return err_sys(e, -errno, "cannot look at %s", folder);
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 022)
		return err_set(e, -EPERM, "%s is not a folder of ours alone", folder);
	if (asprintf(&path, "%s/lock", folder) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	autoclose int got = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (got < 0)
		return err_sys(e, -errno, "cannot open %s", path);
	while (flock(got, LOCK_EX))
		if (errno != EINTR)
			return err_sys(e, -errno, "cannot lock %s", path);
	*fd = take_fd(got);
	return 0;
}

/* FOLDER/NAME: the caller frees it. NULL: out of memory. */
static char *path_in(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* Nothing can be changed until the next boot, rules included (kernel/audit.c, audit_receive_msg).
 */
static int check_lock(const struct control_status *now, struct err *e)
{
	if (now->enabled != CONTROL_LOCKED)
		return 0;
	return err_set(
		e, -EPERM,
		"audit's settings are locked (enabled 2) until the next boot: no rule can be "
		"added or removed; recording without --args needs none");
}

/* ---- before ---- */

/* An empty or damaged file was written by one who died before it changed anything. */
static bool before_read(const char *folder, struct before *before)
{
	autofree char *path = path_in(folder, "before");
	autofree char *text = NULL;
	size_t len;

	return path && !file_read(path, NOTE_MAX, &text, &len, NULL) &&
	       sscanf(text, "enabled %u backlog %" SCNu32 " set %" SCNu32 " daemon %d end",
		      &before->enabled, &before->backlog, &before->backlog_set,
		      &before->daemon) == 4 &&
	       strstr(text, " end\n");
}

/* One who is killed in the middle leaves `before.new`, under a name that is known and removed. */
static int before_write(const char *folder, const struct before *before, struct err *e)
{
	autofree char *path = path_in(folder, "before"), *new = path_in(folder, "before.new");
	char text[NOTE_MAX];
	int len = snprintf(text, sizeof(text),
			   "enabled %u backlog %" PRIu32 " set %" PRIu32 " daemon %d end\n",
			   before->enabled, before->backlog, before->backlog_set, before->daemon);

	if (!path || !new)
		return err_set(e, -ENOMEM, "out of memory");
	autoclose int fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(e, -errno, "cannot make %s", new);
	int r = file_write_fd(fd, text, (size_t)len);
	if (!r && rename(new, path))
		r = -errno;
	return r ? err_sys(e, r, "cannot write %s", path) : 0;
}

/* Has a daemon come that was not there, and is alive? The kernel may still name a dead one. */
static bool has_new_daemon(const struct control_status *now, const struct before *before)
{
	return now->daemon && now->daemon != before->daemon &&
	       (!kill(now->daemon, 0) || errno != ESRCH);
}

/* Where somebody else has changed a setting since, or a daemon has come, it is no longer ours. */
static int before_restore(const char *folder, struct err *e)
{
	autofree char *path = path_in(folder, "before"), *new = path_in(folder, "before.new");
	struct control_status now;
	struct before before;
	int r = 0;

	if (!path || !new)
		return err_set(e, -ENOMEM, "out of memory");
	if (before_read(folder, &before)) {
		r = control_status(&now, e);
		if (!r && now.enabled == CONTROL_ON && before.enabled == CONTROL_OFF &&
		    !has_new_daemon(&now, &before))
			r = control_set_enabled(false, e);
		if (!r && before.backlog_set && now.backlog_limit == before.backlog_set)
			r = control_set_backlog_limit(before.backlog, e);
	}
	if (!r && ((unlink(path) && errno != ENOENT) || (unlink(new) && errno != ENOENT)))
		r = err_sys(e, -errno, "cannot remove %s", path);
	return r;
}

/* ---- users ---- */

/* A user's file as it was read. */
struct user {
	uint32_t login, tokens[STATE_TOKENS];
	unsigned token_count;
};

static bool user_parse(const char *name, const char *text, struct user *user)
{
	const char *at = text;
	int used;

	*user = (struct user){ 0 };
	if (sscanf(name, USER_PREFIX "%" SCNu32, &user->login) != 1)
		return false;
	while (user->token_count < STATE_TOKENS &&
	       sscanf(at, "rule %" SCNx32 "\n%n", &user->tokens[user->token_count], &used) == 1) {
		user->token_count++;
		at += used;
	}
	return true;
}

static int delete_rules(const struct user *user, struct err *e)
{
	int r = 0;

	for (unsigned i = 0; i < user->token_count; i++) {
		int code = control_delete_rule(user->tokens[i], user->login, r ? NULL : e);

		r = r ? r : code;
	}
	return r;
}

/* Opens a user's file; *is_dead: nobody holds its lock. -ENOENT: it has gone meanwhile. */
static int user_open(const char *path, int *fd, bool *is_dead)
{
	int got = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (got < 0)
		return -errno;
	*is_dead = !flock(got, LOCK_EX | LOCK_NB);
	*fd = got;
	return 0;
}

static int bury(const char *path, const char *name, struct err *e)
{
	autofree char *text = NULL;
	struct user user;
	size_t len;
	int r = file_read(path, NOTE_MAX, &text, &len, e);

	if (!r && user_parse(name, text, &user))
		r = delete_rules(&user, e);
	if (!r && unlink(path))
		r = err_sys(e, -errno, "cannot remove %s", path);
	return r;
}

/* Counts the users, the dead ones of whom are buried when is_repair. The folder is locked. */
static int walk(const char *folder, bool is_repair, unsigned *dead, unsigned *alive, struct err *e)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int r = 0;

	*dead = *alive = 0;
	if (!dir)
		return err_sys(e, -errno, "cannot list %s", folder);
	while (!r && (entry = readdir(dir))) {
		autofree char *path = path_in(folder, entry->d_name);
		autoclose int fd = -1;
		bool is_dead = false;

		if (strncmp(entry->d_name, USER_PREFIX, strlen(USER_PREFIX)) != 0)
			continue;
		if (!path)
			r = err_set(e, -ENOMEM, "out of memory");
		else if (!user_open(path, &fd, &is_dead))
			*(is_dead ? dead : alive) += 1;
		if (!r && is_dead && is_repair)
			r = bury(path, entry->d_name, e);
	}
	closedir(dir);
	return r;
}

/* Nothing of what was left can be put back while audit is locked: it says so, and it stays. */
static int repair(const char *folder, unsigned *repaired, struct err *e)
{
	struct control_status now;
	struct before before;
	unsigned dead, alive;
	int r = walk(folder, false, &dead, &alive, e);

	*repaired = 0;
	if (r || (!dead && (alive || !before_read(folder, &before))))
		return r;
	r = control_status(&now, e);
	if (!r)
		r = check_lock(&now, e);
	if (!r)
		r = walk(folder, true, repaired, &alive, e);
	return r || alive ? r : before_restore(folder, e);
}

static int user_write(struct state *s, struct err *e)
{
	autofree char *path = NULL;
	autostr struct str text = { 0 };

	if (asprintf(&path, "%s/" USER_PREFIX "%" PRIu32, s->folder, s->wish.login) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	for (unsigned i = 0; i < s->wish.token_count; i++)
		str_putf(&text, "rule %" PRIx32 "\n", s->wish.tokens[i]);
	if (text.failed)
		return err_set(e, -ENOMEM, "out of memory");
	s->lock = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0 || flock(s->lock, LOCK_EX | LOCK_NB))
		return err_sys(e, -errno, "cannot make %s", path);
	int r = file_write_fd(s->lock, str_text(&text), text.len);
	return r ? err_sys(e, r, "cannot write %s", path) : 0;
}

/* ---- coming and going ---- */

/* Changes the settings, after what they were is written down. */
static int change_settings(struct state *s, const struct control_status *now, struct err *e)
{
	bool wants_enabled = s->wish.token_count;
	struct before before;
	int r = 0;

	/* With others here it is theirs that will be put back: nothing is changed but what they
	 * know of. */
	bool is_first = !before_read(s->folder, &before);
	if (is_first)
		before = (struct before){
			.enabled = now->enabled,
			.backlog = now->backlog_limit,
			/* A limit of 0 is none. */
			.backlog_set = now->backlog_limit && now->backlog_limit < s->wish.backlog
					       ? s->wish.backlog
					       : 0,
			.daemon = now->daemon,
		};
	if (is_first)
		r = before_write(s->folder, &before, e);
	if (!r && before.backlog_set && now->backlog_limit < before.backlog_set)
		r = control_set_backlog_limit(before.backlog_set, e);
	if (!r && wants_enabled && now->enabled == CONTROL_OFF)
		r = control_set_enabled(true, e);
	return r;
}

static int change(struct state *s, struct err *e)
{
	struct control_status now;
	int r = control_status(&now, e);

	/* Before anything is written down: it would be taken for something to put back. */
	if (!r)
		r = check_lock(&now, e);
	if (!r)
		r = user_write(s, e);
	if (!r)
		r = change_settings(s, &now, e);
	for (unsigned i = 0; !r && i < s->wish.token_count; i++)
		r = control_add_rule(s->wish.tokens[i], s->wish.login, e);
	return r;
}

/* Puts our part back; the folder is locked. */
static int put_back(struct state *s, struct err *e)
{
	unsigned repaired;

	/* As if we had died: one way to put things back is enough. */
	if (s->lock >= 0) {
		flock(s->lock, LOCK_UN); /* a child that has it too may not have executed yet */
		close(s->lock);
	}
	s->lock = -1;
	return repair(s->folder, &repaired, e);
}

static void state_free(struct state *s)
{
	if (s->lock >= 0)
		close(s->lock);
	free(s->folder);
	free(s);
}

int state_enter(const char *folder, const struct state_wish *wish, struct state **out,
		struct err *e)
{
	struct state *s = calloc(1, sizeof(*s));
	autoclose int lock = -1;
	unsigned repaired;

	if (!s || !(s->folder = strdup(folder))) {
		free(s);
		return err_set(e, -ENOMEM, "out of memory");
	}
	s->wish = *wish;
	s->lock = -1;
	int r = lock_folder(folder, &lock, e);
	if (!r)
		r = repair(folder, &repaired, e);
	if (!r) {
		r = change(s, e);
		if (r)
			put_back(s, NULL);
	}
	if (r) {
		state_free(s);
		return r;
	}
	*out = s;
	return 0;
}

int state_leave(struct state *s, struct err *e)
{
	autoclose int lock = -1;

	if (!s)
		return 0;
	int r = lock_folder(s->folder, &lock, e);
	if (!r)
		r = put_back(s, e);
	state_free(s);
	return r ? err_wrap(e, r, "putting audit's settings back") : 0;
}

int state_repair(const char *folder, unsigned *repaired, struct err *e)
{
	*repaired = 0;
	if (access(folder, F_OK))
		return 0;
	autoclose int lock = -1;
	int r = lock_folder(folder, &lock, e);

	return r ? r : repair(folder, repaired, e);
}

int state_look(const char *folder, unsigned *dead, unsigned *alive, struct err *e)
{
	*dead = *alive = 0;
	if (access(folder, F_OK))
		return 0;
	autoclose int lock = -1;
	int r = lock_folder(folder, &lock, e);

	return r ? r : walk(folder, false, dead, alive, e);
}

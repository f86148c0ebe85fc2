/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Claims about changing audit's settings and putting them back, on a model of the subsystem: the
 * functions of libaudit that are used here are this file's own, so that settings can be had that a
 * machine keeps until its next boot, and every request can fail.
 */
#include "audit/state.h"

#include "audit/control.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <libaudit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RULES_MAX = 8, DEFAULT_BACKLOG = 64, WANTED_BACKLOG = 8192 };

/* The kernel's side; shared with children, as the kernel is. */
struct model {
	int absent; /* the errno of a socket that cannot be had; 0: there is one */
	uint32_t enabled, backlog;
	pid_t daemon;
	struct audit_rule_data rules[RULES_MAX];
	unsigned rule_count;
	unsigned changes;    /* requests to change something, ... */
	unsigned fails_from; /* ... from which one on they fail, counted from 1; 0: none */
	unsigned fails_to;
	unsigned at; /* of a listing */
	bool is_listing;
};

static struct model *model;

/* ---- libaudit ---- */

int audit_open(void)
{
	if (model->absent) {
		errno = model->absent;
		return -1;
	}
	/* Always readable, as if an answer waited. */
	return eventfd(1, EFD_CLOEXEC);
}

int audit_request_status(int fd)
{
	(void)fd;
	model->is_listing = false;
	return 1;
}

int audit_request_rules_list_data(int fd)
{
	(void)fd;
	model->is_listing = true;
	model->at = 0;
	return 1;
}

int audit_get_reply(int fd, struct audit_reply *reply, reply_t block, int peek)
{
	static struct audit_status status;

	(void)fd;
	(void)block;
	(void)peek;
	if (!model->is_listing) {
		status = (struct audit_status){ .enabled = model->enabled,
						.pid = (uint32_t)model->daemon,
						.backlog_limit = model->backlog };
		reply->type = AUDIT_GET;
		reply->status = &status;
	} else if (model->at < model->rule_count) {
		reply->type = AUDIT_LIST_RULES;
		reply->ruledata = &model->rules[model->at++];
	} else {
		reply->type = NLMSG_DONE;
	}
	return 1;
}

/* What the kernel answers to a request to change something (kernel/audit.c, audit_receive_msg). */
static int answer(void)
{
	model->changes++;
	if (model->fails_from && model->changes >= model->fails_from &&
	    model->changes <= model->fails_to)
		return -ENOMEM;
	return model->enabled == 2 ? -EPERM : 0;
}

int audit_set_enabled(int fd, uint32_t enabled)
{
	int r = answer();

	(void)fd;
	if (!r)
		model->enabled = enabled;
	return r ? r : 1;
}

int audit_set_backlog_limit(int fd, uint32_t limit)
{
	int r = answer();

	(void)fd;
	if (!r)
		model->backlog = limit;
	return r ? r : 1;
}

static unsigned find_rule(const struct audit_rule_data *rule)
{
	unsigned i = 0;

	while (i < model->rule_count && memcmp(&model->rules[i], rule, sizeof(*rule)) != 0)
		i++;
	return i;
}

int audit_add_rule_data(int fd, struct audit_rule_data *rule, int flags, int action)
{
	struct audit_rule_data added = *rule;
	int r = answer();

	(void)fd;
	added.flags = (uint32_t)flags & ~(uint32_t)AUDIT_FILTER_PREPEND;
	added.action = (uint32_t)action;
	if (r)
		return r;
	if (find_rule(&added) < model->rule_count)
		return -EEXIST;
	assert_true(model->rule_count < RULES_MAX);
	model->rules[model->rule_count++] = added;
	return 1;
}

int audit_delete_rule_data(int fd, struct audit_rule_data *rule, int flags, int action)
{
	struct audit_rule_data deleted = *rule;
	int r = answer();
	unsigned i;

	(void)fd;
	deleted.flags = (uint32_t)flags;
	deleted.action = (uint32_t)action;
	i = find_rule(&deleted);
	if (r)
		return r;
	if (i == model->rule_count)
		return -ENOENT;
	model->rules[i] = model->rules[--model->rule_count];
	return 1;
}

int audit_set_pid(int fd, uint32_t pid, rep_wait_t wait)
{
	(void)fd;
	(void)wait;
	model->daemon = (pid_t)pid;
	return 1;
}

/* ---- what all claims share ---- */

static char top[] = "/tmp/wont-unit.XXXXXX";
static char folder[sizeof(top) + 8];
static const struct state_wish wish = {
	.login = 2000000000,
	.tokens = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386 },
	.token_count = 2,
	.backlog = WANTED_BACKLOG,
};

static int begin_all(void **state)
{
	(void)state;
	if (!mkdtemp(top))
		return -1;
	snprintf(folder, sizeof(folder), "%s/run", top);
	model = mmap(NULL, sizeof(*model), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	return model == MAP_FAILED ? -1 : 0;
}

static int end_all(void **state)
{
	char lock[sizeof(folder) + 8];

	(void)state;
	/* Nothing but the lock may be left by any claim. */
	snprintf(lock, sizeof(lock), "%s/lock", folder);
	unlink(lock);
	return rmdir(folder) || rmdir(top);
}

static int begin(void **state)
{
	(void)state;
	*model = (struct model){ .backlog = DEFAULT_BACKLOG };
	return 0;
}

static void assert_untouched(void)
{
	unsigned dead, alive;

	assert_int_equal(model->enabled, 0);
	assert_int_equal(model->backlog, DEFAULT_BACKLOG);
	assert_int_equal(model->rule_count, 0);
	assert_int_equal(state_look(folder, &dead, &alive, NULL), 0);
	assert_int_equal(dead, 0);
	assert_int_equal(alive, 0);
}

static struct state *enter(uint32_t login)
{
	struct state_wish ours = wish;
	struct state *state = NULL;

	ours.login = login;
	assert_int_equal(state_enter(folder, &ours, &state, NULL), 0);
	return state;
}

/* A user of the settings that is killed while it has them changed. */
static void enter_and_die(uint32_t login)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		enter(login);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

/* ---- claims
 * ------------------------------------------------------------------------------------------------
 */

static void what_was_changed_is_put_back(void **state)
{
	struct state *s = enter(1);

	(void)state;
	assert_int_equal(model->enabled, 1);
	assert_int_equal(model->backlog, WANTED_BACKLOG);
	assert_int_equal(model->rule_count, 2);
	assert_int_equal(state_leave(s, NULL), 0);
	assert_untouched();
}

static void locked_settings_are_refused_and_untouched(void **state)
{
	struct state *s = NULL;
	struct err e;

	(void)state;
	model->enabled = 2;
	assert_int_equal(state_enter(folder, &wish, &s, &e), -EPERM);
	assert_non_null(strstr(e.text, "locked (enabled 2) until the next boot"));
	assert_null(s);
	assert_int_equal(model->changes, 0);
	model->enabled = 0;
	assert_untouched();
}

static void rules_that_were_locked_in_are_told_of_until_the_next_boot(void **state)
{
	struct state *s = enter(1), *other = NULL;
	unsigned dead, alive, repaired;
	struct err e;

	(void)state;
	model->enabled = 2;
	model->changes = 0;
	assert_int_equal(state_leave(s, &e), -EPERM);
	assert_non_null(strstr(e.text, "locked (enabled 2)"));
	assert_int_equal(state_enter(folder, &wish, &other, &e), -EPERM);
	assert_int_equal(model->changes, 0);
	assert_int_equal(state_look(folder, &dead, &alive, NULL), 0);
	assert_int_equal(dead, 1);
	begin(NULL); /* the boot: /run may outlive it in a container */
	assert_int_equal(state_repair(folder, &repaired, NULL), 0);
	assert_untouched();
}

/* With audit=0 the kernel never registers the protocol (kernel/audit.c, audit_init). */
static void a_kernel_booted_without_audit_is_told_so(void **state)
{
	struct control_status status;
	struct state *s = NULL;
	struct err e;

	(void)state;
	model->absent = EPROTONOSUPPORT;
	assert_int_equal(control_status(&status, &e), -EPROTONOSUPPORT);
	assert_non_null(strstr(e.text, "audit=0"));
	assert_int_equal(state_enter(folder, &wish, &s, &e), -EPROTONOSUPPORT);
	model->absent = 0;
	assert_untouched();
}

static void a_failure_at_any_step_leaves_all_as_it_was(void **state)
{
	unsigned steps = 0;

	(void)state;
	for (int r = -1; r; steps++) {
		struct state *s = NULL;

		begin(NULL);
		model->fails_from = model->fails_to = steps + 1;
		r = state_enter(folder, &wish, &s, NULL);
		model->fails_from = 0;
		if (!r)
			assert_int_equal(state_leave(s, NULL), 0);
		assert_untouched();
	}
	/* The backlog, enabling, two rules; then nothing was left to fail on the way in. */
	assert_int_equal(steps, 5);
}

static void what_could_not_be_put_back_is_said_and_done_the_next_time(void **state)
{
	(void)state;
	for (unsigned step = 1; step <= 4; step++) {
		unsigned repaired;
		struct state *s;
		struct err e;

		begin(NULL);
		s = enter(1);
		model->fails_from = model->changes + step;
		model->fails_to = UINT32_MAX;
		assert_int_equal(state_leave(s, &e), -ENOMEM);
		assert_non_null(strstr(e.text, "putting audit's settings back"));
		model->fails_from = 0;
		assert_int_equal(state_repair(folder, &repaired, NULL), 0);
		assert_untouched();
	}
}

static void what_the_dead_left_is_seen_and_put_back(void **state)
{
	unsigned dead, alive, repaired;

	(void)state;
	enter_and_die(1);
	assert_int_equal(model->rule_count, 2);
	assert_int_equal(state_look(folder, &dead, &alive, NULL), 0);
	assert_int_equal(dead, 1);
	assert_int_equal(alive, 0);
	assert_int_equal(state_repair(folder, &repaired, NULL), 0);
	assert_int_equal(repaired, 1);
	assert_untouched();
}

static void the_next_user_repairs_before_it_looks_at_what_was(void **state)
{
	(void)state;
	enter_and_die(1);
	assert_int_equal(state_leave(enter(2), NULL), 0);
	assert_untouched();
}

static void the_last_of_several_puts_back(void **state)
{
	struct state *one = enter(1), *two = enter(2);

	(void)state;
	assert_int_equal(model->rule_count, 4);
	assert_int_equal(state_leave(one, NULL), 0);
	assert_int_equal(model->enabled, 1);
	assert_int_equal(model->backlog, WANTED_BACKLOG);
	assert_int_equal(model->rule_count, 2);
	assert_int_equal(state_leave(two, NULL), 0);
	assert_untouched();
}

static void what_somebody_else_has_set_since_stays(void **state)
{
	struct state *s = enter(1);

	(void)state;
	model->backlog = 500;
	model->daemon = getpid(); /* that has come, and wants audit on */
	assert_int_equal(state_leave(s, NULL), 0);
	assert_int_equal(model->backlog, 500);
	assert_int_equal(model->enabled, 1);
	assert_int_equal(model->rule_count, 0);
}

static void what_was_on_and_roomy_is_left_so(void **state)
{
	struct state *s;

	(void)state;
	model->enabled = 1;
	model->backlog = 2 * WANTED_BACKLOG;
	s = enter(1);
	assert_int_equal(model->backlog, 2 * WANTED_BACKLOG);
	assert_int_equal(state_leave(s, NULL), 0);
	assert_int_equal(model->enabled, 1);
	assert_int_equal(model->backlog, 2 * WANTED_BACKLOG);
}

/* Adds a rule of one field, or of none: op 0. */
static void add_rule(uint32_t list, uint32_t action, uint32_t op, uint32_t type)
{
	struct audit_rule_data rule = { .flags = list, .action = action, .field_count = op != 0 };

	rule.fields[0] = AUDIT_MSGTYPE;
	rule.fieldflags[0] = op;
	rule.values[0] = type;
	model->rules[model->rule_count++] = rule;
}

static void rules_that_hide_records_are_found(void **state)
{
	static const struct {
		uint32_t op, type;
		bool hides;
	} rules[] = {
		{ AUDIT_EQUAL, AUDIT_SECCOMP, true },
		{ AUDIT_EQUAL, AUDIT_SYSCALL, false },
		{ AUDIT_NOT_EQUAL, AUDIT_SYSCALL, true },
		{ AUDIT_NOT_EQUAL, AUDIT_SECCOMP, false },
		{ AUDIT_LESS_THAN, AUDIT_SECCOMP, false },
		{ AUDIT_LESS_THAN_OR_EQUAL, AUDIT_SECCOMP, true },
		{ AUDIT_GREATER_THAN, AUDIT_SYSCALL, true },
		{ AUDIT_GREATER_THAN_OR_EQUAL, AUDIT_SECCOMP + 1, false },
		{ 0, 0, true },
	};
	bool is_there;

	(void)state;
	for (size_t i = 0; i < countof(rules); i++) {
		begin(NULL);
		add_rule(AUDIT_FILTER_EXIT, AUDIT_ALWAYS, AUDIT_EQUAL, AUDIT_SECCOMP);
		add_rule(AUDIT_FILTER_EXCLUDE, AUDIT_NEVER, rules[i].op, rules[i].type);
		assert_int_equal(control_is_excluded(AUDIT_SECCOMP, &is_there, NULL), 0);
		assert_int_equal(is_there, rules[i].hides);
	}
}

static void a_rule_that_blinds_all_others_is_found(void **state)
{
	bool is_there;

	(void)state;
	add_rule(AUDIT_FILTER_EXIT, AUDIT_NEVER, 0, 0);
	assert_int_equal(control_is_blind(&is_there, NULL), 0);
	assert_false(is_there);
	add_rule(AUDIT_FILTER_TASK, AUDIT_NEVER, 0, 0);
	assert_int_equal(control_is_blind(&is_there, NULL), 0);
	assert_true(is_there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_was_changed_is_put_back, begin),
		cmocka_unit_test_setup(locked_settings_are_refused_and_untouched, begin),
		cmocka_unit_test_setup(rules_that_were_locked_in_are_told_of_until_the_next_boot,
				       begin),
		cmocka_unit_test_setup(a_kernel_booted_without_audit_is_told_so, begin),
		cmocka_unit_test_setup(a_failure_at_any_step_leaves_all_as_it_was, begin),
		cmocka_unit_test_setup(what_could_not_be_put_back_is_said_and_done_the_next_time,
				       begin),
		cmocka_unit_test_setup(what_the_dead_left_is_seen_and_put_back, begin),
		cmocka_unit_test_setup(the_next_user_repairs_before_it_looks_at_what_was, begin),
		cmocka_unit_test_setup(the_last_of_several_puts_back, begin),
		cmocka_unit_test_setup(what_somebody_else_has_set_since_stays, begin),
		cmocka_unit_test_setup(what_was_on_and_roomy_is_left_so, begin),
		cmocka_unit_test_setup(rules_that_hide_records_are_found, begin),
		cmocka_unit_test_setup(a_rule_that_blinds_all_others_is_found, begin),
	};

	return cmocka_run_group_tests(tests, begin_all, end_all);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libaudit, with its answers turned into ours. One short-lived socket for each request. */
#include "audit/control.h"

#include "base/cleanup.h"

#include <errno.h>
#include <libaudit.h>
#include <poll.h>
#include <string.h>

enum {
	ANSWER_MS = 2000, /* the kernel answers at once, unless it is out of memory */
	RULE_FIELDS = 2,
};

int control_refuse(int code, struct err *e)
{
	if (code == -EPERM)
		return err_set(
			e, code,
			"no CAP_AUDIT_CONTROL: audit's settings are for root to change, outside "
			"of containers and namespaces");
	if (code == -ECONNREFUSED || code == -EPROTONOSUPPORT)
		return err_set(e, code,
			       "no audit here: in a container or namespace, or off by the boot "
			       "parameter audit=0 (then boot without it), or not in the kernel");
	return err_sys(e, code, "audit refuses");
}

static int open_control(int *fd, struct err *e)
{
	int got = audit_open();

	if (got < 0)
		return control_refuse(-errno, e);
	*fd = got;
	return 0;
}

/* The next answer of the kernel on fd. */
static int answer(int fd, struct audit_reply *reply, struct err *e)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int n;

	do {
		n = poll(&wait, 1, ANSWER_MS);
	} while (n < 0 && errno == EINTR);
	if (n < 1)
		return err_set(e, -ETIMEDOUT, "audit does not answer");
	if (audit_get_reply(fd, reply, GET_REPLY_NONBLOCKING, 0) <= 0)
		return err_sys(e, -errno, "cannot read audit's answer");
	if (reply->type == NLMSG_ERROR && reply->error->error)
		return control_refuse(reply->error->error, e);
	return 0;
}

/*
 * Asks for something that comes in answers of which the last is of that type: each is handed over.
 */
static int ask(int (*request)(int fd), uint16_t last,
	       void (*hear)(void *context, const struct audit_reply *reply), void *context,
	       struct err *e)
{
	struct audit_reply reply;
	autoclose int fd = -1;
	int r = open_control(&fd, e);

	if (r)
		return r;
	r = request(fd);
	if (r < 0)
		return control_refuse(r, e);
	do {
		r = answer(fd, &reply, e);
		if (r)
			return r;
		hear(context, &reply);
	} while (reply.type != last);
	return 0;
}

static void hear_status(void *status, const struct audit_reply *reply)
{
	const struct audit_status *s = reply->status;

	if (reply->type != AUDIT_GET)
		return;
	*(struct control_status *)status = (struct control_status){
		.enabled = s->enabled >= CONTROL_LOCKED ? CONTROL_LOCKED
			   : s->enabled			? CONTROL_ON
							: CONTROL_OFF,
		.daemon = (pid_t)s->pid,
		.rate_limit = s->rate_limit,
		.backlog_limit = s->backlog_limit,
		.backlog_wait = s->backlog_wait_time,
		.lost = s->lost,
	};
}

int control_status(struct control_status *status, struct err *e)
{
	return ask(audit_request_status, AUDIT_GET, hear_status, status, e);
}

int control_set_enabled(bool is_on, struct err *e)
{
	autoclose int fd = -1;
	int r = open_control(&fd, e);

	if (r)
		return r;
	r = audit_set_enabled(fd, is_on);
	return r < 0 ? control_refuse(r, e) : 0;
}

int control_set_backlog_limit(uint32_t limit, struct err *e)
{
	autoclose int fd = -1;
	int r = open_control(&fd, e);

	if (r)
		return r;
	r = audit_set_backlog_limit(fd, limit);
	return r < 0 ? control_refuse(r, e) : 0;
}

/* ---- rules ---- */

static void rule_fill(struct audit_rule_data *rule, uint32_t token, uint32_t login)
{
	static const uint32_t fields[RULE_FIELDS] = { AUDIT_ARCH, AUDIT_LOGINUID };
	const uint32_t values[RULE_FIELDS] = { token, login };

	memset(rule, 0, sizeof(*rule));
	rule->flags = AUDIT_FILTER_EXIT;
	rule->action = AUDIT_ALWAYS;
	rule->field_count = RULE_FIELDS;
	memset(rule->mask, 0xff, sizeof(rule->mask));
	for (unsigned i = 0; i < RULE_FIELDS; i++) {
		rule->fields[i] = fields[i];
		rule->values[i] = values[i];
		rule->fieldflags[i] = AUDIT_EQUAL;
	}
}

int control_add_rule(uint32_t token, uint32_t login, struct err *e)
{
	struct audit_rule_data rule;
	autoclose int fd = -1;
	int r = open_control(&fd, e);

	if (r)
		return r;
	rule_fill(&rule, token, login);
	r = audit_add_rule_data(fd, &rule, AUDIT_FILTER_EXIT | AUDIT_FILTER_PREPEND, AUDIT_ALWAYS);
	return r < 0 && r != -EEXIST ? control_refuse(r, e) : 0;
}

int control_delete_rule(uint32_t token, uint32_t login, struct err *e)
{
	struct audit_rule_data rule;
	autoclose int fd = -1;
	int r = open_control(&fd, e);

	if (r)
		return r;
	rule_fill(&rule, token, login);
	r = audit_delete_rule_data(fd, &rule, AUDIT_FILTER_EXIT, AUDIT_ALWAYS);
	return r < 0 && r != -ENOENT ? control_refuse(r, e) : 0;
}

static bool matches(uint32_t op, uint32_t type, uint32_t value)
{
	switch (op) {
	case AUDIT_EQUAL:
		return type == value;
	case AUDIT_NOT_EQUAL:
		return type != value;
	case AUDIT_LESS_THAN:
		return type < value;
	case AUDIT_LESS_THAN_OR_EQUAL:
		return type <= value;
	case AUDIT_GREATER_THAN:
		return type > value;
	case AUDIT_GREATER_THAN_OR_EQUAL:
		return type >= value;
	default:
		return false;
	}
}

/* An exclude rule whose every test of the type holds; other tests may narrow it, but hide some. */
static bool hides(const struct audit_rule_data *rule, uint16_t type)
{
	bool names_type = false;

	if (rule->flags != AUDIT_FILTER_EXCLUDE || rule->action != AUDIT_NEVER)
		return false;
	for (unsigned i = 0; i < rule->field_count && i < AUDIT_MAX_FIELDS; i++) {
		if (rule->fields[i] != AUDIT_MSGTYPE)
			continue;
		names_type = true;
		if (!matches(rule->fieldflags[i], type, rule->values[i]))
			return false;
	}
	return names_type || !rule->field_count;
}

/* "never,task": new tasks get no audit context, and rules about their calls find nothing. */
static bool blinds(const struct audit_rule_data *rule, uint16_t type)
{
	(void)type;
	return rule->flags == AUDIT_FILTER_TASK && rule->action == AUDIT_NEVER;
}

/* Is there a rule of that kind? */
struct search {
	bool (*is_it)(const struct audit_rule_data *rule, uint16_t type);
	uint16_t type;
	bool found;
};

static void hear_rule(void *context, const struct audit_reply *reply)
{
	struct search *search = context;

	if (reply->type == AUDIT_LIST_RULES && search->is_it(reply->ruledata, search->type))
		search->found = true;
}

static int find_rule(bool (*is_it)(const struct audit_rule_data *, uint16_t), uint16_t type,
		     bool *is_there, struct err *e)
{
	struct search search = { .is_it = is_it, .type = type };
	int r = ask(audit_request_rules_list_data, NLMSG_DONE, hear_rule, &search, e);

	if (!r)
		*is_there = search.found;
	return r;
}

int control_is_excluded(uint16_t type, bool *is_excluded, struct err *e)
{
	return find_rule(hides, type, is_excluded, e);
}

int control_is_blind(bool *is_blind, struct err *e)
{
	return find_rule(blinds, 0, is_blind, e);
}

/* ---- the daemon's place ---- */

int control_take_daemon(int fd, struct err *e)
{
	struct control_status status;
	int r = control_status(&status, e);

	if (r)
		return r;
	if (status.daemon)
		return err_set(
			e, -EBUSY,
			"process %d is the audit daemon: leave the place to it, records come to "
			"other readers too",
			(int)status.daemon);
	r = audit_set_pid(fd, (uint32_t)getpid(), WAIT_NO);
	if (r < 0)
		return control_refuse(r, e);
	r = control_status(&status, e);
	if (r)
		return r;
	return status.daemon == getpid() ? 0
					 : err_set(e, -EBUSY, "the audit daemon's place is taken");
}

void control_leave_daemon(void)
{
	struct control_status status;
	autoclose int fd = -1;

	if (control_status(&status, NULL) || status.daemon != getpid() || open_control(&fd, NULL))
		return;
	/* Where it fails the kernel notices the closed socket at the next record. */
	audit_set_pid(fd, 0, WAIT_NO);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * audits: prints audit's settings and rules, what the kernel counts left out.
 * audits hide|show TYPE: adds or removes a rule that excludes records of that type.
 * audits blind|see: adds or removes "never,task".
 * audits backlog LIMIT WAIT: sets them.
 * What auditctl(8) does, without the package that starts a daemon.
 */
#include <errno.h>
#include <libaudit.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fd;

static void next(struct audit_reply *reply)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	if (poll(&wait, 1, 5000) != 1 ||
	    audit_get_reply(fd, reply, GET_REPLY_NONBLOCKING, 0) <= 0) {
		fprintf(stderr, "audits: no answer\n");
		exit(1);
	}
}

static void print_rule(const struct audit_rule_data *rule)
{
	printf("rule %x %x", rule->flags, rule->action);
	for (unsigned i = 0; i < rule->field_count; i++)
		printf(" %x:%x:%x", rule->fields[i], rule->fieldflags[i], rule->values[i]);
	printf("\n");
}

static int print_all(void)
{
	struct audit_reply reply;

	if (audit_request_status(fd) < 0)
		return 1;
	do
		next(&reply);
	while (reply.type != AUDIT_GET);
	printf("enabled %u\nfailure %u\nrate_limit %u\nbacklog_limit %u\nbacklog_wait_time %u\npid "
	       "%u\n",
	       reply.status->enabled, reply.status->failure, reply.status->rate_limit,
	       reply.status->backlog_limit, reply.status->backlog_wait_time, reply.status->pid);
	if (audit_request_rules_list_data(fd) < 0)
		return 1;
	do {
		next(&reply);
		if (reply.type == AUDIT_LIST_RULES)
			print_rule(reply.ruledata);
	} while (reply.type != NLMSG_DONE);
	return 0;
}

static int change(bool is_add, uint32_t list, const char *type)
{
	struct audit_rule_data rule = { .flags = list, .action = AUDIT_NEVER };
	int r;

	memset(rule.mask, 0xff, sizeof(rule.mask));
	if (type) {
		rule.field_count = 1;
		rule.fields[0] = AUDIT_MSGTYPE;
		rule.fieldflags[0] = AUDIT_EQUAL;
		rule.values[0] = (uint32_t)atoi(type);
	}
	r = is_add ? audit_add_rule_data(fd, &rule, (int)list, AUDIT_NEVER)
		   : audit_delete_rule_data(fd, &rule, (int)list, AUDIT_NEVER);
	if (r < 0 && r != -EEXIST && r != -ENOENT)
		fprintf(stderr, "audits: %s\n", strerror(-r));
	return r < 0;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	fd = audit_open();
	if (fd < 0)
		return 1;
	if (!*word)
		return print_all();
	if (argc == 3 && (strcmp(word, "hide") == 0 || strcmp(word, "show") == 0))
		return change(*word == 'h', AUDIT_FILTER_EXCLUDE, argv[2]);
	if (strcmp(word, "blind") == 0 || strcmp(word, "see") == 0)
		return change(*word == 'b', AUDIT_FILTER_TASK, NULL);
	if (argc == 4 && strcmp(word, "backlog") == 0)
		return audit_set_backlog_limit(fd, (uint32_t)atoi(argv[2])) < 0 ||
		       audit_set_backlog_wait_time(fd, (uint32_t)atoi(argv[3])) < 0;
	return 2;
}

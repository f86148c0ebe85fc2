/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fields of SECCOMP and SYSCALL records to members of a call, by one table. */
#include "audit/call.h"

#include "audit/companion.h"

#include <errno.h>
#include <libaudit.h>
#include <string.h>

void audit_call_fini(struct audit_call *call)
{
	str_fini(&call->comm);
	str_fini(&call->exe);
	str_fini(&call->key);
	str_fini(&call->cwd);
	str_fini(&call->sockaddr);
	str_fini(&call->title);
	vec_for(path, &call->paths)
		str_fini(&path->name);
	vec_for(word, &call->argv)
		str_fini(&word->text);
	vec_fini(&call->paths);
	vec_fini(&call->argv);
}

void audit_call_clear(struct audit_call *call)
{
	struct audit_call kept = {
		.pid = -1,
		.parent = -1,
		.uid = (uint32_t)-1,
		.login = (uint32_t)-1,
		.session = (uint32_t)-1,
		.comm = call->comm,
		.exe = call->exe,
		.key = call->key,
		.cwd = call->cwd,
		.sockaddr = call->sockaddr,
		.title = call->title,
	};

	memcpy(&kept.paths, &call->paths, sizeof(kept.paths));
	memcpy(&kept.argv, &call->argv, sizeof(kept.argv));
	*call = kept;
	str_clear(&call->comm);
	str_clear(&call->exe);
	str_clear(&call->key);
	str_clear(&call->cwd);
	str_clear(&call->sockaddr);
	str_clear(&call->title);
}

/* ---- values ---- */

static bool take_pid(const struct field *f, pid_t *out)
{
	uint64_t n;

	if (!field_number(f, 10, &n) || n > INT32_MAX)
		return false;
	*out = (pid_t)n;
	return true;
}

static bool take_success(struct audit_call *call, const struct field *f)
{
	call->is_success = f->len == 3 && memcmp(f->value, "yes", 3) == 0;
	return call->is_success || (f->len == 2 && memcmp(f->value, "no", 2) == 0);
}

static bool take_result(struct audit_call *call, const struct field *f)
{
	uint64_t n;

	if (!field_number(f, 10, &n))
		return false;
	call->result = (int64_t)n;
	call->has_result = true;
	return true;
}

/* ---- SECCOMP and SYSCALL ---- */

/* Fields by the bit that says that they were there. */
enum member {
	MEMBER_A0,
	MEMBER_A1,
	MEMBER_A2,
	MEMBER_A3,
	MEMBER_ARCH,
	MEMBER_AUID,
	MEMBER_CODE,
	MEMBER_COMM,
	MEMBER_EXE,
	MEMBER_EXIT,
	MEMBER_ITEMS,
	MEMBER_KEY,
	MEMBER_PID,
	MEMBER_PPID,
	MEMBER_SES,
	MEMBER_SIG,
	MEMBER_SUCCESS,
	MEMBER_SYSCALL,
	MEMBER_UID,
	MEMBER_COUNT,
};

static const char *const member_names[MEMBER_COUNT] = {
	[MEMBER_A0] = "a0",	[MEMBER_A1] = "a1",	      [MEMBER_A2] = "a2",
	[MEMBER_A3] = "a3",	[MEMBER_ARCH] = "arch",	      [MEMBER_AUID] = "auid",
	[MEMBER_CODE] = "code", [MEMBER_COMM] = "comm",	      [MEMBER_EXE] = "exe",
	[MEMBER_EXIT] = "exit", [MEMBER_ITEMS] = "items",     [MEMBER_KEY] = "key",
	[MEMBER_PID] = "pid",	[MEMBER_PPID] = "ppid",	      [MEMBER_SES] = "ses",
	[MEMBER_SIG] = "sig",	[MEMBER_SUCCESS] = "success", [MEMBER_SYSCALL] = "syscall",
	[MEMBER_UID] = "uid",
};

#define MEMBERS_BOTH                                                                               \
	(1u << MEMBER_ARCH | 1u << MEMBER_SYSCALL | 1u << MEMBER_PID | 1u << MEMBER_AUID |         \
	 1u << MEMBER_SES | 1u << MEMBER_UID | 1u << MEMBER_COMM | 1u << MEMBER_EXE)
#define MEMBERS_SECCOMP (MEMBERS_BOTH | 1u << MEMBER_CODE)
#define MEMBERS_SYSCALL                                                                            \
	(MEMBERS_BOTH | 1u << MEMBER_A0 | 1u << MEMBER_A1 | 1u << MEMBER_A2 | 1u << MEMBER_A3)

static enum member member_of(const struct field *f)
{
	unsigned i = 0;

	while (i < MEMBER_COUNT && !field_is(f, member_names[i]))
		i++;
	return (enum member)i;
}

static bool take_member(struct audit_call *call, enum member member, const struct field *f)
{
	switch (member) {
	case MEMBER_A0:
	case MEMBER_A1:
	case MEMBER_A2:
	case MEMBER_A3:
		return field_number(f, 16, &call->args[member - MEMBER_A0]);
	case MEMBER_ARCH:
		return field_u32(f, 16, &call->token);
	case MEMBER_AUID:
		return field_u32(f, 10, &call->login);
	case MEMBER_CODE:
		return field_u32(f, 16, &call->action);
	case MEMBER_COMM:
		field_text(f, &call->comm);
		return true;
	case MEMBER_EXE:
		field_text(f, &call->exe);
		return true;
	case MEMBER_EXIT:
		return take_result(call, f);
	case MEMBER_ITEMS:
		return field_u32(f, 10, &call->items);
	case MEMBER_KEY:
		field_text(f, &call->key);
		return true;
	case MEMBER_PID:
		return take_pid(f, &call->pid);
	case MEMBER_PPID:
		return take_pid(f, &call->parent);
	case MEMBER_SES:
		return field_u32(f, 10, &call->session);
	case MEMBER_SIG:
		return field_u32(f, 10, &call->signal);
	case MEMBER_SUCCESS:
		return take_success(call, f);
	case MEMBER_SYSCALL:
		return field_u32(f, 10, &call->nr);
	case MEMBER_UID:
		return field_u32(f, 10, &call->uid);
	case MEMBER_COUNT:
		break;
	}
	return true;
}

/* The record that says which call it is. All of `needed` have to be there, and nothing twice. */
static int add_call(struct audit_call *call, const struct record *record, uint32_t needed)
{
	struct fields fields = record_fields(record);
	struct field f;
	uint32_t seen = 0;

	while (fields_next(&fields, &f)) {
		enum member member = member_of(&f);

		if (member == MEMBER_COUNT)
			continue;
		if (seen & 1u << member || !take_member(call, member, &f))
			return -EBADMSG;
		seen |= 1u << member;
	}
	return (seen & needed) == needed ? 0 : -EBADMSG;
}

static int add(struct audit_call *call, const struct record *record)
{
	int r;

	switch (record->type) {
	case AUDIT_SECCOMP:
		call->is_seccomp = true;
		return add_call(call, record, MEMBERS_SECCOMP);
	case AUDIT_SYSCALL:
		/* A second one of the same serial is none of the kernel's. */
		if (call->has_args)
			return -EBADMSG;
		r = add_call(call, record, MEMBERS_SYSCALL);
		call->has_args = !r;
		return r;
	default:
		return companion_add(call, record);
	}
}

int audit_call_add(struct audit_call *call, const struct record *record)
{
	int r = record->is_forgeable ? -ENOMSG : add(call, record);

	if (r == -ENOMSG)
		return r;
	call->serial = record->serial;
	call->time = record->time;
	if (r)
		call->is_incomplete = true;
	return r;
}

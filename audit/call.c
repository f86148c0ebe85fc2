/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fields of records to members of a call, by one table for each type of record. */
#include "audit/call.h"

#include <errno.h>
#include <libaudit.h>
#include <string.h>

enum {
	PATHS_MAX = 64,	   /* of a call: the kernel keeps far fewer */
	WORDS_MAX = 65536, /* of an argv, and ... */
	ARGV_MAX = 65536,  /* ... its bytes: a run keeps 4096 */
	SOCKADDR_MAX = 128,
};

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

/* ---- values
 * -------------------------------------------------------------------------------------- */

static bool take_u32(const struct field *f, int base, uint32_t *out)
{
	uint64_t n;

	if (!field_number(f, base, &n) || (n > UINT32_MAX && n < (uint64_t)INT32_MIN))
		return false;
	*out = (uint32_t)n;
	return true;
}

static bool take_pid(const struct field *f, pid_t *out)
{
	uint64_t n;

	if (!field_number(f, 10, &n) || n > INT32_MAX)
		return false;
	*out = (pid_t)n;
	return true;
}

/* A text that may be missing: "(null)" leaves it empty. */
static void take_bytes(const struct field *f, struct str *out)
{
	str_clear(out);
	field_bytes(f, out);
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

/* ---- SECCOMP and SYSCALL
 * --------------------------------------------------------------------------- */

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
		return take_u32(f, 16, &call->token);
	case MEMBER_AUID:
		return take_u32(f, 10, &call->login);
	case MEMBER_CODE:
		return take_u32(f, 16, &call->action);
	case MEMBER_COMM:
		take_bytes(f, &call->comm);
		return true;
	case MEMBER_EXE:
		take_bytes(f, &call->exe);
		return true;
	case MEMBER_EXIT:
		return take_result(call, f);
	case MEMBER_ITEMS:
		return take_u32(f, 10, &call->items);
	case MEMBER_KEY:
		take_bytes(f, &call->key);
		return true;
	case MEMBER_PID:
		return take_pid(f, &call->pid);
	case MEMBER_PPID:
		return take_pid(f, &call->parent);
	case MEMBER_SES:
		return take_u32(f, 10, &call->session);
	case MEMBER_SIG:
		return take_u32(f, 10, &call->signal);
	case MEMBER_SUCCESS:
		return take_success(call, f);
	case MEMBER_SYSCALL:
		return take_u32(f, 10, &call->nr);
	case MEMBER_UID:
		return take_u32(f, 10, &call->uid);
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

/* ---- the records beside SYSCALL
 * -------------------------------------------------------------------- */

/* The value of the first field of that name. */
static bool find(const struct record *record, const char *name, struct field *f)
{
	struct fields fields = record_fields(record);

	while (fields_next(&fields, f))
		if (field_is(f, name))
			return true;
	return false;
}

static enum path_role role_of(const struct record *record)
{
	static const char *const names[] = {
		[PATH_NORMAL] = "NORMAL",
		[PATH_PARENT] = "PARENT",
		[PATH_CREATE] = "CREATE",
		[PATH_DELETE] = "DELETE",
	};
	struct field f;

	if (!find(record, "nametype", &f) && !find(record, "objtype", &f))
		return PATH_UNKNOWN;
	for (unsigned i = PATH_NORMAL; i < countof(names); i++)
		if (f.len == strlen(names[i]) && memcmp(f.value, names[i], f.len) == 0)
			return (enum path_role)i;
	return PATH_UNKNOWN;
}

static int add_path(struct audit_call *call, const struct record *record)
{
	struct audit_path *path;
	struct field f;
	uint32_t item;

	if (!find(record, "item", &f) || !take_u32(&f, 10, &item) || call->path_count == PATHS_MAX)
		return -EBADMSG;
	if (call->path_count == call->paths.len && !vec_add(&call->paths))
		return -ENOMEM;
	path = &call->paths.data[call->path_count++];
	path->item = item;
	path->role = role_of(record);
	str_clear(&path->name);
	if (find(record, "name", &f))
		field_bytes(&f, &path->name);
	/* They come in order; a log may have been sorted otherwise. */
	for (uint32_t i = call->path_count - 1; i && call->paths.data[i - 1].item > item; i--) {
		struct audit_path moved = call->paths.data[i];

		call->paths.data[i] = call->paths.data[i - 1];
		call->paths.data[i - 1] = moved;
	}
	return path->name.failed ? -ENOMEM : 0;
}

/* "a3", "a3[7]": which word, which is returned too where it is one; "a3_len", "argc": none. */
static bool is_word(const struct field *f, uint32_t *index)
{
	uint64_t n = 0;
	size_t i = 1;

	if (f->name_len < 2 || f->name[0] != 'a')
		return false;
	for (; i < f->name_len && f->name[i] >= '0' && f->name[i] <= '9' && n <= WORDS_MAX; i++)
		n = n * 10 + (uint64_t)(f->name[i] - '0');
	*index = (uint32_t)n;
	return i > 1 && n < WORDS_MAX && (i == f->name_len || f->name[i] == '[');
}

/* Words come one after the other, a long one in pieces (audit_log_execve_info, kernel/auditsc.c).
 */
static int add_word(struct audit_call *call, const struct field *f, uint32_t index)
{
	struct audit_word *word = call->word_count ? &call->argv.data[call->word_count - 1] : NULL;

	if (!word || word->index != index) {
		if (word && index < word->index)
			return -EBADMSG;
		word = call->word_count < call->argv.len ? &call->argv.data[call->word_count]
							 : vec_add(&call->argv);
		if (!word)
			return -ENOMEM;
		call->word_count++;
		word->index = index;
		str_clear(&word->text);
	}
	if (word->text.len + f->len <= ARGV_MAX)
		field_bytes(f, &word->text);
	else
		call->is_incomplete = true;
	return word->text.failed ? -ENOMEM : 0;
}

static int add_execve(struct audit_call *call, const struct record *record)
{
	struct fields fields = record_fields(record);
	struct field f;
	uint32_t index;
	int r = 0;

	while (!r && fields_next(&fields, &f))
		if (is_word(&f, &index))
			r = add_word(call, &f, index);
	return r;
}

static int add_sockaddr(struct audit_call *call, const struct record *record)
{
	struct field f;

	str_clear(&call->sockaddr);
	if (!find(record, "saddr", &f) || f.len > 2 * SOCKADDR_MAX || f.is_quoted ||
	    !field_bytes(&f, &call->sockaddr))
		return -EBADMSG;
	return call->sockaddr.failed ? -ENOMEM : 0;
}

static int add_text(const struct record *record, const char *name, struct str *out)
{
	struct field f;

	if (!find(record, name, &f))
		return -EBADMSG;
	take_bytes(&f, out);
	return out->failed ? -ENOMEM : 0;
}

static bool find_u32(const struct record *record, const char *name, int base, uint32_t *out)
{
	struct field f;

	return find(record, name, &f) && take_u32(&f, base, out);
}

static int add_pair(struct audit_call *call, const struct record *record)
{
	uint32_t pair[2];

	if (!find_u32(record, "fd0", 10, &pair[0]) || !find_u32(record, "fd1", 10, &pair[1]))
		return -EBADMSG;
	call->pair[0] = (int32_t)pair[0];
	call->pair[1] = (int32_t)pair[1];
	call->has_pair = true;
	return 0;
}

static int add_map(struct audit_call *call, const struct record *record)
{
	uint32_t fd;

	if (!find_u32(record, "fd", 10, &fd) || !find_u32(record, "flags", 16, &call->map_flags))
		return -EBADMSG;
	call->map_fd = (int32_t)fd;
	call->has_map = true;
	return 0;
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
	case AUDIT_PATH:
		return add_path(call, record);
	case AUDIT_CWD:
		return add_text(record, "cwd", &call->cwd);
	case AUDIT_PROCTITLE:
		return add_text(record, "proctitle", &call->title);
	case AUDIT_FD_PAIR:
		return add_pair(call, record);
	case AUDIT_MMAP:
		return add_map(call, record);
	case AUDIT_SOCKADDR:
		return add_sockaddr(call, record);
	case AUDIT_EXECVE:
		return add_execve(call, record);
	default:
		return -ENOMSG;
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths, addresses, words of argv: one function for each type of record. */
#include "audit/companion.h"

#include <errno.h>
#include <libaudit.h>
#include <string.h>

enum {
	PATHS_MAX = 64,	   /* of a call: the kernel keeps far fewer */
	WORDS_MAX = 65536, /* of an argv, and ... */
	ARGV_MAX = 65536,  /* ... its bytes: a run keeps 4096 */
	SOCKADDR_MAX = 128,
};

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

	if (!find(record, "item", &f) || !field_u32(&f, 10, &item) || call->path_count == PATHS_MAX)
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
	field_text(&f, out);
	return out->failed ? -ENOMEM : 0;
}

static bool find_u32(const struct record *record, const char *name, int base, uint32_t *out)
{
	struct field f;

	return find(record, name, &f) && field_u32(&f, base, out);
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

int companion_add(struct audit_call *call, const struct record *record)
{
	switch (record->type) {
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

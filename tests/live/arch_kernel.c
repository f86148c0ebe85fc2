/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Are the signatures those of the running kernel? Its tracefs tells every syscall's arguments with
 * their types (events/syscalls/sys_enter_NAME/format). It is mounted nowhere that others could see,
 * so that the machine stays as it is. Exit status: 0 yes, 1 no, 77 tracefs cannot be mounted.
 */
#include "arch/arch.h"
#include "base/cleanup.h"
#include "base/compiler.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static int failures;

/* Where the kernel's function has another name than its syscall. */
static const char *const names[][2] = {
	{ "newfstat", "fstat" }, { "newlstat", "lstat" },      { "newstat", "stat" },
	{ "newuname", "uname" }, { "sendfile64", "sendfile" }, { "umount", "umount2" },
};

struct kind {
	const char *type;
	uint8_t bits;
	bool is_signed;
};

/* The kernel's types that are no pointers. umode_t is a short: the kernel looks at less than 32
 * bits. */
static const struct kind kinds[] = {
	{ "__s32", 32, true },
	{ "__u32", 32, false },
	{ "__u64", 64, false },
	{ "aio_context_t", 64, false },
	{ "cap_user_data_t", 64, false },
	{ "cap_user_header_t", 64, false },
	{ "clockid_t", 32, true },
	{ "enum landlock_rule_type", 32, true },
	{ "gid_t", 32, false },
	{ "int", 32, true },
	{ "key_serial_t", 32, true },
	{ "key_t", 32, true },
	{ "loff_t", 64, true },
	{ "long", 64, true },
	{ "mqd_t", 32, true },
	{ "off_t", 64, true },
	{ "pid_t", 32, true },
	{ "qid_t", 32, false },
	{ "rwf_t", 32, true },
	{ "size_t", 64, false },
	{ "timer_t", 32, true },
	{ "u32", 32, false },
	{ "u64", 64, false },
	{ "uid_t", 32, false },
	{ "umode_t", 32, false },
	{ "unsigned", 32, false },
	{ "unsigned int", 32, false },
	{ "unsigned long", 64, false },
};

static const struct kind *find_kind(const char *type)
{
	static const struct kind pointer = { "pointer", 64, false };

	if (strchr(type, '*'))
		return &pointer;
	if (strncmp(type, "const ", 6) == 0)
		type += 6;
	for (size_t i = 0; i < countof(kinds); i++)
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	return NULL;
}

/* Descriptors are looked up by their low 32 bits, whatever the kernel declares. */
static void compare(const struct syscall *call, unsigned i, const char *type)
{
	const struct arg *a = &call->signature->args[i];
	const struct kind *k = find_kind(type);

	if (!k) {
		printf("%s: argument %u has the unknown type \"%s\"\n", call->name, i, type);
		failures++;
		return;
	}
	if (a->class == ARG_FD || a->class == ARG_NONE)
		return;
	if (a->bits == k->bits && a->is_signed == k->is_signed)
		return;
	printf("%s: %s is %s%u here, \"%s\" to the kernel\n", call->name, a->name,
	       a->is_signed ? "s" : "u", a->bits, type);
	failures++;
}

/* "	field:TYPE NAME;	offset:..." -> TYPE; false for the event's own fields. */
static bool read_type(char *line, char **type)
{
	char *end = strchr(line, ';');
	char *start = strstr(line, "field:");
	char *name;

	if (!start || !end)
		return false;
	*end = '\0';
	name = strrchr(start, ' ');
	if (!name || strncmp(name, " common_", 8) == 0 || strcmp(name, " __syscall_nr") == 0)
		return false;
	*name = '\0';
	*type = start + strlen("field:");
	return true;
}

static void check_format(const struct syscall *call, FILE *format)
{
	char line[512];
	char *type;
	unsigned count = 0;

	while (fgets(line, sizeof(line), format))
		if (read_type(line, &type) && count < SYSCALL_ARGS)
			compare(call, count++, type);
	if (count != call->signature->count) {
		printf("%s: %u arguments here, %u to the kernel\n", call->name,
		       call->signature->count, count);
		failures++;
	}
}

static const char *syscall_name(const char *function)
{
	for (size_t i = 0; i < countof(names); i++)
		if (strcmp(names[i][0], function) == 0)
			return names[i][1];
	return function;
}

/* An event of folder events/syscalls: returns whether it is the entry of a syscall. */
static bool check_event(const char *folder, const char *event)
{
	const struct syscall *call;
	autostr struct str path = { 0 };
	FILE *format;

	if (strncmp(event, "sys_enter_", 10) != 0)
		return false;
	call = arch_syscall_named(arch_native(), syscall_name(event + 10));
	if (!call) {
		printf("%s is unknown here\n", event + 10);
		failures++;
		return true;
	}
	str_putf(&path, "%s/%s/format", folder, event);
	format = fopen(str_text(&path), "r");
	if (!format) {
		printf("cannot read %s\n", str_text(&path));
		failures++;
		return true;
	}
	check_format(call, format);
	fclose(format);
	return true;
}

static int check_all(const char *root)
{
	autostr struct str folder = { 0 };
	unsigned count = 0;
	DIR *events;

	str_putf(&folder, "%s/events/syscalls", root);
	events = opendir(str_text(&folder));
	if (!events) {
		printf("this kernel was built without syscall trace events\n");
		return 77;
	}
	for (struct dirent *e; (e = readdir(events));)
		count += check_event(str_text(&folder), e->d_name);
	closedir(events);
	printf("%u syscalls compared, %d differences\n", count, failures);
	return failures || count < 250;
}

/* tracefs, mounted nowhere: only whoever holds the descriptor sees it. */
static int open_tracefs(void)
{
	autoclose int fs = fsopen("tracefs", FSOPEN_CLOEXEC);

	if (fs < 0 || fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -1;
	return fsmount(fs, FSMOUNT_CLOEXEC, 0);
}

int main(void)
{
	autoclose int root = open_tracefs();
	char path[32];

	if (root < 0) {
		printf("tracefs cannot be mounted here: %s\n", strerror(errno));
		return 77;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", root);
	return check_all(path);
}

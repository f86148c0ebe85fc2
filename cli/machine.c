/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What this kernel and these privileges allow. What could end or change the caller is tried in a
 * child.
 */
#include "cli/machine.h"

#include "audit/control.h"
#include "audit/state.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "store/store.h"
#include "tracer/tracer.h"

#include "config.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs try in a child: its value, or -1 when a signal ended it. */
static int in_child(int (*try)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		const struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		_exit(try());
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Is the capability in the effective set? */
static bool has_capability(unsigned capability)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

/* The first line of a small file of /proc or /sys; false when it cannot be read. */
static bool read_line(const char *path, struct str *line)
{
	autofree char *text = NULL;
	size_t len;

	if (file_read(path, 65536, &text, &len, NULL))
		return false;
	str_put_escaped(line, text, strcspn(text, "\n"));
	return true;
}

static bool look_kernel(const char *db, struct str *found, struct str *remedy)
{
	struct utsname u;

	(void)db;
	(void)remedy;
	if (uname(&u)) {
		str_put(found, "unknown");
		return false;
	}
	str_putf(found, "%s %s on %s", u.sysname, u.release, u.machine);
	return true;
}

static int load_a_filter(void)
{
	struct sock_filter allow = { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW };
	struct sock_fprog program = { 1, &allow };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return errno;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) ? errno : 0;
}

static bool look_filter(const char *db, struct str *found, struct str *remedy)
{
	int error = in_child(load_a_filter);

	(void)db;
	if (error == 0) {
		str_put(found, "filters load, with no_new_privs");
		return true;
	}
	str_putf(found, "a filter does not load: %s", error < 0 ? "killed" : strerror(error));
	str_put(remedy, "needs CONFIG_SECCOMP_FILTER, and a container whose own profile allows "
			"seccomp and prctl");
	return false;
}

static bool look_actions(const char *db, struct str *found, struct str *remedy)
{
	static const struct {
		uint32_t ret;
		const char *name;
	} actions[] = {
		{ SECCOMP_RET_KILL_PROCESS, "kill_process" },
		{ SECCOMP_RET_ERRNO, "errno" },
		{ SECCOMP_RET_TRACE, "trace" },
		{ SECCOMP_RET_TRAP, "trap" },
		{ SECCOMP_RET_LOG, "log" },
		{ SECCOMP_RET_USER_NOTIF, "notify" },
	};
	unsigned missing = 0;

	(void)db;
	for (size_t i = 0; i < countof(actions); i++) {
		uint32_t action = actions[i].ret;
		bool is_there = !syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);

		str_putf(found, "%s%s%s", i ? " " : "", is_there ? "" : "no ", actions[i].name);
		missing += !is_there;
	}
	if (missing)
		str_put(remedy, "all of them need Linux 5.0 or newer");
	return !missing;
}

static bool look_logged(const char *db, struct str *found, struct str *remedy)
{
	static const char path[] = "/proc/sys/kernel/seccomp/actions_logged";
	autostr struct str line = { 0 };
	bool logs, logs_kills;

	(void)db;
	if (!read_line(path, &line)) {
		str_putf(found, "%s cannot be read", path);
		return false;
	}
	logs = strstr(str_text(&line), "log");
	logs_kills = strstr(str_text(&line), "kill_process");
	str_putf(found, "logged: %s", str_text(&line));
	if (!logs || !logs_kills)
		str_put(remedy, "as root: sysctl -w kernel.seccomp.actions_logged="
				"'kill_process kill_thread trap errno user_notif trace log'");
	return logs && logs_kills;
}

static bool look_ptrace(const char *db, struct str *found, struct str *remedy)
{
	const struct backend *backend = backend_by_name("ptrace");
	autostr struct str scope = { 0 };
	struct err e = { 0 };

	(void)db;
	if (!backend) {
		str_put(found, "not built in");
		return false;
	}
	if (backend->check(&e)) {
		str_put_escaped(found, e.text, strlen(e.text));
		str_put(remedy, "a container needs --cap-add SYS_PTRACE or a kernel from 4.8 on; "
				"Yama: sysctl -w kernel.yama.ptrace_scope=1");
		return false;
	}
	str_put(found, "works");
	if (read_line("/proc/sys/kernel/yama/ptrace_scope", &scope))
		str_putf(found, " (Yama's ptrace_scope is %s)", str_text(&scope));
	return true;
}

static bool look_set_user_id(const char *db, struct str *found, struct str *remedy)
{
	(void)db;
	if (has_capability(CAP_SYS_ADMIN)) {
		str_put(found, "recorded with their rights (CAP_SYS_ADMIN); enforced without");
		return true;
	}
	str_put(found, "recorded and enforced without their rights (no_new_privs)");
	str_put(remedy, "record as root to see what they do with them");
	return false;
}

static bool look_stacks(const char *db, struct str *found, struct str *remedy)
{
	(void)db;
#ifdef HAVE_LIBDW
	(void)remedy;
	str_put(found, "libdw built in: record --stack works");
	return true;
#else
	str_put(found, "built without libdw: no stacks");
	str_put(remedy, "install libdw-dev and build again");
	return false;
#endif
}

/* Whoever names a database names a folder that is there; those of the usual place are made. */
static bool is_usual_place(const char *db)
{
	const char *named = getenv("WONT_DB");

	return !db && !(named && *named);
}

/*
 * May record write the database and beside it, or make it where it is not there? Only looks: to
 * open it for writing would change it. 0, or why not.
 */
static int check_writable(const char *path, bool makes_folders)
{
	autofree char *place = strdup(path);

	if (!place)
		return -ENOMEM;
	if (euidaccess(place, W_OK) && errno != ENOENT)
		return -errno;
	for (;;) {
		char *slash = strrchr(place, '/');

		if (slash)
			*(slash == place ? slash + 1 : slash) = 0;
		if (!euidaccess(slash ? place : ".", W_OK | X_OK))
			return 0;
		if (errno != ENOENT || !slash || !makes_folders)
			return -errno;
	}
}

static bool look_store(const char *db, struct str *found, struct str *remedy)
{
	autofree char *path = NULL;
	autostore struct store *s = NULL;
	struct err e = { 0 };
	bool is_missing = false;
	int r = store_path(db, &path, &e);

	if (!r) {
		r = store_open(path, STORE_READ, &s, &e);
		is_missing = r == -ENOENT;
		if (!r || is_missing)
			r = check_writable(path, is_usual_place(db));
		if (r && (s || is_missing))
			err_sys(&e, r, "database %s cannot be written", path);
	}
	if (r) {
		str_put_escaped(found, e.text, strlen(e.text));
		str_put(remedy, "name another with -d or $WONT_DB");
		return false;
	}
	str_put_escaped(found, path, strlen(path));
	str_put(found, is_missing ? " (not there yet; record makes it)" : "");
	return true;
}

static bool look_audit(const char *db, struct str *found, struct str *remedy)
{
	struct control_status status;
	struct err e = { 0 };

	(void)db;
	if (backend_by_name("audit")->check(&e)) {
		str_put(found, "the audit back end cannot record");
		str_put(remedy, e.text);
		return false;
	}
	if (control_status(&status, &e)) {
		str_put(found, "numbers can be recorded, arguments cannot");
		str_put(remedy, e.text);
		return false;
	}
	str_putf(found, "records can be read; enabled %u, backlog limit %u, %u lost since boot",
		 status.enabled, status.backlog_limit, status.lost);
	if (status.enabled == CONTROL_LOCKED)
		str_put(found, "; its settings are locked until the next boot, so that numbers can "
			       "be recorded and arguments (--args) cannot");
	if (status.daemon)
		str_putf(found, "; process %d is the audit daemon and logs what is recorded, too",
			 (int)status.daemon);
	return true;
}

/* What recorders that were killed left changed. */
static bool look_audit_state(const char *db, struct str *found, struct str *remedy)
{
	unsigned dead, alive;
	struct err e = { 0 };

	(void)db;
	if (geteuid()) {
		str_put(found, "for root to look at");
		return true;
	}
	if (state_look(STATE_FOLDER, &dead, &alive, &e)) {
		str_put_escaped(found, e.text, strlen(e.text));
		str_put(remedy, "look at " STATE_FOLDER);
		return false;
	}
	if (dead) {
		str_putf(found, "%u killed recorders left rules or settings of audit's behind",
			 dead);
		str_put(remedy, "the next `wont record --backend audit` puts them back");
		return false;
	}
	str_putf(found, "as it was%s", alive ? ", but for recordings under way" : "");
	return true;
}

static bool look_ebpf(const char *db, struct str *found, struct str *remedy)
{
	bool is_permitted = has_capability(CAP_SYS_ADMIN) ||
			    (has_capability(CAP_BPF) && has_capability(CAP_PERFMON));
	bool has_types = access("/sys/kernel/btf/vmlinux", R_OK) == 0;

	(void)db;
	str_putf(found, "%s, %s", is_permitted ? "permitted" : "no CAP_BPF and CAP_PERFMON",
		 has_types ? "kernel types (BTF) there" : "no /sys/kernel/btf/vmlinux");
	if (!is_permitted)
		str_put(remedy, "only for the ebpf back end: run as root");
	else if (!has_types)
		str_put(remedy, "only for the ebpf back end: a kernel with CONFIG_DEBUG_INFO_BTF");
	return is_permitted && has_types;
}

static bool look_landlock(const char *db, struct str *found, struct str *remedy)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	(void)db;
	if (abi > 0) {
		str_putf(found, "ABI %ld", abi);
		return true;
	}
	str_put(found, "not there");
	str_put(remedy, "only for path and port rules: Linux 5.13, and \"landlock\" in lsm=");
	return false;
}

static bool look_clone3(const char *db, struct str *found, struct str *remedy)
{
	(void)db;
	(void)remedy;
	if (syscall(SYS_clone3, NULL, (size_t)0) == -1 && errno == ENOSYS)
		str_put(found, "not there: libc uses clone");
	else
		str_put(found, "there; answered ENOSYS while recording, so that clone shows flags");
	return true;
}

#ifdef __x86_64__
static int call_i386(void)
{
	long result = 20; /* getpid */

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	return result > 0 ? 0 : 1;
}

static int call_x32(void)
{
	return syscall(0x40000000 + SYS_getpid) > 0 ? 0 : 1;
}

static bool look_i386(const char *db, struct str *found, struct str *remedy)
{
	bool works = in_child(call_i386) == 0;

	(void)db;
	(void)remedy;
	str_put(found, works ? "32-bit calls work: a profile's foreign-arch decides about them"
			     : "the kernel takes no 32-bit calls");
	return works;
}

static bool look_x32(const char *db, struct str *found, struct str *remedy)
{
	bool works = in_child(call_x32) == 0;

	(void)db;
	(void)remedy;
	str_put(found, works ? "x32 calls work: a profile's foreign-arch decides about them"
			     : "the kernel takes no x32 calls");
	return works;
}
#endif

const struct ability abilities[] = {
	{ "kernel", true, look_kernel },
	{ "filter", true, look_filter },
	{ "actions", true, look_actions },
	{ "ptrace", true, look_ptrace },
	{ "store", true, look_store },
	{ "action log", false, look_logged },
	{ "set-user-id", false, look_set_user_id },
	{ "stacks", false, look_stacks },
	{ "audit", false, look_audit },
	{ "audit state", false, look_audit_state },
	{ "ebpf", false, look_ebpf },
	{ "landlock", false, look_landlock },
	{ "clone3", false, look_clone3 },
#ifdef __x86_64__
	{ "i386", false, look_i386 },
	{ "x32", false, look_x32 },
#endif
	{ 0 },
};

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shipped table of dangers: worst first within a name, so that the first hit is the one to
 * tell. */
#include "learn/danger.h"

#define REFUSE(name, call, cond, reason)                                                           \
	{                                                                                          \
		name, call, cond, DANGER_REFUSE, reason                                            \
	}
#define NOTE(name, call, cond, reason)                                                             \
	{                                                                                          \
		name, call, cond, DANGER_NOTE, reason                                              \
	}

#define WX "prot & PROT_WRITE && prot & PROT_EXEC"
#define XW "prot & PROT_EXEC && !(prot & PROT_WRITE)"
#define NEW_NS                                                                                     \
	"flags & "                                                                                 \
	"(CLONE_NEWNS|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWNET)"

static const char to_ptrace[] = "reads and rewrites other processes, also ones outside the filter";
static const char to_write_vm[] = "writes into the memory of other processes of the same user";
static const char to_read_vm[] = "reads the memory of other processes of the same user";
static const char to_take_fd[] = "takes open descriptors out of other processes";
static const char to_bpf[] = "loads programs into the kernel; its verifier has had many holes";
static const char to_fault[] =
	"stops the kernel in the middle of a copy, which turns races into exploits";
static const char to_uring[] =
	"starts operations that no seccomp filter sees: files, sockets, renames";
static const char to_mount[] = "changes what file names mean, for other processes too";
static const char to_keys[] = "reaches keyrings that are shared with processes outside the filter";
static const char to_kexec[] = "replaces the running kernel";
static const char to_module[] = "puts code into the running kernel or takes it out";
static const char to_inject[] = "types into its terminal as if the user did";
static const char to_paste[] =
	"pastes into its console, among other things that the filter cannot tell apart";
static const char to_wx[] = "maps memory that is writable and executable: injected code runs";
static const char to_wx_step[] =
	"makes memory executable later, so that what was written there runs";
static const char to_alg[] = "opens the kernel's crypto interface, a frequent way into the kernel";
static const char to_vsock[] = "talks to the hypervisor or the host, past every network rule";
static const char to_packet[] = "reads and forges the packets of the whole machine";
static const char to_rare[] = "loads a rarely used protocol into the kernel on demand";
static const char to_netlink[] =
	"talks to kernel subsystems; with privileges it configures the network";
static const char to_raw[] = "sends packets that it composes itself";
static const char to_persona[] =
	"turns off address randomisation or makes readable memory executable";
static const char to_userns[] =
	"becomes root in a new user namespace, which opens most of the kernel to it";
static const char to_ns[] = "leaves the namespaces that it was started in";
static const char to_handle[] =
	"opens files by number, past the folders and mounts that should hide them";
static const char to_ports[] = "touches hardware directly";
static const char to_perf[] =
	"watches other processes and reaches a large, often broken part of the kernel";
static const char to_reboot[] = "stops or restarts the machine";
static const char to_swap[] = "changes where the memory of all processes is written";
static const char to_acct[] = "turns process accounting on or off for the whole machine";
static const char to_clock[] =
	"sets the clock of the whole machine, on which certificates and logs rest";
static const char to_tune[] = "reads the clock's state and, with other memory, sets the clock";
static const char to_device[] = "makes device files: any disk, any terminal";
static const char to_suid[] = "makes files that run with their owner's rights";
static const char to_exec[] =
	"starts other programs; they inherit the filter and all that it admits";
static const char to_memfd[] =
	"makes files without a name, which can be executed and leave no trace";
static const char to_chroot[] =
	"changes its root folder, which hides files and, with privileges, escapes from one";
static const char to_name[] = "renames the machine";
static const char to_log[] = "reads the kernel's log, which tells addresses, or clears it";
static const char to_watch[] = "watches and may hold up file accesses of other processes";
static const char to_quota[] = "reads and sets the disk quotas of other users";
static const char to_compare[] =
	"tells how other processes share kernel objects, which helps to find addresses";
static const char to_tracer[] = "lets another process trace it";
static const char to_mm[] = "moves the bounds of its own memory map; may show a false command line";
static const char to_ambient[] = "hands privileges to the programs that it starts";
static const char to_ldt[] = "installs segments, a rarely used and often broken part of the kernel";
static const char to_bypass[] =
	"belongs to the kernel's tracing: no filter stops it on recent kernels";
static const char to_hide[] = "keeps its arguments in memory, where no filter sees them";

const struct danger dangers[] = {
	REFUSE("ptrace", "ptrace", NULL, to_ptrace),
	REFUSE("process-memory", "process_vm_writev", NULL, to_write_vm),
	REFUSE("process-memory", "process_vm_readv", NULL, to_read_vm),
	REFUSE("pidfd-getfd", "pidfd_getfd", NULL, to_take_fd),
	REFUSE("bpf", "bpf", NULL, to_bpf),
	REFUSE("userfaultfd", "userfaultfd", NULL, to_fault),
	REFUSE("io-uring", "io_uring_setup", NULL, to_uring),
	REFUSE("io-uring", "io_uring_enter", NULL, to_uring),
	REFUSE("io-uring", "io_uring_register", NULL, to_uring),
	REFUSE("mount", "mount", NULL, to_mount),
	REFUSE("mount", "umount", NULL, to_mount),
	REFUSE("mount", "umount2", NULL, to_mount),
	REFUSE("mount", "pivot_root", NULL, to_mount),
	REFUSE("mount", "open_tree", NULL, to_mount),
	REFUSE("mount", "open_tree_attr", NULL, to_mount),
	REFUSE("mount", "move_mount", NULL, to_mount),
	REFUSE("mount", "fsopen", NULL, to_mount),
	REFUSE("mount", "fsconfig", NULL, to_mount),
	REFUSE("mount", "fsmount", NULL, to_mount),
	REFUSE("mount", "fspick", NULL, to_mount),
	REFUSE("mount", "mount_setattr", NULL, to_mount),
	REFUSE("keyring", "keyctl", NULL, to_keys),
	REFUSE("keyring", "add_key", NULL, to_keys),
	REFUSE("keyring", "request_key", NULL, to_keys),
	REFUSE("kexec", "kexec_load", NULL, to_kexec),
	REFUSE("kexec", "kexec_file_load", NULL, to_kexec),
	REFUSE("modules", "init_module", NULL, to_module),
	REFUSE("modules", "finit_module", NULL, to_module),
	REFUSE("modules", "delete_module", NULL, to_module),
	REFUSE("tiocsti", "ioctl", "request == TIOCSTI", to_inject),
	REFUSE("tioclinux", "ioctl", "request == TIOCLINUX", to_paste),
	REFUSE("wx-mapping", "mmap", WX, to_wx),
	REFUSE("wx-mapping", "mmap2", WX, to_wx),
	REFUSE("wx-mapping", "mprotect", WX, to_wx),
	REFUSE("wx-mapping", "pkey_mprotect", WX, to_wx),
	REFUSE("alg-socket", "socket", "domain == AF_ALG", to_alg),
	REFUSE("vsock-socket", "socket", "domain == AF_VSOCK", to_vsock),
	REFUSE("packet-socket", "socket", "domain == AF_PACKET", to_packet),
	REFUSE("rare-socket", "socket",
	       "!(domain in {AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_ALG, AF_VSOCK, "
	       "AF_PACKET})",
	       to_rare),
	REFUSE("personality", "personality", "!(persona in {0, 8, 0xffffffff})", to_persona),
	REFUSE("user-namespace", "clone", "flags & CLONE_NEWUSER", to_userns),
	REFUSE("user-namespace", "unshare", "flags & CLONE_NEWUSER", to_userns),
	REFUSE("setns", "setns", NULL, to_ns),
	REFUSE("open-by-handle", "open_by_handle_at", NULL, to_handle),
	REFUSE("io-ports", "iopl", NULL, to_ports),
	REFUSE("io-ports", "ioperm", NULL, to_ports),
	REFUSE("perf", "perf_event_open", NULL, to_perf),
	REFUSE("reboot", "reboot", NULL, to_reboot),
	REFUSE("swap", "swapon", NULL, to_swap),
	REFUSE("swap", "swapoff", NULL, to_swap),
	REFUSE("accounting", "acct", NULL, to_acct),
	REFUSE("set-clock", "clock_settime", NULL, to_clock),
	REFUSE("set-clock", "clock_settime64", NULL, to_clock),
	REFUSE("set-clock", "settimeofday", NULL, to_clock),
	REFUSE("set-clock", "stime", NULL, to_clock),
	REFUSE("device-file", "mknod", "(mode & 0xf000) in {S_IFCHR, S_IFBLK}", to_device),
	REFUSE("device-file", "mknodat", "(mode & 0xf000) in {S_IFCHR, S_IFBLK}", to_device),
	REFUSE("vm86", "vm86", NULL, to_ldt),
	REFUSE("vm86", "vm86old", NULL, to_ldt),

	NOTE("exec", "execve", NULL, to_exec),
	NOTE("exec", "execveat", NULL, to_exec),
	NOTE("make-executable", "mprotect", XW, to_wx_step),
	NOTE("make-executable", "pkey_mprotect", XW, to_wx_step),
	NOTE("make-executable", "mmap", XW " && flags & MAP_ANONYMOUS", to_wx_step),
	NOTE("make-executable", "mmap2", XW " && flags & MAP_ANONYMOUS", to_wx_step),
	NOTE("make-executable", "shmat", "shmflg & SHM_EXEC", to_wx_step),
	NOTE("memfd", "memfd_create", NULL, to_memfd),
	NOTE("netlink-socket", "socket", "domain == AF_NETLINK", to_netlink),
	NOTE("raw-socket", "socket", "domain in {AF_INET, AF_INET6} && (type & 0xf) == SOCK_RAW",
	     to_raw),
	NOTE("namespace", "clone", NEW_NS, to_ns),
	NOTE("namespace", "unshare", NEW_NS, to_ns),
	NOTE("chroot", "chroot", NULL, to_chroot),
	NOTE("setuid-file", "chmod", "mode & S_ISUID", to_suid),
	NOTE("setuid-file", "fchmod", "mode & S_ISUID", to_suid),
	NOTE("setuid-file", "fchmodat", "mode & S_ISUID", to_suid),
	NOTE("setuid-file", "fchmodat2", "mode & S_ISUID", to_suid),
	NOTE("set-clock-parts", "adjtimex", NULL, to_tune),
	NOTE("set-clock-parts", "clock_adjtime", NULL, to_tune),
	NOTE("set-clock-parts", "clock_adjtime64", NULL, to_tune),
	NOTE("host-name", "sethostname", NULL, to_name),
	NOTE("host-name", "setdomainname", NULL, to_name),
	NOTE("kernel-log", "syslog", NULL, to_log),
	NOTE("watch-files", "fanotify_init", NULL, to_watch),
	NOTE("quota", "quotactl", NULL, to_quota),
	NOTE("quota", "quotactl_fd", NULL, to_quota),
	NOTE("compare-processes", "kcmp", NULL, to_compare),
	NOTE("allow-tracer", "prctl", "option == PR_SET_PTRACER", to_tracer),
	NOTE("memory-map", "prctl", "option == PR_SET_MM", to_mm),
	NOTE("ambient-capability", "prctl",
	     "option == PR_CAP_AMBIENT && value2 == PR_CAP_AMBIENT_RAISE", to_ambient),
	NOTE("segments", "modify_ldt", NULL, to_ldt),
	NOTE("seccomp-bypass", "uretprobe", NULL, to_bypass),
	NOTE("seccomp-bypass", "uprobe", NULL, to_bypass),
	NOTE("hidden-arguments", "socketcall", NULL, to_hide),
	NOTE("hidden-arguments", "ipc", NULL, to_hide),
	/* Where they take one pointer: mmap on i386, m68k and s390, mmap2 on s390. */
	NOTE("hidden-arguments", "mmap", "args >= 0", to_hide),
	NOTE("hidden-arguments", "mmap2", "args >= 0", to_hide),
	NOTE("hidden-arguments", "clone3", NULL, to_hide),
	NOTE("hidden-arguments", "openat2", NULL, to_hide),
};

const size_t danger_count = countof(dangers);

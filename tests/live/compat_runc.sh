#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# runc starts a container under a profile like Docker's default one, with our library in libseccomp's place. runc gives
# the process that becomes the container an empty environment, so LD_LIBRARY_PATH does not reach it: ours is mounted over
# libseccomp's, in a mount namespace that ends with the test.
. "$top_srcdir/tests/live/live.sh"

[ "$(id -u)" -eq 0 ] || skip "containers need root"
unshare -m true 2>/dev/null || skip "no mount namespaces here"
theirs=$(ldconfig -p | awk '/libseccomp\.so\.2 .*x86-64/ { print $NF; exit }')
[ -n "$theirs" ] || skip "no libseccomp"

# What Docker keeps from a container without capabilities; it allows the rest of what the tables know.
denied='acct add_key bpf chroot clock_adjtime clock_settime clone clone3 create_module delete_module finit_module
	fsconfig fsmount fsopen fspick get_kernel_syms get_mempolicy init_module io_uring_enter io_uring_register
	io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind mount mount_setattr
	move_mount move_pages name_to_handle_at nfsservctl open_by_handle_at open_tree perf_event_open personality
	pivot_root process_vm_readv process_vm_writev ptrace query_module quotactl quotactl_fd reboot request_key
	set_mempolicy set_mempolicy_home_node setns settimeofday socket stime swapoff swapon sysfs _sysctl syslog umount
	umount2 unshare uselib userfaultfd ustat vhangup vm86 vm86old'

put_profile()
{
	{ wont syscalls --arch x86_64 && wont syscalls --arch i386; } | awk -v denied="$denied" '
	function rule(name, action, rest) {
		printf "%s{\"names\": [%s], \"action\": \"SCMP_ACT_%s\"%s}", sep, name, action, rest
		sep = ",\n"
	}
	function when(name, op, value, other) {
		rule("\"" name "\"", "ALLOW", ", \"args\": [{\"index\": 0, \"op\": \"SCMP_CMP_" op "\", \"value\": " value \
			", \"valueTwo\": " other "}]")
	}
	BEGIN {
		n = split(denied, list)
		for (i = 1; i <= n; i++)
			seen[list[i]] = 1
	}
	$2 ~ /^[a-z_][a-z_0-9]*$/ && !seen[$2]++ { names = names comma "\"" $2 "\""; comma = ", " }
	END {
		print "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 1,"
		print "\"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"], \"syscalls\": ["
		rule(names, "ALLOW", "")
		n = split("0 8 131072 131080 4294967295", list)
		for (i = 1; i <= n; i++)
			when("personality", "EQ", list[i], 0)
		when("socket", "NE", 40, 0)
		when("clone", "MASKED_EQ", 2114060288, 0)
		rule("\"clone3\"", "ERRNO", ", \"errnoRet\": 38")
		print "]}"
	}'
}

# put_bundle FOLDER: a busybox that tells how it is kept.
put_bundle()
{
	mkdir -p "$1/rootfs/bin" "$1/rootfs/dump" "$1/rootfs/proc" "$1/rootfs/dev"
	cp /bin/busybox "$1/rootfs/bin/"
	for applet in sh grep mount mkdir; do
		ln -s busybox "$1/rootfs/bin/$applet"
	done
	cat >"$1/config.json" <<JSON
{"ociVersion": "1.0.2", "root": {"path": "rootfs"},
"process": {"user": {"uid": 0, "gid": 0}, "cwd": "/", "noNewPrivileges": true,
	"env": ["PATH=/bin", "WONT_SECCOMP_DUMP=/dump"],
	"args": ["sh", "-c", "grep -E '^(Seccomp|NoNewPrivs):' /proc/self/status; mkdir /made && echo made; mount -t proc p /made 2>&1 || echo denied"]},
"mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
	{"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}],
"linux": {"namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}],
	"seccomp": $(put_profile)}}
JSON
}

put_bundle plain
put_bundle ours

claim "runc starts containers here"
runc --root "$work/state" run --bundle plain "wont-plain-$$" >expected 2>&1 || skip "$(cat expected)"

claim "a container is the same on our library"
# shellcheck disable=SC2016
unshare -m sh -c 'mount --bind "$1" "$2" && exec runc --root "$3" run --bundle ours "$4"' runc \
	"$top_builddir/compat/libseccomp.so.2" "$(readlink -f "$theirs")" "$work/state" "wont-ours-$$" >got 2>&1 ||
	fail "$(cat got)"
same expected got
grep -q 'Seccomp:.*2' got || fail "no filter: $(cat got)"
grep -q denied got || fail "mount was not denied: $(cat got)"

claim "its filter is what its rules say"
set -- ours/rootfs/dump/*.wont
[ -e "$1" ] || fail "our library was not used"
wont check --filter "${1%.wont}.bpf" "./$1" >proof 2>&1 || fail "$(cat proof)"
grep -q '^arch.*x86_64' "$1" || fail "$(head "$1")"

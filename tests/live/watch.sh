#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# watch: what is denied on this machine, live, folded, with the rule that is missing; and proposals from that.
. "${top_srcdir:?}/tests/live/expect.sh"

probes=$top_builddir/tests/probes
SIGSYS=$((128 + 31))

at_end()
{
	[ -z "$watcher" ] || kill "$watcher" 2>/dev/null
	rm -rf "$here"
}
trap at_end EXIT

need_wont
[ -x "$probes/probe" ] || skip "the probes are for x86_64"
command -v jq >/dev/null || skip "jq is missing"
share_audit
wont watch --from audit --for 0.01 >"$here/out" 2>"$here/err" || {
	cat "$here/err"
	skip "audit records cannot be read here"
}

# A program and a profile of our own: the records of others on this machine are told from ours by the path.
probe=$here/probe
profile=$here/probe.wont
cp "$probes/probe" "$probe"
cp "$top_srcdir/tests/probes/probe.wont" "$profile"
wont compile "$profile" >/dev/null 2>&1 # the program is in the page cache then

# wait_for FILE JQ: until a line of the file is so.
wait_for()
{
	checks=$((checks + 1))
	for _ in $(seq 100); do
		[ -n "$(jq -c "select($2)" "$1" 2>/dev/null)" ] && return
		sleep 0.05
	done
	fail "nothing with $2 in:"
	show "$1"
}

# --- A kill is told with the missing rule, once; a supervised one with its arguments; a refusal too.
hostile=$here/$(printf 'evil\033[31m" exe="x')
begin_watch "$here/watch" --app probe --profile "$profile" --exe "$probe" --exe "$hostile"
run wont enforce "$profile" -- "$probe" ptrace
expect_status $SIGSYS
wait_for "$here/watch" '.syscall == "ptrace" and .action == "kill_process" and .args == null and .rule == "ptrace"
	and .danger == "ptrace" and .source == "audit" and (.nearest | startswith("none")) and .how == "wont enforce --supervise"'
run wont enforce --supervise "$profile" -- "$probe" netlink
expect_status $SIGSYS
wait_for "$here/watch" '.syscall == "socket" and .source == "supervise" and .args[0] == "0x10" and .how == null and
	(.rule | startswith("socket: domain == AF_NETLINK && type == SOCK_RAW")) and (.nearest | contains("it differs in domain"))
	and .danger == "netlink-socket"'
run wont enforce --action errno "$profile" -- "$probe" keyctl
expect_status 0
wait_for "$here/watch" '.syscall == "keyctl" and .action == "errno"'
run wont enforce --action trap "$profile" -- "$probe" keyctl
expect_status $SIGSYS
wait_for "$here/watch" '.syscall == "keyctl" and .action == "trap" and .source == "audit" and .rule == "keyctl"'
for _ in 1 2 3; do wont enforce --action log "$profile" -- "$probe" keyctl >/dev/null; done
wait_for "$here/watch" '.syscall == "keyctl" and .action == "log" and
	(.how | endswith("auditctl -a always,exit -F arch=b64 -S 250 -F exe='"$probe"'"))'

# --- Forged records, by whoever may send some, are no evidence; a name is bytes and reaches nobody raw.
run "$probes/forge" "$probe"
cp "$probe" "$hostile"
wont enforce "$profile" -- "$hostile" userfaultfd >/dev/null 2>&1
wait_for "$here/watch" '.syscall == "userfaultfd" and (.exe | endswith("/evil\\x1b[31m\" exe=\"x"))'
end_watch
check 'a forged record was believed' [ -z "$(jq -c "select(.exe == \"$probe\" and .syscall == \"ptrace\" and .count > 1)" "$here/watch")" ]
check 'an escape code came through' [ "$(grep -c "$(printf '\033')" "$here/watch")" -eq 0 ]
check 'what a supervisor told was told by the kernel, too' \
	[ -z "$(jq -c "select(.exe == \"$probe\" and .syscall == \"socket\" and .args == null)" "$here/watch")" ]

# --- Only the app's own; canaries count; everything is in the store.
sed 's/^app probe/app watched/' "$profile" >"$here/app.wont"
begin_watch "$here/mine" --app watched --profile "$here/app.wont"
wont enforce "$here/app.wont" -- "$probe" unshare >/dev/null 2>&1
wont enforce --action log "$here/app.wont" -- "$probe" io_uring_setup >/dev/null
wait_for "$here/mine" '.syscall == "io_uring_setup" and .action == "log" and .app == "watched"'
sleep 1.2
end_watch
check 'somebody else is in it' [ -z "$(jq -c 'select(.app != "watched")' "$here/mine")" ]
check 'the canary was not watched whole' \
	[ "$(sqlite3 "$WONT_DB" "SELECT count(*) FROM canary WHERE app = 'watched' AND whole = 1 AND watched > 0")" = 1 ]
check 'its denial is not its own' [ "$(sqlite3 "$WONT_DB" "SELECT count(*) FROM denial d JOIN canary c ON c.uuid = d.canary
	WHERE c.app = 'watched' AND d.nr = 425")" = 1 ]

# --- Proposals: a patch that patch(1) takes, reviewed, joined; and the calls live.
run wont watch --profile "$profile" --propose -o "$here/patch"
expect_status 0
expect_error 'rules proposed'
check 'no danger is told' grep -q '^+.*# DANGER netlink-socket: ' "$here/patch"
check 'the arguments are not told' grep -q '^+.*# socket(domain=AF_NETLINK, type=SOCK_RAW' "$here/patch"
check 'what is unknown is not told' grep -q '^+.*its arguments are unknown' "$here/patch"
if command -v patch >/dev/null; then
	wont check "$profile" >/dev/null
	: >"$here/nothing"
	run wont watch --profile "$profile" --accept "$here/nothing" -o "$here/canonical.wont"
	expect_error 'the patch adds nothing'
	run patch -s -o "$here/patched.wont" "$here/canonical.wont" "$here/patch"
	expect_status 0
	run wont check "$here/patched.wont"
	expect_status 0
fi
# The reviewer takes ptrace out: its rule and its comments.
awk '/^\+/ { block = block $0 "\n"; if ($0 !~ /^\+\t#/) { if ($0 != "+\tptrace") printf "%s", block; block = "" }; next } 1' \
	"$here/patch" >"$here/reviewed"
run wont watch --profile "$profile" --accept "$here/reviewed" -o "$here/grown.wont"
expect_status 0
expect_error 'danger accepted: netlink-socket'
run wont enforce "$here/grown.wont" -- "$probe" netlink
expect_status 0
run wont enforce "$here/grown.wont" -- "$probe" keyctl
expect_status 0
run wont enforce "$here/grown.wont" -- "$probe" ptrace
expect_status $SIGSYS
run wont watch --profile "$here/grown.wont" --accept "$here/reviewed" -o "$here/twice.wont"
expect_status 2
expect_error 'the profile has another line there'
awk '/^ \t[a-z0-9_]+$/ && !done { sub(/^ /, "-"); done = 1 } 1' "$here/reviewed" >"$here/taking"
run wont watch --profile "$profile" --accept "$here/taking" -o "$here/less.wont"
expect_status 2
expect_error 'it may only add'

# --- A file of old records; a rule's SYSCALL record brings the arguments of a logged call; damage is counted.
cat >"$here/audit.log" <<TXT
type=SECCOMP msg=audit(1795315722.388:10): auid=1 uid=0 gid=0 ses=1 pid=77 comm="a" exe="/opt/old" sig=0 arch=c000003e syscall=41 compat=0 ip=0x1 code=0x7ffc0000
type=SYSCALL msg=audit(1795315722.388:11): arch=c000003e syscall=41 success=yes exit=4 a0=10 a1=3 a2=0 a3=ffffffff items=0 ppid=1 pid=77 auid=1 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="a" exe="/opt/old" key=(null)
type=USER_CMD msg=audit(1795315722.389:12): pid=1 uid=0 msg='type=SECCOMP msg=audit(1795315722.388:10): pid=78 exe="/opt/forged" sig=31 arch=c000003e syscall=101 compat=0 ip=0x1 code=0x80000000'
type=SECCOMP msg=audit(1795315722.390:13): auid=1 uid=0 gid=0 ses=1 pid=79 comm="a" exe=2F6F70742F1B5B326A sig=31 arch=40000003 syscall=26 compat=1 ip=0x1 code=0x80000000
type=SECCOMP msg=audit(1795315722
TXT
run wont watch --profile "$profile" --from "$here/audit.log"
expect_status 0
wait_for "$here/out" '.exe == "/opt/old" and .syscall == "socket" and (.call | startswith("socket(domain=AF_NETLINK"))'
wait_for "$here/out" '.arch == "i386" and .syscall == "ptrace" and .exe == "/opt/\\x1b[2j"'
check 'a forged line was believed' [ "$(grep -c forged "$here/out")" -eq 0 ]
expect_error 'records were lost'

# --- Without the means, the reason.
run wont watch --from /no/such/file
expect_status 2
run wont watch --propose
expect_status 2
if command -v setpriv >/dev/null && [ "$(id -u)" -eq 0 ]; then
	run setpriv --bounding-set -all --inh-caps -all --reuid 65534 --regid 65534 --clear-groups "$top_builddir/wont" watch --from audit --for 1
	expect_status 2
	expect_error 'CAP_AUDIT_READ'
fi
finish

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2034 # expect.sh and eval read what seems unused
# enforce --supervise: what is killed is heard with its arguments, stored, and never runs, whoever dies first.
. "${top_srcdir:?}/tests/live/expect.sh"

probes=$top_builddir/tests/probes
probe=$probes/probe
profile=$top_srcdir/tests/probes/probe.wont
SIGSYS=$((128 + 31))

need_wont
[ -x "$probe" ] || skip "the probes are for x86_64"
run wont enforce --supervise "$profile" -- "$probe" list
grep -q 'listener already' "$here/err" && skip "this test runs under a listener itself"

stored()
{
	sqlite3 "$WONT_DB" "SELECT count(*) FROM denial WHERE $1"
}

# --- Every forbidden call of the probe dies, is told with its arguments, and is stored.
for name in $("$probe"); do
	run wont enforce --supervise "$profile" -- "$probe" "$name"
	expect_status $SIGSYS
	expect_output "before $name"
	expect_error "$probe (pid "
	expect_error "was killed at "
done
run wont enforce --supervise "$profile" -- "$probe" netlink
expect_error "was killed at socket(domain=AF_NETLINK, type=SOCK_RAW, protocol="
expect_error "nearest rule: socket: domain in {AF_UNIX, AF_INET}   (line "
expect_error "it differs in: domain"
run wont enforce --supervise "$profile" -- "$probe" execve
expect_error 'execve(pathname="/no/such/program", argv=true'
if command -v sqlite3 >/dev/null; then
	check 'the denial is not stored' [ "$(stored "nr = 41 AND args LIKE '0x10 0x3 %' AND source = 'supervise'")" -ge 1 ]
	check 'its strings are not stored' [ "$(stored "text LIKE '%/no/such/program%'")" -ge 1 ]
fi

# --- The other sentences; statuses are the command's own.
cat >"$here/all_but_some.wont" <<'TXT'
wont 1
default allow
foreign-arch allow
arch x86_64 {
	sched_yield: -> kill_process
	mkdirat:     -> kill_thread
	mkdir:       -> kill_process
	sethostname: -> notify
	clone3:      -> errno(ENOSYS)
}
TXT
all=$here/all_but_some.wont
run wont enforce --supervise --action log "$all" -- "$probes/confined" yield
expect_status 0
expect_output "done"
expect_error 'would have been killed at sched_yield()'
run wont enforce --supervise --action errno "$all" -- "$probes/confined" yield
expect_status 0
expect_output "EPERM"
run wont enforce --supervise --action trap "$all" -- "$probes/confined" yield
expect_status 125
expect_output ""
run wont enforce --supervise --explain "$all" -- true
expect_status 125
run wont enforce --supervise "$all" -- sh -c '/bin/true && env true && echo fine; exit 42'
expect_status 42
expect_output "fine"
expect_no_error
# shellcheck disable=SC2016
run wont enforce --supervise "$all" -- sh -c 'kill -TERM $$'
expect_status 143
run wont enforce --supervise "$all" -- no-such-command
expect_status 127
run wont enforce --supervise "$all" -- /etc/passwd
expect_status 126

# --- A child is killed alone, a thread with its process; a program's own filter changes nothing; equal ones are counted.
run wont enforce --supervise "$all" -- sh -c "'$probes/confined' yield; '$probes/confined' yield filter; echo after"
expect_status 0
expect_output "after"
expect_error 'the rule in line 5 kills it'
check 'equal denials are told again' [ "$(grep -c 'was killed' "$here/err")" -eq 1 ]
expect_error '2 denials in all'
run wont enforce --supervise "$all" -- "$probes/daring" make "$here/made"
expect_status $SIGSYS
expect_output go
check 'a denied call ran' [ ! -e "$here/made" ]

# --- One listener in a tree: said, not started.
run wont enforce --supervise "$all" -- "$top_builddir/wont" enforce --supervise "$all" -- echo started
expect_status 125
expect_output ""
expect_error 'a listener already'

# --- It runs until the last of its processes has gone, and what that does is heard.
run wont enforce --supervise --action errno "$all" -- sh -c "(sleep 0.5; '$probes/confined' yield) & exit 7"
expect_status 7
expect_output EPERM

# --- TERM reaches the command.
wont enforce --supervise "$all" -- sh -c 'trap "echo told; exit 9" TERM; echo ready; while :; do sleep 0.1; done' >"$here/out" &
supervisor=$!
until grep -q ready "$here/out"; do kill -0 $supervisor || break; sleep 0.05; done
kill -TERM $supervisor
wait $supervisor
status=$?
expect_status 9
expect_line told

# --- The command does not outlive its supervisor, and no denied call ever runs when that is killed at any moment.
command='trials'
"$probes/daring" trials "${SUPERVISE_TRIALS:-200}" "$here/made" "$top_builddir/wont" "$all" >"$here/out" 2>"$here/err"
status=$?
cat "$here/out"
expect_status 0

# --- Where /proc is not there processes have no names, and die all the same.
if [ -z "${WONT_SANITIZED:-}" ] && [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	# shellcheck disable=SC2016
	set -- unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh wont enforce --supervise "$profile" -- "$probe"
	run "$@" netlink
	expect_status $SIGSYS
	expect_error 'was killed at socket(domain=AF_NETLINK'
	run "$@" second-thread
	check 'a thread without a name goes on' [ "$status" -gt 128 ]
	expect_output 'before second-thread'
fi

# --- SIGCHLD that came ignored hides no end from us, and is the command's as it came.
(
	trap '' CHLD
	for _ in 1 2 3 4 5 6 7 8; do
		wont enforce --supervise "$all" -- "$probes/confined" nothing >"$here/out" 2>"$here/err"
		echo $?
	done
	wont enforce --supervise "$all" -- grep SigIgn /proc/self/status
	grep SigIgn /proc/self/status >"$here/ignored"
) >"$here/statuses"
command='trap "" CHLD'
sort -u "$here/statuses" >"$here/out"
expect_line "$(wont enforce --supervise "$all" -- "$probes/confined" nothing >/dev/null 2>&1; echo $?)"
expect_line "$(cat "$here/ignored")"
check 'the statuses differ' [ "$(wc -l <"$here/out")" -eq 2 ]

# --- A hostile name reaches no terminal.
hostile=$here/$(printf 'a\033[31mb')
cp "$probe" "$hostile"
run wont enforce --supervise "$profile" -- "$hostile" netlink
expect_status $SIGSYS
expect_error 'a\x1b[31mb (pid '
escape=$(printf '\033')
check 'an escape code came through' [ "$(grep -c "$escape" "$here/err")" -eq 0 ]
finish

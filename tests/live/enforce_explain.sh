#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# enforce --explain: what is killed is told, stored, and would be admitted by the rule that it proposes.
. "${top_srcdir:?}/tests/live/expect.sh"

probes=$top_builddir/tests/probes
probe=$probes/probe
profile=$top_srcdir/tests/probes/probe.wont
SIGSYS=$((128 + 31))

need_wont
[ -x "$probe" ] || skip "the probes are for x86_64"

# --- Who, what with which arguments, which rule is near, which one is missing.
run wont enforce --explain "$profile" -- "$probe" netlink
expect_status $SIGSYS
expect_output "before netlink"
expect_error "$probe (pid "
expect_error "was killed at socket(domain=AF_NETLINK, type=SOCK_RAW, protocol="
expect_error "nearest rule: socket: domain in {AF_UNIX, AF_INET}   (line "
expect_error "it differs in: domain"
expect_error "socket: domain == AF_NETLINK && type == SOCK_RAW"
run wont enforce --explain "$profile" -- "$probe" execve
expect_status $SIGSYS
expect_error 'execve(pathname="/no/such/program", argv=true'
expect_error 'no rule of x86_64 admits execve'

# --- It is stored, with its strings.
stored()
{
	sqlite3 "$WONT_DB" "SELECT count(*) FROM denial WHERE $1"
}
if command -v sqlite3 >/dev/null; then
	check 'the denial is not stored' [ "$(stored "nr = 41 AND arch = 'x86_64' AND app = 'probe'")" = 1 ]
	check 'its strings are not stored' [ "$(stored "text LIKE '%/no/such/program%'")" = 1 ]
fi

# --- Every probe dies as without --explain; with the proposed rule it lives.
for name in $("$probe"); do
	run wont enforce --explain "$profile" -- "$probe" "$name"
	expect_status $SIGSYS
	expect_output "before $name"
	case $name in
	*minus-one)
		expect_error 'no rule can admit it'
		continue
		;;
	esac
	arch=$(sed -n 's/.*this rule would admit it, in arch \([a-z0-9_]*\): .*/\1/p' "$here/err")
	rule=$(sed -n 's/.*this rule would admit it, in arch [a-z0-9_]*: //p' "$here/err")
	check "no rule was proposed" [ -n "$rule" ]
	if [ "$arch" = x86_64 ]; then
		sed '$d' "$profile"
		printf '\t%s\n}\n' "$rule"
	else
		cat "$profile"
		printf 'arch %s {\n\t%s\n}\n' "$arch" "$rule"
	fi >"$here/widened.wont"
	run wont enforce "$here/widened.wont" -- "$probe" "$name"
	expect_status 0
	expect_output "before $name
survived $name"
done

# --- The other sentences.
run wont enforce --explain --action log "$profile" -- "$probes/confined" yield
expect_status 0
expect_output "done"
expect_error 'would have been killed at sched_yield()'
run wont enforce --explain --action errno "$profile" -- "$probes/confined" yield
expect_status 0
expect_output "EPERM"
expect_error 'was refused (EPERM) at sched_yield()'
run wont enforce --explain --action trap "$profile" -- "$probes/confined" yield
expect_status 125
expect_output ""

# --- What the profile admits or answers itself goes on silently, execve too; statuses are the command's.
cat >"$here/all_but_one.wont" <<'TXT'
wont 1
default allow
foreign-arch allow
arch x86_64 {
	sched_yield: -> kill_process
	clone3:      -> errno(ENOSYS)
}
TXT
all=$here/all_but_one.wont
run wont enforce --explain "$all" -- sh -c '/bin/true && env true && echo fine; exit 42'
expect_status 42
expect_output "fine"
expect_no_error
# shellcheck disable=SC2016
run wont enforce --explain "$all" -- sh -c 'kill -TERM $$'
expect_status 143
run wont enforce --explain "$profile" -- no-such-command
expect_status 127
run wont enforce --explain "$profile" -- /etc/passwd
expect_status 126

# --- A child is killed alone; a rule that kills is named; the program's own filter does not hide it.
run wont enforce --explain "$all" -- sh -c "'$probes/confined' yield; echo after"
expect_status 0
expect_output "after"
expect_error 'the rule in line 5 kills it'
run wont enforce --explain "$all" -- "$probes/confined" yield filter
expect_status $SIGSYS
expect_error 'was killed at sched_yield()'
run wont enforce --explain --action errno "$all" -- "$probes/confined" yield filter
expect_status 0
expect_output "EPERM"

# --- A listener of the program's own lets no call go on that the profile denies.
run wont enforce --explain "$all" -- "$probes/confined" yield listener
expect_status $SIGSYS
expect_output ""
expect_error 'was killed at sched_yield()'
run wont enforce --explain --action errno "$all" -- "$probes/confined" yield listener
expect_status 2
expect_output ""
run "$probes/filters" under "$top_builddir/wont" enforce --explain --action errno "$all" -- echo started
expect_status 125
expect_output ""
expect_error 'under a seccomp filter already'
run wont enforce --explain --action log "$all" -- "$probes/confined" yield listener
expect_status 0
expect_output "done"
expect_error 'would have been killed at sched_yield()'

# --- Equal denials are told once and counted.
run wont enforce --explain "$all" -- sh -c "'$probes/confined' yield; '$probes/confined' yield; '$probes/confined' yield"
expect_status 137
check 'equal denials are told again' [ "$(grep -c 'was killed' "$here/err")" -eq 1 ]
expect_error '3 denials in all'

# --- A store that cannot be used is no reason not to judge.
run env WONT_DB=/dev/null/db "$top_builddir/wont" enforce --explain "$profile" -- "$probe" netlink
expect_status $SIGSYS
expect_error 'denials will not be stored'
expect_error 'was killed at socket('

# --- The command does not outlive the parent that judges it.
wont enforce --explain "$all" -- sleep 1000 &
judge=$!
child=
while [ -z "$child" ]; do
	child=$(grep -lx sleep "/proc/$judge/task/$judge/children" /proc/[0-9]*/comm 2>/dev/null |
		sed -n 's|/proc/\([0-9]*\)/comm|\1|p' | while read -r pid; do
		grep -q "^PPid:[[:space:]]*$judge\$" "/proc/$pid/status" 2>/dev/null && echo "$pid"
	done)
	kill -0 "$judge" || break
done
check 'the command did not start' [ -n "$child" ]
kill -KILL "$judge"
wait "$judge" 2>/dev/null
# Dead is enough: whoever inherits it may take its time to bury it.
gone=no
for _ in $(seq 50); do
	grep -q '^State:[[:space:]]*[^XZ]' "/proc/$child/status" 2>/dev/null || gone=yes
	[ $gone = yes ] && break
	sleep 0.2
done
check 'the command outlived its judge' [ $gone = yes ]

# --- A hostile name reaches no terminal.
hostile=$here/$(printf 'a\033[31mb')
cp "$probe" "$hostile"
run wont enforce --explain "$profile" -- "$hostile" netlink
expect_status $SIGSYS
expect_error 'a\x1b[31mb (pid '
escape=$(printf '\033')
check 'an escape code came through' [ "$(grep -c "$escape" "$here/err")" -eq 0 ]
finish

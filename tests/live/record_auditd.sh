#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Beside a running audit daemon: recording and watching tell the same as without, the daemon keeps its place, what it wrote
# down becomes the same run, and nothing of it is changed. Where none runs, one of our own writes into $work.
. "$top_srcdir/tests/live/live.sh"

. "$top_srcdir/tests/live/auditd.sh"

audit_alone

rule=

undo()
{
	end_daemon
	[ -z "$rule" ] || undo_rule
}

undo_rule()
{
	eval "$(echo "$rule" | sed 's/ -a / -d /')"
	auditctl -e "$enabled" >/dev/null
	rule=
}

# written: what the daemon has written since the last call, once it writes no more, to the file of that name.
begin_at=0
written()
{
	size=-1
	while [ "$size" != "$(stat -c %s "$daemon_log")" ]; do
		size=$(stat -c %s "$daemon_log")
		sleep 0.2
	done
	tail -c "+$((begin_at + 1))" "$daemon_log" >written
	begin_at=$size
}

record()
{
	app=$1
	shift
	wont record -q -a "$app" "$@" >"$app.out" 2>"$app.err" </dev/null || fail "$app: $(cat "$app.err")"
	[ "$(wont runs -a "$app" --json | jq -r '.[-1].state')" = complete ] || fail "$(wont runs -a "$app")"
}

begin_daemon "$work/daemon" ENRICHED || skip "$daemon_error"
audit_state >daemon.before
mkdir tree
for i in 1 2 3 4 5; do echo $i >"tree/file $i"; done
echo 'cp -r tree copy; ls copy/none; rm -r copy; find tree -type f' >work.sh

claim "ptrace, audit, and audit with rules tell the same beside a daemon"
PATH=$PATH:/usr/sbin
for workload in "sh work.sh" "$programs/int80" "$programs/static32" "$programs/vforks"; do
	# shellcheck disable=SC2086
	{
		record ptrace -- $workload
		record numbers -b audit -- $workload
		[ -z "$daemon" ] || written
		record args -b audit --args -- $workload
	}
	for app in ptrace numbers args; do
		observed "$(wont runs -a $app --json | jq -r '.[-1].id')" >$app
	done
	same ptrace numbers
	same ptrace args

	[ -n "$daemon" ] || continue
	claim "what the daemon wrote down of $workload gives that run again"
	written
	login=$(sed -n 's/^type=SYSCALL .* auid=\([0-9]*\) .*/\1/p' written | grep -v 4294967295 | head -n 1)
	ausearch --raw -ul "$login" -if written >part.log || fail "ausearch finds nothing of $login"
	wont import --format audit --selection -a imported part.log 2>err || fail "$(cat err)"
	for app in imported args; do
		wont show "$(wont runs -a $app --json | jq -r '.[-1].id')" --json |
			jq -r '.observations[] | "\(.exe) \(.arch) \(.syscall) \(.texts)"' | LC_ALL=C sort -u >$app
	done
	# The launcher is in the log, too, up to its execve.
	grep -v '/wont ' imported >from.log
	same args from.log
done

claim "the place is the daemon's, and whoever wants it is told so"
wont record -q -b audit --as-daemon -- touch ran 2>err
[ $? -eq 125 ] && [ ! -e ran ] || fail "it was taken from the daemon"
grep -q "$(daemon_pid) is the audit daemon" err || fail "$(cat err)"

# watch FROM COMMAND...: what watch from there tells of our probe, meanwhile, to the file hits.
watch()
{
	from=$1
	shift
	wont watch --from "$from" --for 3 >watch 2>watch.err 9>&- &
	watcher=$!
	sleep 0.7
	"$@" >/dev/null 2>&1
	wait "$watcher"
	jq -c --arg exe "$work/probe" 'select(.exe == $exe)' watch >hits
}

cp "$probes/probe" probe
profile=$top_srcdir/tests/probes/probe.wont

claim "a denial is told from the stream and from the daemon's log"
watch audit wont enforce "$profile" -- ./probe ptrace
grep -q '"syscall":"ptrace".*"action":"kill_process"' hits || fail "$(cat watch watch.err)"
[ -z "$daemon" ] || {
	watch "$daemon_log" true
	grep -q '"syscall":"ptrace".*"action":"kill_process"' hits || fail "$(cat watch watch.err)"
}

claim "a canary's call has its arguments after what watch says to do"
watch audit wont enforce --action log "$profile" -- ./probe netlink
grep -q '"syscall":"socket".*"args":null' hits || fail "$(cat watch watch.err)"
rule=$(jq -r 'select(.syscall == "socket") | .how' hits | sed 's/.*meanwhile: auditctl -e 1; //')
enabled=$("$probes/audits" | sed -n 's/^enabled //p')
auditctl -e 1 >/dev/null
$rule || fail "the rule is refused: $rule"
watch audit wont enforce --action log "$profile" -- ./probe netlink
undo_rule
grep -q '"syscall":"socket".*"args":\["0x10"' hits || fail "$(cat watch watch.err)"

claim "the daemon's settings are as they were, and the machine's without it"
audit_state >daemon.after
same daemon.before daemon.after
[ -z "$daemon" ] || {
	end_daemon
	audit_state >audit.after
	same audit.before audit.after
}

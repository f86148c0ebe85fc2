#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Audit's settings are put back however the recorder ends. KILLS: how many random moments are tried.
. "$top_srcdir/tests/live/live.sh"

audit_alone
kills=${KILLS:-8}

# as_before: the settings are back, perhaps after a moment.
as_before()
{
	for _ in $(seq 100); do
		audit_state >audit.after
		cmp -s audit.before audit.after && return 0
		sleep 0.05
	done
	same audit.before audit.after
}

# gone PID: the process ends.
gone()
{
	for _ in $(seq 100); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.05
	done
	fail "$2"
}

cat >endless.sh <<'EOS'
echo $$ >pid
while :; do /bin/true; done
EOS

# begin [OPTION...]: a recording in the background; $recorder and, once it runs, the command in the file pid.
begin()
{
	rm -f pid
	wont record -q -b audit --args "$@" sh endless.sh >/dev/null 2>&1 9>&- &
	recorder=$!
}

running()
{
	for _ in $(seq 100); do
		[ ! -s pid ] || return 0
		sleep 0.05
	done
	fail "the command does not start"
}

claim "while it records, the settings are others"
begin
running
audit_state >during
cmp -s audit.before during && fail "nothing has changed"
grep -q '^rule' during || fail "there are no rules: $(cat during)"
kill -TERM "$recorder"
wait "$recorder"
[ $? -eq 143 ] || fail "the command did not get the signal"
as_before

claim "after an error they are back"
wont record -q -b audit --args /nonexistent 2>/dev/null
as_before

claim "after the daemon's place was taken they are back, and the place is free"
wont record -q -b audit --args --as-daemon true || fail "it cannot record in the daemon's place"
as_before

claim "after SIGKILL at any moment the command is dead and the settings are back"
for i in $(seq "$kills"); do
	begin
	sleep "$(awk -v i="$i" -v seed="$$" 'BEGIN { srand(seed + i); printf "%.3f", rand() * 0.4 }')"
	kill -KILL "$recorder" 2>/dev/null
	wait "$recorder" 2>/dev/null
	as_before
	[ ! -s pid ] || gone "$(cat pid)" "the command outlives its recorder"
done

# abandon: a recorder and its warden are killed, so that nobody puts the settings back.
abandon()
{
	begin
	running
	kill -STOP "$recorder"
	for warden in /proc/[0-9]*/comm; do
		[ "$(cat "$warden" 2>/dev/null)" = wont-warden ] || continue
		pid=${warden#/proc/}
		pid=${pid%/comm}
		[ "$(readlink "/proc/$pid/cwd")" != "$work" ] || kill -KILL "$pid"
	done
	kill -KILL "$recorder"
	wait "$recorder" 2>/dev/null
	kill -KILL "$(cat pid)"
	audit_state >left
	cmp -s audit.before left && fail "nothing was left"
}

claim "where the warden is killed as well, the next recording puts them back, and doctor shows it before"
abandon
wont doctor >doctor.out
grep -q 'audit state.*left' doctor.out || fail "doctor does not show it: $(grep audit doctor.out)"
wont record -q -b audit true || fail "the next recording fails"
as_before

claim "watch puts them back, too, and says so"
abandon
wont watch --from audit --for 0.1 >/dev/null 2>watch.err
grep -q 'put back' watch.err || fail "it does not say so: $(cat watch.err)"
as_before

claim "two recordings at a time leave nothing behind"
begin -a one
running
one=$recorder
first=$(cat pid)
begin -a two
running
kill -TERM "$one"
wait "$one"
audit_state | grep -q '^rule' || fail "the rules of the second went with the first"
kill -TERM "$recorder"
wait "$recorder"
gone "$first" "the first command is left"
as_before

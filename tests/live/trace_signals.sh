#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Signals, stops and terminals are to a recorded program what they are to any.
. "$top_srcdir/tests/live/live.sh"

claim "signals, stops, continues and deaths are the same"
alike "$probes/signals"

record="wont record -q --"

# job KEYS COMMAND...: a shell sees the same of the job recorded and plain.
job()
{
	keys=$1
	shift
	"$probes/terminal" "$keys" "$@" >plain || fail "the plain job went wrong"
	# shellcheck disable=SC2086
	"$probes/terminal" "$keys" $record "$@" >recorded
	same plain recorded
}

claim "^Z stops the job, fg continues it, ^C ends it"
job rzfce "$probes/jobs" plain
claim "a program that tidies up on ^Z can"
job rzfe "$probes/jobs" clean
claim "it can be stopped twice, and ^\\ ends it"
job rzfzfqe "$probes/jobs" plain
claim "a program that handles ^C goes on"
job rcrcrce "$probes/jobs" count
claim "SIGTERM and SIGHUP to the recorder reach the command"
job rte "$probes/jobs" plain
job rhe "$probes/jobs" plain

claim "the status line comes and goes without a trace in what the command writes"
TERM=xterm "$probes/terminal" rre wont record -- sh -c 'echo one; sleep 1; echo two' >seen
grep -q 'argument patterns, last new' seen || fail "there is no status line"
# A terminal shows of each line what stands behind the last carriage return and erasure.
esc=$(printf '\033')
sed -E "s/.*\r$esc\[K//; s/\r\$//" seen >shown
grep -qx one shown || fail "the first line is damaged"
grep -qx two shown || fail "the second line is damaged"
claim "and not at all with -q or without a terminal"
"$probes/terminal" rre wont record -q -- sh -c 'echo one; sleep 0.5; echo two' >seen
grep -q 'argument patterns' seen && fail "-q shows it"
wont record -- sleep 0.5 2>err
grep -q "$esc" err && fail "it is written to a file"
true

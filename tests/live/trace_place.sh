#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The recorder holds what it records to its own CPU; the program never finds out.
. "$top_srcdir/tests/live/live.sh"

allowed()
{
	sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "/proc/$1/status"
}

claim "threads and processes see that they may run where they were started to"
alike "$probes/affinity" sees
grep -q 'as expected' traced || fail "$(cat traced)"

claim "where a program chose to run, it stays, and so do its children"
alike "$probes/affinity" chooses
grep -q 'as expected' traced || fail "$(cat traced)"

claim "what was held and calls no more is let go"
"$probes/events" sh -c 'find / -xdev -maxdepth 3; exec sleep 60' >out 2>&1 &
recorder=$!
sleeper=
tries=0
until [ -n "$sleeper" ] && [ "$(allowed "$sleeper")" = "$(allowed self)" ]; do
	[ $((tries += 1)) -lt 100 ] || fail "it may still run on $(allowed "$sleeper") only"
	sleep 0.1
	sleeper=$(pgrep -P $recorder -x sleep)
done
kill -KILL $recorder

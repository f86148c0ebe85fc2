#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs with seccomp filters of their own: their filters do what they do, and every call is told, once.
. "$top_srcdir/tests/live/live.sh"

told()
{
	[ "$(calls getppid)" = "$1" ] || fail "getppid is told $(calls getppid) times, not $1"
}

claim "a call that the program's filter answers with an errno is told, in children too"
alike "$probes/filters" errno
told 2
claim "so is one that it kills for"
alike "$probes/filters" kill
told 1
claim "so is one that it traps"
alike "$probes/filters" trap
told 2
claim "a RET_TRACE of its own is answered ENOSYS, as without a tracer"
alike "$probes/filters" trace
told 2
claim "a filter given to all threads holds for them at once"
alike "$probes/filters" tsync
told 2

claim "a filter that the recorder itself is under hides no call from it"
run out "$probes/filters" under "$probes/events" sh -c 'kill -0 $PPID'
[ "$(calls getppid)" -ge 1 ] || fail "getppid is not told"
[ "$(calls execve)" = 0 ] || fail "the launcher's own execve is told"

if command -v strace >/dev/null; then
	claim "no call is counted twice behind a filter"
	alike "$probes/filters" errno
	counts | grep -v '^clone' >ours
	strace_counts "$probes/filters" errno | grep -v '^clone' >theirs
	same theirs ours
fi

claim "strict mode cannot be had while recording, and the recording says so"
run out "$probes/events" "$probes/filters" strict
grep -q '^end .*strict mode' "$EVENTS" || fail "there is no caveat"

claim "a program that traces another is noticed"
run out "$probes/events" "$probes/filters" traceme
grep -q '^end .*trace' "$EVENTS" || fail "there is no caveat"

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The ptrace back end follows every process and thread, exactly.
. "$top_srcdir/tests/live/live.sh"
full=${WONT_TESTS_FULL:-}

# Every process that started has ended, under a number of its own.
balanced()
{
	awk '/^start/ { n[$2]++; if (seen[$6]++) bad = 1 } /^exit/ { n[$2]-- }
		END { for (p in n) if (n[p]) bad = 1; exit bad }' "$EVENTS" || fail "starts and exits do not match"
	grep -q '^end .* lost 0 ' "$EVENTS" || fail "calls were lost"
}

# witnessed COMMAND...: strace counts the same calls. clone and clone3 are left out: strace lets clone3 through,
# recording answers it ENOSYS and sees a clone in its place. So is futex: how often it is needed is a matter of timing.
witnessed()
{
	alike "$@"
	counts | grep -Ev '^(clone|futex)' >ours
	strace_counts "$@" | grep -Ev '^(clone|futex)' >theirs
	same theirs ours
	balanced
}

if command -v strace >/dev/null; then
	claim "the calls of 64 threads are the ones that strace counts"
	witnessed "$programs/threads"
	claim "so are those of a loop of vfork and exec"
	witnessed "$programs/vforks"
	claim "a program that executes from a thread makes the calls that strace sees"
	# How many, is a matter of timing: the exec cuts the other threads off.
	alike "$programs/thread_exec"
	counts | grep -v '^clone' | cut -d' ' -f1 >ours
	strace_counts "$programs/thread_exec" | grep -v '^clone' | cut -d' ' -f1 >theirs
	same theirs ours
	balanced
	claim "so are those of processes that are killed while they make threads"
	alike "$probes/brood" crowd 40
	balanced
fi

claim "int 0x80 from 64-bit code is i386"
alike "$programs/int80"
grep -q '^call [0-9]* [0-9]* [^ ]*/int80 i386 ' "$EVENTS" || fail "no i386 call was told"

claim "a 32-bit program is i386 throughout"
if [ -x "$programs/static32" ]; then
	alike "$programs/static32"
	grep '^call' "$EVENTS" | awk '$5 != "i386"' | grep . && fail "there are calls of another arch"
fi

claim "an x32 number is told as such, whether the kernel runs it or not"
alike "$probes/numbers" x32
[ "$(grep -c '^call .* x32 getpid #1073741863 ' "$EVENTS")" = 1 ] || fail "it was not told"

claim "so are numbers that no table has"
alike "$probes/numbers" unknown
grep -q '^call .* x86_64 ? #4294967295 ' "$EVENTS" || fail "-1 was not told"
grep -q '^call .* x86_64 ? #100000 ' "$EVENTS" || fail "100000 was not told"

claim "CLONE_UNTRACED lets no child out, and nobody sees it taken away"
alike "$probes/untraced"
[ "$(calls getpriority)" = 1 ] || fail "the child's call was not told"
calls clone ' 800011 ' >/dev/null || fail "the flags are not those of the program"

claim "clone3 is told and answered ENOSYS"
alike "$programs/threads"
[ "$(calls clone3)" -ge 1 ] || fail "no clone3 was told"
[ "$(calls clone)" -ge 64 ] || fail "libc did not fall back to clone"

claim "a daemon is followed after the command has ended, until it ends itself"
"$probes/events" "$probes/brood" daemon "$work/done" || fail "the status is not the command's"
[ -s "$work/done" ] || fail "the recording did not wait for the daemon"
[ "$(calls setsid)" = 1 ] || fail "the daemon's calls were not told"
balanced

claim "grandchildren whose parents die at once are followed"
alike "$probes/brood" orphans 50
[ "$(grep -c '^start' "$EVENTS")" = 101 ] || fail "there are other than 101 processes"
balanced

claim "a child is followed that was being made when its parent died, and whose family is unknown"
timeout -s KILL 60 "$probes/events" "$probes/brood" strangers 500 || fail "the recording did not end"
balanced

claim "many short processes are all told"
many=${full:+10000}
many=${many:-1000}
alike "$probes/brood" children "$many"
[ "$(grep -c '^start' "$EVENTS")" = $((many + 1)) ] || fail "there are other than $((many + 1)) processes"
[ "$(calls getppid)" = "$many" ] || fail "there are other than $many calls of theirs"
balanced

claim "events name the executable that made the call, and execve is its caller's"
run out "$probes/events" /bin/sh -c '/bin/true; exec /bin/echo x'
grep -q "^call [0-9]* [0-9]* $(readlink -f /bin/sh) x86_64 execve " "$EVENTS" || fail "execve is not the shell's"
grep -q "^call [0-9]* [0-9]* $(readlink -f /bin/echo) x86_64 write " "$EVENTS" || fail "write is not echo's"
grep -q '^exec .*"/bin/echo\\x00x\\x00"' "$EVENTS" || fail "the exec does not tell its argv"

claim "a deleted executable has the name that it had"
cp "$(readlink -f /bin/sh)" "$work/gone"
run out "$probes/events" "$work/gone" -c "rm $work/gone; exec /proc/self/exe -c :"
grep -q "^exec [0-9]* [0-9]* $work/gone " "$EVENTS" || fail "its name is another"

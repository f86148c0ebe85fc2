#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The launcher changes nothing about the process that becomes the command; what cannot be executed is told as env(1)
# does; and the command cannot use the launcher's way past the filter.
. "${top_srcdir:?}/tests/live/expect.sh"

probes=$top_builddir/tests/probes
profile=$top_srcdir/tests/probes/probe.wont
inspect=$probes/inspect
SIGSYS=$((128 + 31))

need_wont
[ -x "$inspect" ] || skip "the probes are for x86_64"

cat >"$here/everything.wont" <<'TXT'
wont 1
default allow
foreign-arch allow
arch x86_64 { }
TXT

# --- Words, environment, descriptors, signals, limits, ids, folder, input: all as without us.
odd=$(printf 'a\001b"\\\n c')
printf 'first\nsecond\n' >"$here/input"
# shellcheck disable=SC2317
prepared()
{
	(
		cd "$here" || exit
		exec 5<"$here/input"
		ODD=$odd EMPTY='' "$inspect" prepare "$@" <"$here/input"
	)
}
run prepared "$inspect" '' "$odd" '*' -- -x
grep -Ev '^(pid|status) ' "$here/out" >"$here/wanted"
run prepared wont enforce "$profile" -- "$inspect" '' "$odd" '*' -- -x
expect_status 0
expect_no_error
grep -Ev '^(pid|status) ' "$here/out" >"$here/got"
check 'the process differs' diff "$here/wanted" "$here/got"
# The process was a peculiar one.
for line in 'descriptor 77 .*' 'signal 10 ignored' 'signal 12 blocked pending' 'umask 135' 'input first' \
	'environment EMPTY='; do
	expect_line "$line"
done

# --- One more filter, no_new_privs, one thread.
filters=$(sed -n 's/^Seccomp_filters:[[:space:]]*//p' /proc/self/status)
run wont enforce "$profile" -- "$inspect"
expect_line 'status Seccomp:.2'
expect_line "status Seccomp_filters:.$((filters + 1))"
expect_line 'status NoNewPrivs:.1'
expect_line 'status Threads:.1'

# --- The pid of the shell that became wont is that of the command.
# shellcheck disable=SC2016
run sh -c 'echo shell $$; exec wont enforce "$0" -- "$1"' "$profile" "$inspect"
pid=$(sed -n 's/^shell //p' "$here/out")
expect_line "pid ${pid:-none} .*"

# --- The command's own end reaches the parent.
run wont enforce "$here/everything.wont" -- sh -c 'exit 42'
expect_status 42
# shellcheck disable=SC2016
run wont enforce "$here/everything.wont" -- sh -c 'kill -TERM $$'
expect_status 143

# --- Under --explain the pid is another (so that no signal is pending), and nothing else.
run prepared "$inspect" one two
grep -Ev '^(pid|status) ' "$here/out" | sed 's/ pending$//' >"$here/wanted"
run prepared wont enforce --explain "$profile" -- "$inspect" one two
expect_status 0
expect_no_error
grep -Ev '^(pid|status) ' "$here/out" >"$here/got"
check 'the process differs' diff "$here/wanted" "$here/got"
expect_line 'status Seccomp:.2'
expect_line 'status NoNewPrivs:.1'

# --- It works inside itself, with a profile from a pipe, and for a 32-bit program with a 32-bit profile.
run wont enforce "$here/everything.wont" -- wont enforce "$profile" -- "$inspect"
expect_status 0
expect_line "status Seccomp_filters:.$((filters + 2))"
# shellcheck disable=SC2317
from_pipe()
{
	wont enforce - -- "$inspect" <"$profile"
}
run from_pipe
expect_status 0
expect_line 'status Seccomp:.2'
narrow=$top_builddir/tests/programs/static32
if [ -x "$narrow" ] && "$narrow" >/dev/null; then
	printf 'wont 1\narch i386 {\n\tgetpid\n\twrite\n\texit\n}\n' >"$here/narrow.wont"
	run wont enforce "$here/narrow.wont" -- "$narrow"
	expect_status 0
	expect_output "a 32-bit program"
	sed '/getpid/d' "$here/narrow.wont" >"$here/narrower.wont"
	run wont enforce "$here/narrower.wont" -- "$narrow"
	expect_status $SIGSYS
	run wont enforce --explain "$here/narrower.wont" -- "$narrow"
	expect_status $SIGSYS
	expect_error 'was killed at getpid()'
	expect_error 'in arch i386: getpid'
fi

# --- Without privileges, and for a program that may be executed but not read.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$here"
	mkdir -m 777 "$here/open"
	cp "$inspect" "$here/open/inspect"
	cp "$top_builddir/wont" "$profile" "$here/open"
	chmod 711 "$here/open/inspect"
	run env WONT_DB="$here/open/wont.db" setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$here/open/wont" enforce "$here/open/probe.wont" -- "$here/open/inspect"
	expect_status 0
	expect_line 'ids 65534 65534 65534 65534'
	expect_line 'status Seccomp:.2'
	run env WONT_DB="$here/open/wont.db" setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$here/open/wont" enforce --explain "$here/open/probe.wont" -- "$here/open/inspect"
	expect_status 0
	expect_line 'status Seccomp:.2'
fi

# --- Scripts, with and without a first line, found in PATH.
mkdir "$here/bin"
printf '#!%s one word\n' "$inspect" >"$here/bin/script"
# shellcheck disable=SC2016
echo 'echo "$0" "$@"' >"$here/bin/bare"
chmod 755 "$here/bin/script" "$here/bin/bare"
run env PATH="$here/bin" "$top_builddir/wont" enforce "$profile" -- script a b
expect_status 0
expect_line "word $inspect"
expect_line "word one word"
expect_line "word $here/bin/script"
expect_line "word a"
run wont enforce "$here/everything.wont" -- "$here/bin/bare" a 'b c'
expect_status 0
expect_output "$here/bin/bare a b c"

# --- Long arguments: as long as the kernel takes them.
# shellcheck disable=SC2046
run wont enforce "$profile" -- "$inspect" $(seq 1 20000)
expect_status 0
check 'words got lost' [ "$(grep -c '^word ' "$here/out")" -eq 20001 ]
run wont enforce "$profile" -- "$inspect" "$(printf '%0130000d' 7)"
expect_status 0

# --- The command cannot execve, by any pointer that it knows or guesses.
run wont enforce "$profile" -- "$probes/probe" execve
expect_status $SIGSYS
run wont enforce --action errno "$profile" -- "$probes/confined" scan
expect_status 0
tail -n 1 "$here/out"
# The test can fail: where execve is admitted, the scan says so.
run wont enforce "$here/everything.wont" -- "$probes/confined" scan
expect_status 1

finish

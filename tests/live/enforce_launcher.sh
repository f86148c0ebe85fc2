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

# --- Not found, not executable: status and message.
mkdir "$here/bin" "$here/bin/folder"
echo data >"$here/bin/plain"
printf '\177ELF garbage\0' >"$here/bin/garbage"
printf '#!/no/such/interpreter\n' >"$here/bin/orphan"
printf '#!%s one word\n' "$inspect" >"$here/bin/script"
# shellcheck disable=SC2016
echo 'echo "$0" "$@"' >"$here/bin/bare"
cp "$probes/confined" "$here/bin/busy"
chmod 755 "$here/bin/garbage" "$here/bin/orphan" "$here/bin/script" "$here/bin/bare"

# refused STATUS TEXT CMD...: with this exit status, and a message that holds TEXT.
refused()
{
	wanted=$1
	text=$2
	shift 2
	run wont enforce "$profile" -- "$@"
	expect_status "$wanted"
	expect_output ""
	expect_error "wont enforce: "
	expect_error "$text"
}

# The same, as env(1) has it.
as_env()
{
	refused "$@"
	shift 2
	run env "$@"
	expect_status "$wanted"
}
as_env 127 'no such command' no-such-command
as_env 127 'No such file' ./no/such/command
as_env 127 'no such command' ''
as_env 126 'folder' "$here/bin"
as_env 126 'Permission denied' "$here/bin/plain"
as_env 126 'Not a directory' "$here/bin/plain/x"
refused 126 'Exec format error' "$here/bin/garbage"
as_env 127 '/no/such/interpreter' "$here/bin/orphan"
exec 9>>"$here/bin/busy"
as_env 126 'Text file busy' "$here/bin/busy"
exec 9>&-
saved=$PATH
PATH=$here/bin:$PATH
as_env 126 'Permission denied' plain
as_env 126 'folder' folder
PATH=$saved
# It fails as well when nobody can be told.
run sh -c "exec wont enforce '$profile' -- '$here/bin/garbage' 2>&-"
expect_status 126

# --- Scripts, with and without a first line, found in PATH.
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

# --- A program of an arch that the profile does not know is refused beforehand.
printf 'wont 1\narch i386 {\n\tread\n}\n' >"$here/foreign.wont"
run wont enforce "$here/foreign.wont" -- "$inspect"
expect_status 125
expect_error 'no block for that arch'

# --- Bad use and bad profiles: 125, and nothing runs.
broken()
{
	text=$1
	shift
	run wont enforce "$@"
	expect_status 125
	expect_output ""
	expect_error "$text"
}
: >"$here/empty.wont"
printf 'wont 1\n' >"$here/nothing.wont"
printf 'wont 1\narch x86_64 {\n\tno_such_call\n}\n' >"$here/bad.wont"
printf 'wont 1\narch x86_64 {\n\tread\n}\npaths { read /etc/** }\n' >"$here/paths.wont"
broken 'PROFILE'
broken 'command' "$profile"
broken 'command' "$profile" --
broken 'unknown option' --no-such-option "$profile" -- true
broken 'unknown action' --action maim "$profile" -- true
broken 'needs a value' --action
broken 'No such file' "$here/missing.wont" -- "$inspect"
broken 'folder' "$here/" -- "$inspect"
broken 'empty.wont' "$here/empty.wont" -- "$inspect"
broken 'no block' "$here/nothing.wont" -- "$inspect"
broken 'bad.wont:3' "$here/bad.wont" -- "$inspect"
broken 'paths' "$here/paths.wont" -- "$inspect"
broken 'wont.db' no-such-app -- "$inspect"
broken '\x1b' "$(printf './\033[31m.wont')" -- "$inspect"
finish

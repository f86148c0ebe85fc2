#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What enforce cannot or must not run: the right exit status, a message, and nothing was run.
. "${top_srcdir:?}/tests/live/expect.sh"

probes=$top_builddir/tests/probes
profile=$top_srcdir/tests/probes/probe.wont

need_wont
[ -x "$probes/inspect" ] || skip "the probes are for x86_64"

# --- Not found, not executable: status and message.
mkdir "$here/bin" "$here/bin/folder"
echo data >"$here/bin/plain"
printf '\177ELF garbage\0' >"$here/bin/garbage"
printf '#!/no/such/interpreter\n' >"$here/bin/orphan"
cp "$probes/confined" "$here/bin/busy"
chmod 755 "$here/bin/garbage" "$here/bin/orphan"

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

# --- A program of an arch that the profile does not know is refused beforehand.
printf 'wont 1\narch i386 {\n\tread\n}\n' >"$here/foreign.wont"
run wont enforce "$here/foreign.wont" -- "$probes/inspect"
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
broken 'No such file' "$here/missing.wont" -- "$probes/inspect"
broken 'folder' "$here/" -- "$probes/inspect"
broken 'empty.wont' "$here/empty.wont" -- "$probes/inspect"
broken 'no block' "$here/nothing.wont" -- "$probes/inspect"
broken 'bad.wont:3' "$here/bad.wont" -- "$probes/inspect"
broken 'paths' "$here/paths.wont" -- "$probes/inspect"
broken '\x1b' "$(printf './\033[31m.wont')" -- "$probes/inspect"

# --- Stores: none, none such, no database, a newer one, one that is somebody's symlink.
broken 'wont.db' some-app -- "$probes/inspect"
run wont record -q -a other -- true
expect_status 0
broken 'some-app' some-app -- "$probes/inspect"
broken 'wont learn other' other -- "$probes/inspect"
echo "this is no database, but long enough to be looked at as one, as it has more than sixteen bytes" >"$here/text.db"
broken 'text.db' -d "$here/text.db" other -- "$probes/inspect"
broken 'folder' -d "$here" other -- "$probes/inspect"
if command -v sqlite3 >/dev/null; then
	cp "$WONT_DB" "$here/newer.db"
	sqlite3 "$here/newer.db" 'PRAGMA user_version = 9999'
	broken 'newer' -d "$here/newer.db" other -- "$probes/inspect"
fi
ln -s "$WONT_DB" "$here/link.db"
broken 'link' -d "$here/link.db" other -- "$probes/inspect"
finish

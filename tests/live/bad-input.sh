#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Bad input of every kind: a message that says what and where, the right exit status, no byte that steers a terminal,
# and nothing lost of what was there before.
set -u

work=$(mktemp -d "${TMPDIR:-/tmp}/wont-bad.XXXXXX")
export WONT_DB="$work/wont.db"
failures=0
mounted=

cleanup()
{
	[ -z "$mounted" ] || umount "$mounted"
	chmod -R u+w "$work"
	rm -rf "$work"
}
trap cleanup EXIT

complain()
{
	echo "$*"
	sed 's/^/    /' "$work/err"
	failures=$((failures + 1))
}

# expect STATUS PATTERN COMMAND...: the status, and a message on stderr that matches and starts with the program's name.
expect()
{
	status=$1 pattern=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "status $got instead of $status: $*"
	grep -Eq "$pattern" "$work/err" || complain "no message like \"$pattern\": $*"
	grep -q '^wont' "$work/err" || complain "the message does not say who speaks: $*"
	no_escapes "$work/err" "$*"
	no_escapes "$work/out" "$*"
}

no_escapes()
{
	! LC_ALL=C grep -q "[$(printf '\001-\010\013-\037\177')]" "$1" || complain "control bytes reach the terminal: $2"
}

# ---- commands ----------------------------------------------------------------------------------------------------

wont record -q -a good -- true || exit 1
wont learn good -o "$work/good.wont" 2>/dev/null || exit 1
expect 127 'no-such-program' wont record -- no-such-program
expect 127 'no-such-program' wont record -- /no-such-program
expect 126 passwd wont record -- /etc/passwd
expect 126 /etc wont record -- /etc
printf '#!/no/interpreter\n' >"$work/script"
chmod 755 "$work/script"
for command in 'record' "enforce $work/good.wont"; do
	# shellcheck disable=SC2086
	expect 127 'script: its interpreter /no/interpreter: No such file' wont $command -- "$work/script"
done
expect 125 '[Cc]ommand' wont record
expect 125 '[Cc]ommand' wont record --
expect 127 '' wont record -- ''
expect 125 bogus wont record --bogus -- true
expect 125 'bogus' wont record -b bogus -- true
expect 127 'no-such-program' wont enforce "$work/good.wont" -- no-such-program
expect 126 passwd wont enforce "$work/good.wont" -- /etc/passwd
expect 126 /etc wont enforce "$work/good.wont" -- /etc
expect 125 '[Cc]ommand' wont enforce "$work/good.wont"
expect 125 nosuch wont enforce nosuch -- true
expect 125 bogus wont enforce --action bogus "$work/good.wont" -- true
expect 2 bogus wont bogus
expect 2 bogus wont runs --bogus
for command in $(wont help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
	status=2
	case $command in record | enforce) status=125 ;; esac
	# A letter in the middle of a word is told by itself, whatever stands before.
	expect "$status" 'unknown option "-Z"' wont "$command" -Zd
	expect "$status" 'unknown option "--no-such=1"' wont "$command" --no-such=1
	[ "$command" = syscalls ] && continue
	expect "$status" '"--db" needs a value' wont "$command" -d ''
	expect "$status" '"-d" needs a value' wont "$command" -d
	wont "$command" -d nowhere.db --help >"$work/out" 2>"$work/err"
	grep -q "^usage: wont $command" "$work/out" || complain "$command: --help behind another option gives none"
done
expect 2 '"--json" takes no value' wont runs --json=1
expect 127 '"--help"' wont record -- --help
expect 2 'empty word' wont merge -d "$work/merged.db" ''
for name in x.wont - a/b a@b "$(printf %0256d 0)"; do
	expect 125 'cannot be an app.s name: it' wont record -a "$name" -- true
	expect 125 'cannot be a release: it' wont record -r "$name" -- true
	expect 2 'cannot be an app.s name: it' wont import --format strace -a "$name" /dev/null
done
for session in '' x -1 4294967296; do
	expect 2 'session' wont import --format audit --session "$session" /dev/null
done
for unknown in 'show nosuch' 'learn nosuch' 'explain nosuch read' 'diff nosuch good' 'check nosuch' 'compile nosuch' \
	'show nosuch@1' 'show good@9.9' 'show 999'; do
	# shellcheck disable=SC2086
	expect 2 'nosuch|9' wont $unknown
done
expect 2 'nosuchcall' wont explain good nosuchcall
expect 2 'opennat' wont syscalls opennat
expect 2 'arm65' wont syscalls --arch arm65
expect 125 'wont \(pid [0-9]+\) traces this process already.*outside' wont record -q -a nested -d "$work/nested.db" -- \
	env ASAN_OPTIONS=detect_leaks=0 wont record -- true
[ "$(wont runs --json | jq length)" -eq 1 ] || complain 'a command that could not start left a run behind'

# ---- profiles ----------------------------------------------------------------------------------------------------

: >"$work/empty.wont"
printf 'wont 1\narch x86_64 {\n\tsetsid: -> errno(1)\n\tsetsid: -> errno(2)\n}\n' >"$work/clash.wont"
for command in 'check' 'compile --format asm' 'diff good'; do
	# shellcheck disable=SC2086
	expect 2 '/clash.wont: x86_64: .*line 3.*line 4' wont $command "$work/clash.wont"
done
expect 125 '/clash.wont: x86_64: ' wont enforce "$work/clash.wont" -- true
printf 'wont 1\narch x86_64 {\n\topenat: (flgs & 3) == 0\n}\n' >"$work/name.wont"
printf 'wont 1\narch x86_64 {\n\topennat\n}\n' >"$work/call.wont"
printf 'wont 9\n' >"$work/version.wont"
printf 'wont 1\narch i386 {\n\tread\n}\n' >"$work/foreign.wont"
printf 'wont 1\narch x86_64 {\n\t\033[31mread\n}\n' >"$work/escape.wont"
head -c 100000 /dev/urandom >"$work/random.wont"
expect 2 'empty.wont:1:1' wont check "$work/empty.wont"
expect 2 'name.wont:3:.*flgs.*flags' wont check "$work/name.wont"
expect 2 'call.wont:3:2.*opennat.*openat' wont check "$work/call.wont"
expect 2 'version.wont:1:' wont check "$work/version.wont"
expect 2 'escape.wont:3:' wont check "$work/escape.wont"
expect 2 'random.wont:1:' wont check "$work/random.wont"
expect 2 'none.wont' wont check "$work/none.wont"
expect 2 'folder' wont check "$work/"
expect 125 'i386|x86_64' wont enforce "$work/foreign.wont" -- true
expect 125 'name.wont:3:' wont enforce "$work/name.wont" -- true
expect 125 'name.wont:3:' wont record --known "$work/name.wont" -- true

# ---- stores ------------------------------------------------------------------------------------------------------

head -c 20000 /dev/urandom >"$work/random.db"
cp "$work/random.db" "$work/copy.db"
expect 2 'random.db' wont runs -d "$work/random.db"
expect 125 'random.db' wont record -q -d "$work/random.db" -- true
cmp -s "$work/random.db" "$work/copy.db" || complain 'a file that is no database was changed'
cp "$WONT_DB" "$work/newer.db"
sqlite3 "$work/newer.db" 'pragma user_version=9999'
expect 2 'newer' wont runs -d "$work/newer.db"
expect 125 'newer' wont record -q -d "$work/newer.db" -- true
ln -s "$WONT_DB" "$work/link.db"
expect 2 'link' wont runs -d "$work/link.db"
expect 2 'none.db' wont runs -d "$work/none.db"
expect 125 'nowhere' wont record -q -d "$work/nowhere/at/all.db" -- true
expect 2 'random.db' wont merge -d "$work/merged.db" "$work/random.db"
expect 2 'folder|directory' wont runs -d "$work"

if [ "$(id -u)" -eq 0 ]; then
	mkdir "$work/small"
	mount -t tmpfs -o size=300k tmpfs "$work/small" && mounted=$work/small
	if [ -n "$mounted" ]; then
		wont record -q -a first -d "$work/small/wont.db" -- true || complain 'a small disk does not hold one run'
		dd if=/dev/zero of="$work/small/fill" bs=1k 2>/dev/null
		expect 125 'full|space' wont record -q -a second -d "$work/small/wont.db" -- find /usr/include/linux
		rm "$work/small/fill"
		[ "$(sqlite3 "$work/small/wont.db" 'pragma integrity_check')" = ok ] || complain 'a full disk broke the store'
		wont runs -d "$work/small/wont.db" | grep -q first || complain 'a full disk lost an earlier run'
		mount -o remount,ro "$work/small"
		expect 125 'read-only|Read-only' wont record -q -d "$work/small/wont.db" -- true
		wont runs -d "$work/small/wont.db" | grep -q first || complain 'a read-only store cannot be read'
	fi
fi

# ---- names that steer terminals ----------------------------------------------------------------------------------

evil=$(printf 'e\033]0;pwned\007\033[31m')
cp "$(command -v ls)" "$work/$evil"
touch "$work/file$evil"
wont record -a steer -- "$work/$evil" "$work/file$evil" >/dev/null 2>"$work/err" || complain 'an odd name cannot be recorded'
no_escapes "$work/err" 'record of an odd name'
for command in runs 'show steer' 'explain steer execve' 'explain steer openat' 'learn steer' 'learn steer --level exact' \
	'diff steer good' 'show steer --json'; do
	# shellcheck disable=SC2086
	wont $command >"$work/out" 2>"$work/err"
	no_escapes "$work/out" "$command"
	no_escapes "$work/err" "$command"
done
wont record -q -a "$evil" -r "$evil" -- true >"$work/out" 2>"$work/err"
no_escapes "$work/err" 'record -a'
wont runs >"$work/out" 2>"$work/err"
no_escapes "$work/out" 'runs with an odd app'
expect 2 '' wont show "$evil$evil"

[ "$failures" -eq 0 ] && echo 'all bad input was answered'

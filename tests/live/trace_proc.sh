#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What /proc does not show is recorded and judged all the same, without names, and never under another's.
. "$top_srcdir/tests/live/live.sh"

[ "$(id -u)" -eq 0 ] && unshare -mpf true 2>/dev/null || skip "a pid namespace is not to be had"

# Every call and its count, of the last run.
told()
{
	wont show "$1" --json | jq -r '.observations[] | "\(.syscall) \(.count)"' |
		awk '{ n[$1] += $2 } END { for (c in n) print c, n[c] }' | LC_ALL=C sort
}

names()
{
	wont show "$1" --json | jq -r '.observations[].exe' | LC_ALL=C sort -u
}

cat >work.sh <<'EOS'
i=0
while [ $i -lt 40 ]; do /bin/true; (exit 3); i=$((i + 1)); done
exit 4
EOS
cat >hide.sh <<'EOS'
mount -t tmpfs none /proc && exec "$@"
EOS
cat >profile.wont <<'EOS'
wont 1
default allow
foreign-arch allow
arch x86_64 {
	mkdir: -> kill_process
}
EOS
wont record -q -a plain sh work.sh
told plain >want

# unnamed APP COMMAND...: under the command, what is recorded is the same, and told as nobody's.
unnamed()
{
	app=$1
	shift
	timeout 60 "$@" wont record -a "$app" sh work.sh 2>err
	[ $? -eq 4 ] || fail "the status is another: $(cat err)"
	grep -q 'warning: /proc is not there, or that of another pid namespace' err || fail "it says: $(cat err)"
	told "$app" >got
	same want got
	[ "$(names "$app")" = '?' ] || fail "it has names: $(names "$app")"
}

# judged COMMAND...: under the command, denied calls end their process.
judged()
{
	for how in --explain --supervise; do
		timeout 60 "$@" wont enforce "$how" ./profile.wont -- mkdir made >out 2>err
		[ $? -eq 159 ] || fail "$how: $(cat err)"
		grep -q '^wont enforce: ? (pid [0-9]*) was killed at mkdir(pathname="made"' err || fail "$how: $(cat err)"
		[ ! -e made ] || fail "$how: it ran"
	done
}

claim "where there is no /proc"
unnamed none unshare -m sh hide.sh
judged unshare -m sh hide.sh

claim "in a pid namespace whose /proc is that of another: its numbers are other processes"
unnamed foreign unshare -pf
judged unshare -pf
timeout 60 unshare -pf wont enforce --action log ./profile.wont -- true 2>err || fail "a canary: $(cat err)"
grep -q 'will not count: /proc' err || fail "a canary: $(cat err)"

claim "where /proc hides a process: an executable that may not be read, and hidepid"
chmod 755 .
mkdir -m 777 open
cp /bin/true open/unreadable
chmod 711 open/unreadable
cat >hide.sh <<'EOS'
mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid nobody --regid nogroup --clear-groups "$@"
EOS
if unshare -m sh hide.sh true 2>err; then
	timeout 60 unshare -m sh hide.sh wont record -q -d open/wont.db -a first "$PWD/open/unreadable" 2>err ||
		fail "as the command: $(cat err)"
	timeout 60 unshare -m sh hide.sh wont record -q -d open/wont.db -a later \
		sh -c "$PWD/open/unreadable; exit 4" 2>err
	[ $? -eq 4 ] || fail "as a child: $(cat err)"
	cp open/wont.db hidden.db
	export WONT_DB="$work/hidden.db"
	[ "$(names first)" = '?' ] || fail "it has names: $(names first)"
	names later | grep -q '^?$' || fail "it has none but names: $(names later)"
fi
true

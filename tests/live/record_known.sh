#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# record --known: what the profile allows passes untold, everything else is told.
. "$top_srcdir/tests/live/live.sh"

observed()
{
	wont show "$1" --json | sed -n 's/.*"syscall": "\([^"]*\)".*/\1/p' | LC_ALL=C sort -u
}

cat >known.wont <<'EOF'
wont 1
app x
default kill_process
foreign-arch kill_process
arch x86_64 {
	read
	write: fd == 7
	mmap
	close
	clone
	clone3
	fcntl -> log
	getppid -> errno(EPERM)
	prctl
	seccomp
	ptrace
}
EOF

claim "allowed calls are not told, others are, and the run is partial"
wont record -q -a one --known ./known.wont sh -c 'echo x; echo y >&2; true' >/dev/null 2>&1 || fail "it failed"
observed one >seen
for call in read mmap close; do
	grep -qx $call seen && fail "$call is told"
done
for call in brk execve write exit_group; do
	grep -qx $call seen || [ $call = execve ] || fail "$call is not told"
done
wont runs -a one --json | grep -q '"state": "partial"' || fail "the run is not partial"

claim "rules that do not allow are recorded and not applied"
wont record -q -a two --known ./known.wont "$probes/brood" children 3 >out || fail "it failed"
grep -qx 'ended 3' out || fail "the program was disturbed"
observed two | grep -qx getppid || fail "getppid is not told"

claim "what the tracing needs is told whatever the profile says"
wont record -q -a three --known ./known.wont "$probes/filters" errno >out || fail "it failed"
observed three >seen
grep -qx prctl seen || fail "prctl(PR_SET_SECCOMP) is not told"
grep -qx getppid seen || fail "a call behind the program's filter is not told"
wont record -q -a four --known ./known.wont "$probes/untraced" >out || fail "it failed"
grep -q "child fine" out || fail "a child got out: $(cat out)"
wont record -q -a five --known ./known.wont "$programs/threads" >/dev/null || fail "it failed"
observed five | grep -qx clone3 || fail "clone3 is not told"

claim "it works from the store, too"
wont record -q -a app true
if wont learn app >/dev/null 2>err; then
	wont record -q -a six --known app true || fail "it failed"
	[ -z "$(observed six | grep -vx execve)" ] || fail "what is known is told: $(observed six | tr '\n' ' ')"
fi

if command -v sqlite3 >/dev/null; then
	claim "nothing is learned from a profile whose text is not the one that the run was recorded with"
	wont learn two >/dev/null 2>err || fail "it teaches nothing as it is: $(cat err)"
	sqlite3 "$WONT_DB" "UPDATE profile SET text = replace(text, 'kill_process', 'allow') WHERE app = ''"
	wont learn two >/dev/null 2>err && fail "a changed one is believed"
	grep -q 'has another text' err || fail "the reason is not told: $(cat err)"
fi
true

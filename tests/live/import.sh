#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# import: logs of strace and of audit become the runs that recording would have made, and their gaps are marked.
. "$top_srcdir/tests/live/live.sh"

state()
{
	wont runs -a "$1" --json | jq -r '.[-1] | "\(.state) \(.lost)"'
}

mkdir tree && touch tree/a tree/b
cat >work.sh <<'EOS'
cp -r tree copy; rm -r copy; ls tree/none; find tree -type f; (cat work.sh | wc -l)
EOS

claim "what strace wrote, in every form, is what recording tells"
wont record -q -a own sh work.sh >/dev/null 2>&1
observed own | sed 's,/usr/bin/sh ,/usr/bin/dash ,' >own
n=0
for form in '' '-v' '-y' '-yy -ttt' '-X verbose' '-X raw' '-s 4096 -v -tt -T'; do
	n=$((n + 1))
	# shellcheck disable=SC2086
	strace -f -o strace.log $form sh work.sh >/dev/null 2>&1
	wont import --format strace -a "s$n" strace.log 2>err || fail "\"$form\": $(cat err)"
	[ "$(state "s$n")" = "complete 0" ] || fail "\"$form\": $(wont runs -a "s$n")"
	# strace names executables as they were called, which may be by a link.
	observed "s$n" | sed 's,/usr/bin/sh ,/usr/bin/dash ,' | cut -d' ' -f1-3 | LC_ALL=C sort -u >imported
	cut -d' ' -f1-3 own | LC_ALL=C sort -u >own.names
	same own.names imported
done
strace -f -o strace.log -e raw=all sh work.sh >/dev/null 2>&1
wont import -q --format strace strace.log 2>err && fail "an option that there is not"
wont import --format strace -a raw strace.log 2>err || fail "raw: $(cat err)"
observed raw | cut -d' ' -f2,3 | sort -u >imported
cut -d' ' -f2,3 own | sort -u >own.names
same own.names imported
[ "$(state raw)" = "complete 0" ] || fail "raw: $(wont runs -a raw)"
grep -q 'does not name [1-9][0-9]* executables' err || fail "that raw values name no executable is not told: $(cat err)"
wont runs -a raw --json | jq -e '.[-1].reason | test("does not name")' >/dev/null || fail "the run does not say so"
wont import --format strace strace.log 2>err && fail "\"?\" is an app"
grep -q 'name the app with -a' err || fail "$(cat err)"
strace -ff -o apart sh -c '(ls work.sh; :); exit 0' >/dev/null 2>&1
wont import --format strace -a apart $(ls -tr apart.*) 2>err || fail "$(cat err)"
grep -q 'does not name' err || fail "that a file of one process does not begin with a name is not told: $(cat err)"
strace -f -o strace.log sh work.sh >/dev/null 2>&1
wont import --format strace strace.log 2>err || fail "$(cat err)"
grep -q 'does not name' err && fail "named executables are called nameless: $(cat err)"

claim "arguments, paths and processes are strace's"
strace -f -o strace.log sh -c 'cat work.sh tree/a; exit 3' >/dev/null 2>&1
wont import --format strace -a text strace.log 2>err
wont show text --json | jq -e '[.observations[] | select(.syscall == "openat") | .texts[]] | index("work.sh")' >/dev/null ||
	fail "no path"
wont learn text -o text.wont --min-runs 1 2>err || fail "$(cat err)"
wont check text.wont >check.out || fail "$(cat check.out)"

claim "what a log lacks makes the run lossy, and says how much"
sed '3,5d; $d' strace.log >cut.log
printf '%s\n' '77 read(3, "cut' '77 <... write resumed>) = 1' '77 nosuchcall(1) = 0' >>cut.log
wont import --format strace -a cut cut.log 2>err
[ "$(state cut)" = "lossy 3" ] || fail "it is $(state cut): $(cat err)"

claim "packed files are read, damaged ones refused with what came before kept"
gzip -k strace.log
xz -k strace.log
for file in strace.log.gz strace.log.xz; do
	wont import --format strace -a "packed-$file" "$file" 2>err || fail "$file: $(cat err)"
	observed text >one
	observed "packed-$file" >two
	same one two
done
head -c "$(($(wc -c <strace.log.gz) / 2))" strace.log.gz >half.gz
wont import --format strace -a half half.gz 2>err && fail "half a file is a file"
grep -q 'damaged or ends' err || fail "$(cat err)"

claim "audit's log gives the calls that it has, of one executable where that is asked for"
s='SYSCALL msg=audit(1700000000.100'
ids='ppid=1 pid=9 auid=5 uid=0 ses=3 comm="cat" exe="/usr/bin/cat" key="watched"'
{
	echo "type=$s:10): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffe a2=80000 a3=0 items=1 $ids"
	echo 'type=CWD msg=audit(1700000000.100:10): cwd="/home"'
	echo 'type=PATH msg=audit(1700000000.100:10): item=0 name="some file" nametype=NORMAL'
	echo 'type=PROCTITLE msg=audit(1700000000.100:10): proctitle="cat"'
	echo "type=USER_AVC msg=audit(1700000000.100:11): pid=9 arch=c000003e syscall=101 $ids"
	echo "node=x type=SECCOMP msg=audit(1700000000.200:12): sig=0 arch=c000003e syscall=39 code=0x7ffc0000 $ids"
	echo "type=SECCOMP msg=audit(1700000000.200:13): sig=31 arch=c000003e syscall=101 code=0x80000000 $ids"
} >audit.log
sed 's/ppid=1 //' audit.log | sed 's/pid=9/pid=8/; s,/usr/bin/cat,/usr/bin/dog,' | sed 's/:1\([0-3]\))/:2\1)/' >other.log
cat audit.log other.log >both.log
wont import --format audit -a whole audit.log 2>err || fail "$(cat err)"
[ "$(state whole)" = "complete 0" ] || fail "$(wont runs -a whole)"
observed whole >got
printf '/usr/bin/cat x86_64 getpid 1\n/usr/bin/cat x86_64 openat 1\n' >want
same want got
grep -q 'left out 1 call that a filter denied' err || fail "what was denied is not told: $(cat err)"
wont show whole --json | jq -e '[.observations[].texts[]] == ["some file"]' >/dev/null || fail "no path"
wont import --format audit --exe /usr/bin/cat -a part both.log 2>err
[ "$(state part)" = "lossy 6" ] || fail "the gap of six events is not told: $(state part)"
wont import --format audit --exe /usr/bin/cat --selection -a part2 both.log 2>err
[ "$(state part2)" = "complete 0" ] || fail "$(wont runs -a part2)"
observed part2 >got
same want got
wont import --format audit --key nothing -a none audit.log 2>err && fail "nothing is a run"
grep -q 'no call was found' err || fail "$(cat err)"

claim "hostile logs are damage, never a crash, and never printed raw"
head -c 100000 /dev/urandom >noise
for format in audit strace; do
	wont import --format $format -a noise noise 2>err
	[ $? -eq 2 ] || fail "noise is accepted as $format"
done
printf '1 execve("/bin/\\33[31mx", ["x"], 0x1) = 0\n1 close(3) = 0\n' >hostile
wont import --format strace -a hostile hostile 2>err || fail "$(cat err)"
wont show hostile | grep -q "$(printf '\033')" && fail "an escape reaches the terminal"
wont import --format nonsense hostile 2>err
[ $? -eq 2 ] && grep -q 'audit, strace' err || fail "$(cat err)"

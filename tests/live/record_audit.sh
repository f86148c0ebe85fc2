#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# record --backend audit: tells the same as ptrace, as far as audit can; leaves the machine as it was; says why not.
. "$top_srcdir/tests/live/live.sh"

audit_alone

# The backlog's settings, limit and wait time.
undo()
{
	# shellcheck disable=SC2046 # two words
	"$probes/audits" backlog $(sed -n 's/^backlog_limit //p; s/^backlog_wait_time //p' audit.before)
}

# detailed RUN: the same with the arguments that audit can have.
detailed()
{
	wont show "$1" --json | jq -c '.observations[] | select(.syscall != "execve") | [.exe, .arch, .syscall, .count,
		[.args[:4][] | select(.class != "address" and .class != "pointer") | [.name, .value, .min, .max, .kind]]]' |
		LC_ALL=C sort
}

# texts RUN: the paths and addresses that it has, and what named them.
texts()
{
	wont show "$1" --json | jq -c '.observations[] | select(.syscall != "execve") | . as $o |
		([.texts, .text_args] | transpose[]) | [$o.exe, $o.syscall, .[1], .[0]]' | LC_ALL=C sort -u
}

# agree PTRACE AUDIT COUNT: arguments are the same, and every text that audit has, at least so many, is ptrace's too.
agree()
{
	detailed "$1" >ptrace
	detailed "$2" >args
	same ptrace args
	texts "$1" >ptrace
	texts "$2" >args
	comm -13 ptrace args >wrong
	[ ! -s wrong ] || fail "only audit has: $(cat wrong)"
	[ "$(wc -l <args)" -ge "$3" ] || fail "only $(wc -l <args) texts, ptrace has $(wc -l <ptrace)"
}

# state RUN-NAME: of its last run.
state()
{
	wont runs -a "$1" --json | jq -r '.[-1].state'
}

record()
{
	app=$1
	shift
	wont record -q -a "$app" "$@" >"$app.out" 2>"$app.err" </dev/null || fail "$app: $(cat "$app.err")"
	[ "$(state "$app")" = complete ] || fail "$app is $(state "$app"): $(wont runs -a "$app")"
}

mkdir tree
for i in 1 2 3 4 5 6 7 8 9; do echo $i >"tree/file $i"; done
cat >work.sh <<'EOS'
rm -rf made
mkdir made && cp tree/file* made/ && mv "made/file 1" made/one && ln -s one made/link && ln made/one made/two
ls made/nothing; cat made/one; rm -r made; find tree -type f
EOS

claim "the same calls of the same executables come from ptrace, from audit, and from audit with rules"
for workload in "sh work.sh" "$programs/vforks" "$programs/int80" "$programs/static32" "$programs/thread_exec" \
	"$probes/numbers x32" "$probes/numbers unknown"; do
	name_of=$(echo "$workload" | tr -c 'a-z0-9\n' -)
	# shellcheck disable=SC2086
	{
		record "p$name_of" -- $workload
		record "n$name_of" -b audit -- $workload
		record "a$name_of" -b audit --args -- $workload
	}
	observed "p$name_of" >ptrace
	observed "n$name_of" >numbers
	observed "a$name_of" >args
	[ -s ptrace ] || fail "nothing was recorded of $workload"
	same ptrace numbers
	same ptrace args
	same "p$name_of.out" "n$name_of.out"
	same "p$name_of.out" "a$name_of.out"
done

claim "the arguments, paths and addresses that audit has are ptrace's"
agree psh-work-sh ash-work-sh 100
connect="import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('127.0.0.1', 9))
u = socket.socket(socket.AF_UNIX)
u.connect_ex('/no/such')"
record pnet -- /usr/bin/python3 -S -c "$connect"
record anet -b audit --args -- /usr/bin/python3 -S -c "$connect"
agree pnet anet 20
grep -q '"connect"' args || fail "no address was seen"

claim "what audit cannot see is unknown, and nothing is learned of it"
record many -b audit --args -- "$programs/vforks"
wont show many --json | jq -e '[.observations[] | select(.syscall == "mmap") | .args[4].kind] | unique == ["many"]' \
	>/dev/null || fail "an argument that audit does not have is known"
wont learn many -o args.wont --min-runs 1 2>learn.err || fail "$(cat learn.err)"
grep -q 'mmap:.*\(fd\|offset\)' args.wont && fail "a rule rests on an argument that nobody saw"
record none -b audit -- "$programs/vforks"
wont learn none -o none.wont --min-runs 1 2>learn.err && fail "learn accepts mappings that nobody has seen"
grep -q wx-mapping learn.err || fail "$(cat learn.err)"
wont learn none -o none.wont --min-runs 1 --accept wx-mapping --accept tiocsti --accept tioclinux 2>learn.err ||
	fail "$(cat learn.err)"
sed -n '/^arch/,$p' none.wont | grep -v floor | grep ': .*==\|: .* in ' && fail "a rule rests on arguments of a SECCOMP record"

claim "the command's status and its absence are told as by ptrace"
wont record -q -b audit -a st sh -c 'exit 7'
[ $? -eq 7 ] || fail "status 7 is lost"
wont record -q -b audit -a st sh -c 'kill -9 $$'
[ $? -eq 137 ] || fail "signal 9 is lost"
wont record -q -b audit -a st /nonexistent 2>/dev/null
[ $? -eq 127 ] || fail "a missing command is not 127"
wont record -q -b audit --args -a st /etc/passwd 2>/dev/null
[ $? -eq 126 ] || fail "a file that is no program is not 126"
echo 'echo script' >script
chmod 755 script
[ "$(wont record -q -b audit -a st ./script)" = script ] || fail "a script without #! does not run"

claim "orphans are recorded to their end"
record orphan -b audit -- sh -c '(sleep 0.4; exec ls tree) >/dev/null & exit 0'
observed orphan | grep -q '^/usr/bin/ls ' || fail "what the orphan executed is missing"

claim "a known profile leaves only the unknown to audit"
wont learn psh-work-sh --level calls --accept wx-mapping --accept tiocsti --accept tioclinux -o known.wont 2>learn.err || fail "$(cat learn.err)"
wont record -q -b audit -a kn --known ./known.wont sh -c 'ulimit -n 64' >/dev/null 2>&1
[ "$(state kn)" = partial ] || fail "the run is $(state kn)"
observed kn | grep -q ' read ' && fail "a known call is told"
wont record -q -b audit --args -a kn --known ./known.wont true 2>err && fail "--known and --args go together"
grep -q 'ptrace' err || fail "no remedy: $(cat err)"

claim "a filter of the program's own is told of"
wont record -b audit -a own "$probes/filters" errno >/dev/null 2>err || :
[ "$(state own)" = complete ] && wont runs -a own --json | jq -e '.[-1].reason | test("filter of its own")' >/dev/null ||
	fail "no caveat: $(wont runs -a own)"

claim "what is lost makes the run lossy, by the number, and learn refuses it"
"$probes/audits" backlog 2 0 || fail "the backlog cannot be changed"
wont record -q -b audit -a lost -- /usr/bin/python3 -S -c 'import os
for _ in range(20000): os.getppid()' 2>err || fail "$(cat err)"
undo
[ "$(state lost)" = lossy ] || fail "the run is $(state lost)"
lost=$(wont runs -a lost --json | jq '.[-1].lost')
came=$(wont show lost --json | jq '[.observations[] | select(.syscall == "getppid") | .count] | add // 0')
[ $((came + lost)) -ge 20000 ] || fail "$came calls came, $lost are called lost, of 20000"
wont learn lost -o lost.wont --min-runs 1 2>err && fail "learn takes it"
grep -q 'accept-loss' err || fail "$(cat err)"

claim "the machine is as it was"
audit_state >audit.after
same audit.before audit.after
[ -z "$(wont doctor --json | jq -r '.checks[] | select(.name == "audit state") | select(.ok | not) | .found')" ] ||
	fail "doctor finds something left"

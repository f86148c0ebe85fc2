#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# wont record: exit statuses, what is stored, and what is not.
. "$top_srcdir/tests/live/live.sh"

# gives STATUS ARG...: wont record with these arguments exits so.
gives()
{
	want=$1
	shift
	wont record "$@" >out 2>err </dev/null
	got=$?
	[ $got = "$want" ] || fail "$* gives $got, not $want: $(cat err)"
}

runs()
{
	wont runs --json | grep -c '"id"'
}

claim "the status is the command's, 128 and the number for a death by signal"
gives 0 true
gives 7 -- sh -c 'exit 7'
for signal in 1 2 6 9 11 15; do
	gives $((128 + signal)) -q sh -c "ulimit -c 0; kill -$signal \$\$"
done
before=$(runs)

claim "what cannot be executed gives 127 and 126, and leaves no run"
gives 127 ./missing
gives 127 no-such-command-anywhere
gives 126 /
echo text >text
gives 126 ./text
[ "$(runs)" = "$before" ] || fail "there is a run of it"

claim "a mistake on the command line gives 125 and a message"
gives 125
gives 127 ''
gives 125 --no-such-option true
gives 125 -b no-such-backend true
gives 125 -a 'a@b' true
gives 125 -r '' true
gives 125 --known ./missing.wont true
gives 125 -d "$work/text" true
grep -q "$work/text" err || fail "the message does not name the file"

claim "a script without #! runs, as execvp(3) says"
echo 'exit 9' >script
chmod +x script
gives 9 ./script

claim "the command's output and input are its own"
printf 'a\0b\n' >in
cat in >want
wont record -q cat <in >got 2>err || fail "it failed"
cmp -s want got || fail "the output differs"
[ -s err ] && fail "-q is not quiet"

claim "no descriptor is left open in the command"
sh -c 'ls /proc/self/fd | wc -l' >want
wont record -q sh -c 'ls /proc/self/fd | wc -l' >got
same want got

claim "a standard descriptor that is closed stays closed"
look='ls /proc/self/fd | wc -l >&3'
sh -c "$look" 3>want <&- >&- 2>&-
wont record -q -a closed sh -c "$look" 3>got <&- >&- 2>&-
same want got
wont learn closed -o closed.wont 2>/dev/null || fail "learn refuses"
wont enforce closed.wont -- sh -c "$look" 3>got <&- >&- 2>&-
same want got

claim "signal mask, ignored signals, limits and affinity are the command's own"
for field in SigBlk SigIgn SigCgt Cpus_allowed; do
	grep "^$field" /proc/self/status >want
	wont record -q grep "^$field" /proc/self/status >got
	same want got
done

claim "SIGCHLD that came ignored hides no end from us, and is the command's as it came"
(
	trap '' CHLD
	grep ^SigIgn /proc/self/status >want
	wont record -q grep ^SigIgn /proc/self/status >got
	same want got
	gives 5 -q sh -c 'exit 5'
	if wont record -q -b audit true 2>/dev/null; then
		gives 5 -q -b audit sh -c 'exit 5'
	else
		gives 125 -b audit true
		grep -q 'No child' err && fail "audit: $(cat err)"
	fi
	wont doctor >doctor
	grep -q '^NO' doctor && fail "doctor: $(cat doctor)"
	exit 0
) || exit 1

claim "a terminal shows a status line, where it can be erased, and never with -q"
if command -v script >/dev/null; then
	for try in 'xterm wont record' 'dumb wont record' 'xterm wont record -q'; do
		script -qec "TERM=$try sh -c 'sleep 0.6; echo said'" /dev/null >shown </dev/null
		grep -q said shown || fail "$try: $(cat shown)"
		case $try in
		xterm*record) grep -q 'calls, .* argument patterns, last new [0-9]* s ago, [0-9]* process' shown || fail "no line" ;;
		*) grep -q 'last new' shown && fail "$try: $(cat shown)" ;;
		esac
	done
fi

claim "a limit on the size of files ends the recording with a message, and the command as ever"
(ulimit -f 8 && wont record -q -d small.db true) 2>err
[ $? = 125 ] || fail "the status is another"
grep -q 'small.db: .*File too large' err || fail "it says: $(cat err)"
gives 153 sh -c 'kill -XFSZ $$'
gives 152 sh -c 'kill -XCPU $$'

claim "an app's name full of control bytes is stored and shown harmless"
gives 0 -q -a "$(printf 'x\033[31m\ny')" true
wont runs | grep -q "$(printf '\033')" && fail "an escape byte came through"

claim "a run that uses ptrace itself says so"
if command -v strace >/dev/null; then
	gives 1 strace -o /dev/null true
	grep -q 'trace another.*-b audit' err || fail "there is no word of it: $(cat err)"
	gives 1 strace -o /dev/null true
	wont learn strace >/dev/null 2>err
	[ "$(grep -c 'run [0-9]* of strace: .*trace another' err)" -eq 1 ] || fail "learn is silent or repeats itself: $(cat err)"
fi
true

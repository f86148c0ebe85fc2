#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Where audit cannot record, record says why and what to do, and the command does not run.
. "$top_srcdir/tests/live/live.sh"

audit_alone
logged=/proc/sys/kernel/seccomp/actions_logged
cp "$logged" logged.before

undo()
{
	"$probes/audits" show 1326 2>/dev/null
	"$probes/audits" show 1300 2>/dev/null
	"$probes/audits" see 2>/dev/null
	[ ! -s logged.before ] || cat logged.before >"$logged"
}

# refused PATTERN COMMAND...: `COMMAND... wont record` fails with 125 and such a message, and runs nothing.
refused()
{
	pattern=$1
	shift
	rm -f ran
	"$@" touch ran >err 2>&1
	got=$?
	[ $got -eq 125 ] || fail "the status is $got: $(cat err)"
	grep -q "$pattern" err || fail "the message is: $(cat err)"
	[ ! -e ran ] || fail "the command ran"
}

numbers='wont record -q -b audit'
rules='wont record -q -b audit --args'

claim "without the capabilities"
# shellcheck disable=SC2086
{
	refused 'CAP_AUDIT_READ' setpriv --bounding-set -audit_read $numbers
	refused 'CAP_AUDIT_CONTROL' setpriv --bounding-set -audit_control $rules
}
# shellcheck disable=SC2086
setpriv --bounding-set -audit_control $numbers true 2>err || fail "numbers need CAP_AUDIT_CONTROL: $(cat err)"

claim "where the kernel was booted with audit=0: its socket answers so"
cat >absent.wont <<'TXT'
wont 1
default allow
foreign-arch allow
arch x86_64, i386 {
	socket: domain == AF_NETLINK && protocol == 9 -> errno(EPROTONOSUPPORT)
}
TXT
# shellcheck disable=SC2086
{
	refused 'audit=0' wont enforce ./absent.wont -- $numbers
	refused 'audit=0' wont enforce ./absent.wont -- $rules
}

claim "inside of a recording, whose filter answers first"
# shellcheck disable=SC2086
refused 'filter.*record outside of it' wont record -q -a outer -- $numbers

claim "where /proc is not there"
if [ -z "${WONT_SANITIZED:-}" ] && unshare -m true 2>/dev/null; then
	# shellcheck disable=SC2086,SC2016
	refused 'mount /proc' unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh $numbers
fi

claim "in another network namespace"
# shellcheck disable=SC2086
refused 'namespace' unshare -n $numbers

claim "where the login id is locked"
# shellcheck disable=SC2016,SC2086
refused 'login id is locked' sh -c 'echo 2000000001 >/proc/self/loginuid; exec setpriv --bounding-set -audit_control "$@"' \
	sh $numbers

# shellcheck disable=SC2086
{
	claim "where a rule hides the records"
	"$probes/audits" hide 1326 || fail "no such rule can be made"
	refused 'exclude' $numbers
	"$probes/audits" show 1326
	"$probes/audits" hide 1300
	refused 'exclude' $rules
	"$probes/audits" show 1300
	"$probes/audits" blind
	refused 'never,task' $rules
	"$probes/audits" see

	claim "where the kernel does not log the action"
	sed 's/ log\b//' logged.before >"$logged"
	refused 'actions_logged' $numbers
	cat logged.before >"$logged"
}

claim "options that need the back end"
wont record --args true 2>err
[ $? -eq 125 ] && grep -q 'b audit' err || fail "$(cat err)"
wont record -b audit --stack true 2>err
[ $? -eq 125 ] && grep -q 'ptrace' err || fail "$(cat err)"

claim "and everything is as it was"
audit_state >audit.after
same audit.before audit.after

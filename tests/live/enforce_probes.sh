#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Calls that a profile does not list die with SIGSYS at the first one; what it lists goes on.
. "${top_srcdir:?}/tests/live/expect.sh"

probe=$top_builddir/tests/probes/probe
profile=$top_srcdir/tests/probes/probe.wont
SIGSYS=$((128 + 31))

need_wont
[ -x "$probe" ] || skip "the probes are for x86_64"

run wont enforce "$profile" -- "$probe" nothing
expect_status 0
expect_output "survived nothing"

for name in $("$probe"); do
	# Without a filter each survives: what ends it below is the filter.
	run "$probe" "$name"
	expect_status 0
	expect_output "before $name
survived $name"

	run wont enforce "$profile" -- "$probe" "$name"
	expect_status $SIGSYS
	expect_output "before $name"

	run wont enforce --action errno "$profile" -- "$probe" "$name"
	expect_status 0
	expect_output "before $name
survived $name"

	run wont enforce --action trap "$profile" -- "$probe" "$name"
	expect_status $SIGSYS
	expect_output "before $name"
done

# One of them as canary: the audit log belongs to everybody, so not all.
run wont enforce --action log "$profile" -- "$probe" number-1000
expect_status 0
expect_output "before number-1000
survived number-1000"
finish

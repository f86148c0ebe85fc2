#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Whatever system call of the launcher fails, with whatever error, the command does not run unfiltered.
. "${top_srcdir:?}/tests/live/expect.sh"

probes=$top_builddir/tests/probes
need_wont
[ -x "$probes/inject" ] || skip "the injector is for x86_64"
grep -q __asan_init "$top_builddir/wont" && skip "a sanitizer makes hundreds of calls of its own"

run "$probes/inject" "$top_builddir/wont" enforce "$top_srcdir/tests/probes/probe.wont" -- "$probes/confined"
expect_status 0
cat "$here/out" "$here/err"

# The test can fail: a launcher that goes on without its filter is found out.
run "$probes/inject" "$probes/careless" "$probes/confined"
expect_status 1
expect_line '.*ran unfiltered'
finish

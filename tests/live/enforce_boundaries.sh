#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# At the edges of every rule the kernel's verdict is policy_eval's: one step outside a condition is killed.
. "${top_srcdir:?}/tests/live/expect.sh"

boundary=$top_builddir/tests/probes/boundary
need_wont
[ -x "$boundary" ] || skip "the driver is for x86_64"

# A learned profile beside the written ones.
run wont record -q -a tools -- sh -c 'ls -l /etc | sort | tail -n 3; date; id'
expect_status 0
run wont learn tools -o "$here/learned.wont"
expect_status 0

for profile in "$here/learned.wont" "$top_srcdir"/tests/probes/*.wont; do
	run "$boundary" "$profile"
	expect_status 0
	sed "s|^|${profile##*/}: |" "$here/out"
	cat "$here/err"
done
finish

# SPDX-License-Identifier: LGPL-2.1-or-later
# Man pages: one line each.
dist_man_MANS += \
	%D%/man/wont.1 \
	%D%/man/wont-check.1 \
	%D%/man/wont-compile.1 \
	%D%/man/wont-diff.1 \
	%D%/man/wont-doctor.1 \
	%D%/man/wont-enforce.1 \
	%D%/man/wont-explain.1 \
	%D%/man/wont-import.1 \
	%D%/man/wont-learn.1 \
	%D%/man/wont-libseccomp.3 \
	%D%/man/wont-merge.1 \
	%D%/man/wont-profile.5 \
	%D%/man/wont-record.1 \
	%D%/man/wont-runs.1 \
	%D%/man/wont-show.1 \
	%D%/man/wont-simulate.1 \
	%D%/man/wont-syscalls.1 \
	%D%/man/wont-watch.1

EXTRA_DIST += %D%/design.md %D%/formats.md %D%/hacking.md

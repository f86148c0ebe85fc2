# SPDX-License-Identifier: LGPL-2.1-or-later
arch_libarch_a_SOURCES = \
	%D%/arch.c %D%/arch.h \
	%D%/constant.c \
	%D%/internal.h \
	%D%/near.c %D%/near.h \
	%D%/signature.c
nodist_arch_libarch_a_SOURCES = %D%/tables.c

# An architecture is its file, a line here, and a line in tests/unit/arch_arch.c. tools/gen-syscalls.sh writes the file.
arch_data = \
	%D%/data/constants.txt \
	%D%/data/signatures.txt \
	%D%/data/x86_64.txt \
	%D%/data/i386.txt \
	%D%/data/x32.txt \
	%D%/data/arm.txt \
	%D%/data/aarch64.txt \
	%D%/data/mips.txt \
	%D%/data/mipsel.txt \
	%D%/data/mips64.txt \
	%D%/data/mipsel64.txt \
	%D%/data/mips64n32.txt \
	%D%/data/mipsel64n32.txt \
	%D%/data/parisc.txt \
	%D%/data/parisc64.txt \
	%D%/data/ppc.txt \
	%D%/data/ppc64.txt \
	%D%/data/ppc64le.txt \
	%D%/data/s390.txt \
	%D%/data/s390x.txt \
	%D%/data/riscv64.txt \
	%D%/data/loongarch64.txt \
	%D%/data/m68k.txt \
	%D%/data/sh.txt \
	%D%/data/sheb.txt

%D%/tables.c: $(arch_data) %D%/generate.awk %D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	for f in $(arch_data); do \
		if test -f $$f; then echo $$f; else echo $(srcdir)/$$f; fi; \
	done | LC_ALL=C xargs $(AWK) -f $(srcdir)/%D%/generate.awk >$@.new && mv $@.new $@

EXTRA_DIST += $(arch_data) %D%/generate.awk
CLEANFILES += %D%/tables.c %D%/tables.c.new

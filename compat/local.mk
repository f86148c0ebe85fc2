# SPDX-License-Identifier: LGPL-2.1-or-later
# SPDX-License-Identifier: LGPL-2.1-or-later
# libseccomp.so.2: a folder of its own, so that it never takes the place of the system's by accident.
compatdir = $(pkglibdir)/compat
compat_PROGRAMS = %D%/libseccomp.so.2
nodist_compat_HEADERS = %D%/seccomp.h
compat_DATA = %D%/libseccomp.pc

compat_sources = \
	%D%/abi.c %D%/abi.h \
	%D%/api_attribute.c \
	%D%/api_context.c \
	%D%/api_filter.c \
	%D%/api_name.c \
	%D%/api_notify.c \
	%D%/api_rule.c \
	%D%/context.c %D%/context.h \
	%D%/dump.c %D%/dump.h \
	%D%/entry.c %D%/entry.h \
	%D%/kernel.c %D%/kernel.h \
	%D%/meaning.c %D%/meaning.h \
	%D%/name.c %D%/name.h \
	%D%/output.c %D%/output.h \
	%D%/product.c %D%/product.h \
	%D%/ruleset.c %D%/ruleset.h
%C%_libseccomp_so_2_SOURCES = $(compat_sources)
nodist_%C%_libseccomp_so_2_SOURCES = %D%/pseudo.c
%C%_libseccomp_so_2_LDFLAGS = -shared -Wl,-soname,libseccomp.so.2 -Wl,--version-script=$(srcdir)/%D%/libseccomp.map \
	-Wl,-z,relro,-z,now,-z,noexecstack $(SANITIZE)
%C%_libseccomp_so_2_LDADD = enforce/libenforce.a policy/libpolicy.a arch/libarch.a base/libbase.a
%C%_libseccomp_so_2_DEPENDENCIES = $(%C%_libseccomp_so_2_LDADD) %D%/libseccomp.map

# The same for unit tests, which reach what the library hides.
noinst_LIBRARIES += %D%/libcompat.a
%C%_libcompat_a_SOURCES = $(compat_sources)
nodist_%C%_libcompat_a_SOURCES = %D%/pseudo.c

compat_input = %D%/generate.awk %D%/pseudo.txt $(arch_data)

%D%/seccomp.h: $(compat_input) %D%/seccomp.h.in
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	for f in %D%/pseudo.txt $(arch_data) %D%/seccomp.h.in; do \
		if test -f $$f; then echo $$f; else echo $(srcdir)/$$f; fi; \
	done | LC_ALL=C xargs $(AWK) -v what=header -f $(srcdir)/%D%/generate.awk >$@.new && mv $@.new $@

%D%/pseudo.c: $(compat_input)
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	for f in %D%/pseudo.txt $(arch_data); do \
		if test -f $$f; then echo $$f; else echo $(srcdir)/$$f; fi; \
	done | LC_ALL=C xargs $(AWK) -v what=table -f $(srcdir)/%D%/generate.awk >$@.new && mv $@.new $@

%D%/libseccomp.pc: %D%/libseccomp.pc.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && sed 's|@pkglibdir@|$(pkglibdir)|' $(srcdir)/%D%/libseccomp.pc.in >$@.new && \
	mv $@.new $@

# What the linker looks for; the build folder gets it, too, so that both can be used alike.
%D%/libseccomp.so: %D%/libseccomp.so.2
	$(AM_V_GEN)ln -sf libseccomp.so.2 $@
all-local: %D%/libseccomp.so
install-data-hook:
	ln -sf libseccomp.so.2 '$(DESTDIR)$(compatdir)/libseccomp.so'
uninstall-hook:
	rm -f '$(DESTDIR)$(compatdir)/libseccomp.so'

BUILT_SOURCES += %D%/seccomp.h
EXTRA_DIST += %D%/generate.awk %D%/pseudo.txt %D%/seccomp.h.in %D%/libseccomp.map %D%/libseccomp.pc.in
CLEANFILES += %D%/seccomp.h %D%/seccomp.h.new %D%/pseudo.c %D%/pseudo.c.new %D%/libseccomp.pc \
	%D%/libseccomp.pc.new %D%/libseccomp.so

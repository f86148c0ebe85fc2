/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backtraces. The mappings of one process at a time are kept: stacks are asked for in bursts. */
#include "tracer/stack.h"

#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#ifdef HAVE_LIBDW

#include <dwarf.h>
#include <elfutils/libdwfl.h>

enum { FRAMES_MAX = 64, SYMBOL_MAX = 512 /* bytes: C++ has long ones, a hostile file endless */ };

struct stacks {
	struct stack_owner owner; /* what dwfl was read for */
	Dwfl *dwfl;		  /* NULL: nothing yet */
};

/* What a walk over the frames carries. */
struct walk {
	Dwfl *dwfl;
	struct str *out;
	unsigned frames;
};

bool stacks_are_there(void)
{
	return true;
}

struct stacks *stacks_new(void)
{
	return calloc(1, sizeof(struct stacks));
}

void stacks_free(struct stacks *stacks)
{
	if (!stacks)
		return;
	if (stacks->dwfl)
		dwfl_end(stacks->dwfl);
	free(stacks);
}

/* Separate debug files by build-id, from this machine alone: libdw's own finder may ask servers. */
/* NOLINTNEXTLINE(readability-function-size): the parameters are libdw's */
static int find_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
			  const char *file, const char *link, GElf_Word crc, char **found)
{
	(void)file, (void)link, (void)crc;
	return dwfl_build_id_find_debuginfo(module, data, name, base, NULL, NULL, 0, found);
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = find_debuginfo,
};

/* Reads the mappings of the process, unless they are the ones at hand. */
static int read_mappings(struct stacks *stacks, const struct stack_owner *owner)
{
	Dwfl *dwfl;

	if (stacks->dwfl && stacks->owner.process == owner->process &&
	    stacks->owner.mappings == owner->mappings)
		return 0;
	if (stacks->dwfl)
		dwfl_end(stacks->dwfl);
	stacks->dwfl = NULL;
	dwfl = dwfl_begin(&callbacks);
	if (!dwfl)
		return -ENOMEM;
	if (dwfl_linux_proc_report(dwfl, owner->pid) || dwfl_report_end(dwfl, NULL, NULL) ||
	    dwfl_linux_proc_attach(dwfl, owner->pid, true)) {
		dwfl_end(dwfl);
		return -ENODATA;
	}
	stacks->dwfl = dwfl;
	stacks->owner = *owner;
	return 0;
}

static void put_frame(struct walk *walk, Dwarf_Addr pc)
{
	Dwfl_Module *module = dwfl_addrmodule(walk->dwfl, pc);
	const char *file = NULL, *symbol = NULL;
	Dwarf_Addr start = 0;
	GElf_Off offset = 0;
	GElf_Sym sym;

	if (module) {
		file = dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
		symbol = dwfl_module_addrinfo(module, pc, &offset, &sym, NULL, NULL, NULL);
	}
	if (symbol)
		str_putf(walk->out, "%.*s+0x%" PRIx64, SYMBOL_MAX, symbol, (uint64_t)offset);
	else
		str_putf(walk->out, "0x%" PRIx64, (uint64_t)(pc - start));
	if (file)
		str_putf(walk->out, " (%s)", file);
	str_putc(walk->out, '\n');
}

static int put_dwfl_frame(Dwfl_Frame *frame, void *data)
{
	struct walk *walk = data;
	bool is_activation;
	Dwarf_Addr pc;

	if (!dwfl_frame_pc(frame, &pc, &is_activation))
		return DWARF_CB_ABORT;
	/* A return address may lie behind the end of a function that never returns. */
	put_frame(walk, is_activation ? pc : pc - 1);
	return ++walk->frames < FRAMES_MAX ? DWARF_CB_OK : DWARF_CB_ABORT;
}

int stacks_print(struct stacks *stacks, const struct stack_owner *owner, pid_t tid, struct str *out)
{
	int r = read_mappings(stacks, owner);

	if (r)
		return r;
	struct walk walk = { .dwfl = stacks->dwfl, .out = out };
	/* Ends with an error where the frames do, as often as not: what was found is what counts.
	 */
	dwfl_getthread_frames(walk.dwfl, tid, put_dwfl_frame, &walk);
	return walk.frames ? 0 : -ENODATA;
}

#else

bool stacks_are_there(void)
{
	return false;
}

struct stacks *stacks_new(void)
{
	return NULL;
}

void stacks_free(struct stacks *stacks)
{
	(void)stacks;
}

int stacks_print(struct stacks *stacks, const struct stack_owner *owner, pid_t tid, struct str *out)
{
	(void)stacks, (void)owner, (void)tid, (void)out;
	return -ENODATA;
}

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One denial as audit records tell of it. */
#include "cli/sighting.h"

#include "cli/tuple.h"

#include <errno.h>
#include <string.h>

void sighting_fini(struct sighting *s)
{
	struct str *const strings[] = { &s->app,  &s->release, &s->exe,
					&s->text, &s->action,  &s->canary };

	for (size_t i = 0; i < countof(strings); i++)
		str_fini(strings[i]);
	*s = (struct sighting){ 0 };
}

static bool is_own_answer(const struct policy *policy, const struct audit_call *call,
			  struct action action)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	const struct block *block = arch ? policy_block(policy, arch) : NULL;
	struct call any = { .nr = call->nr, .token = call->token };

	if (action.kind < ACTION_TRAP || action.kind == ACTION_LOG)
		return false;
	if (policy_eval(policy, &any, NULL).kind == action.kind)
		return true;
	/* Without the arguments any rule that answers so may have. */
	for (size_t i = 0; block && i < block->rules.len; i++)
		if (block->rules.data[i].nr == call->nr &&
		    block->rules.data[i].action.kind == action.kind)
			return true;
	return false;
}

bool sighting_is_denial(const struct audit_call *call, const struct policy *policy)
{
	struct action action = action_from_ret(call->action);

	if (action.kind == ACTION_ALLOW || action.kind == ACTION_TRACE)
		return false;
	if (!arch_by_token(call->token, call->nr))
		return false; /* of another machine: nothing could be said about it */
	return !policy || !is_own_answer(policy, call, action);
}

/* The record has no data: which error it was nobody knows. */
static void put_action(struct str *out, uint32_t ret, const struct arch *arch)
{
	struct action action = action_from_ret(ret);

	if (action.kind == ACTION_ERRNO)
		str_put(out, "errno");
	else
		action_print(out, action, arch);
}

int sighting_init(struct sighting *s, const struct audit_call *call)
{
	*s = (struct sighting){
		.time = (int64_t)call->time,
		.pid = call->pid,
		.arch = arch_by_token(call->token, call->nr),
		.nr = call->nr,
	};
	str_put_bytes(&s->exe, str_text(&call->exe), strnlen(str_text(&call->exe), call->exe.len));
	put_action(&s->action, call->action, s->arch);
	return s->exe.failed || s->action.failed ? -ENOMEM : 0;
}

int sighting_assign(struct sighting *s, const char *app, const struct policy *policy,
		    const char *canary)
{
	str_put(&s->app, app ? app : "");
	if (app && policy && policy->release)
		str_put(&s->release, policy->release);
	str_put(&s->canary, canary);
	return s->app.failed || s->release.failed || s->canary.failed ? -ENOMEM : 0;
}

bool sighting_is_of(const struct sighting *s, const struct audit_call *call)
{
	return call->has_args && s->arch && s->arch == arch_by_token(call->token, call->nr) &&
	       s->nr == call->nr && s->pid == call->pid &&
	       strcmp(str_text(&s->exe), str_text(&call->exe)) == 0;
}

/* Do the first four arguments say all that a rule could ask for? */
static bool are_enough(const struct sighting *s)
{
	const struct syscall *known = arch_syscall(s->arch, s->nr);

	if (!known)
		return false;
	const struct signature *signature = syscall_signature(s->arch, known, s->args);
	for (unsigned i = CALL_ARGS; i < SYSCALL_ARGS; i++)
		if (arg_class_is_exact(signature->args[i].class))
			return false;
	return true;
}

int sighting_add_args(struct sighting *s, const struct audit_call *call)
{
	const struct text address = {
		.class = ARG_SOCKADDR,
		.len = (uint32_t)call->sockaddr.len,
		.bytes = str_text(&call->sockaddr),
	};

	memcpy(s->args, call->args, sizeof(call->args));
	s->has_args = are_enough(s);
	for (uint32_t i = 0; i < call->path_count; i++) {
		const struct audit_path *path = &call->paths.data[i];

		if (path->role == PATH_PARENT || !path->name.len)
			continue;
		str_put(&s->text, s->text.len ? ", path=" : "path=");
		str_put_quoted(&s->text, str_text(&path->name), path->name.len);
	}
	if (address.len) {
		str_put(&s->text, s->text.len ? ", address=" : "address=");
		text_print(&s->text, &address);
	}
	return s->text.failed ? -ENOMEM : 0;
}

void sighting_denial(const struct sighting *s, struct denial *d)
{
	*d = (struct denial){
		.time = s->time,
		.app = str_text(&s->app),
		.release = str_text(&s->release),
		.exe = str_text(&s->exe),
		.pid = s->pid,
		.arch = s->arch,
		.nr = s->nr,
		.has_args = s->has_args,
		.text = str_text(&s->text),
		.action = str_text(&s->action),
		.source = "audit",
		.canary = str_text(&s->canary),
	};
	memcpy(d->args, s->args, sizeof(d->args));
}

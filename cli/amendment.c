/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was denied becomes a patch, and the patch, read and joined, a profile. */
#include "cli/amendment.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "cli/digest.h"
#include "cli/profile.h"
#include "cli/proposal.h"
#include "cli/proved.h"
#include "cli/say.h"

#include <string.h>

enum { PATCH_MAX = 16 << 20 }; /* bytes, as of a profile */

static int write_out(const struct amendment *a, const struct str *text)
{
	struct err e = { 0 };

	if (!a->output)
		return say_text(text);
	return file_write(a->output, 0644, str_text(text), text->len, &e) ? say_fail(&e, EXIT_USAGE)
									  : EXIT_FINE;
}

int amendment_propose(const struct amendment *a)
{
	autofree char *app = NULL, *release = NULL;
	autodenials struct denials denials = { 0 };
	autostr struct str patch = { 0 };
	struct err e = { 0 };
	size_t count = 0;

	if (a->app && profile_spec(a->app, &app, &release, &e))
		return say_fail(&e, EXIT_USAGE);
	if (!app && !a->policy->app)
		return say_usage("%s has no app line: whose denials? name the app with --app",
				 a->word);
	if (store_denials(a->store, app ? app : a->policy->app, release, 0, &denials, &e) ||
	    proposal_make(a->policy, &denials, a->word, &patch, &count, &e))
		return say_fail(&e, EXIT_USAGE);
	if (!count)
		say_note("nothing to propose: the profile admits every call that was denied, or no "
			 "rule can");
	else
		say_note("%zu rule%s proposed; read %s, delete what is not meant to be, then: wont "
			 "watch %s %s --accept PATCH",
			 count, plural_s(count), count == 1 ? "it" : "them",
			 a->app ? "--app" : "--profile", a->word);
	return write_out(a, &patch);
}

/* Where the profile came from it goes to: its file, or the store as the app's last. */
static int keep_profile(const struct amendment *a, const struct policy *p, struct err *e)
{
	autostr struct str text = { 0 };
	char sha256[65];
	int r = digest_policy(p, &text, sha256, e);

	if (r)
		return r;
	if (profile_is_file(a->word))
		return file_write(a->output ? a->output : a->word, 0644, str_text(&text), text.len,
				  e);
	r = store_profile_put(a->store, p->app ? p->app : a->word, p->release, str_text(&text),
			      sha256, e);
	return r || !a->output ? r : file_write(a->output, 0644, str_text(&text), text.len, e);
}

int amendment_accept(const struct amendment *a)
{
	autopolicy struct policy *joined = NULL;
	autostr struct str before = { 0 }, after = { 0 };
	autofree char *patch = NULL;
	struct err e = { 0 };
	char old[65], new[65];
	size_t len;
	bool grows;

	if (file_read(a->patch, PATCH_MAX, &patch, &len, &e))
		return say_fail(&e, EXIT_USAGE);
	int r = proposal_accept(a->policy, patch, a->word, &joined, &e);
	if (r)
		return say_fail(&e, proved_status(r));
	if (digest_policy(a->policy, &before, old, &e) || digest_policy(joined, &after, new, &e))
		return say_fail(&e, EXIT_USAGE);
	grows = strcmp(old, new) != 0;
	if ((grows || a->output) && keep_profile(a, joined, &e))
		return say_fail(&e, EXIT_USAGE);
	say_note(grows ? "the profile of %s has grown by what the patch adds"
		       : "the patch adds nothing to the profile of %s",
		 a->word);
	return EXIT_FINE;
}

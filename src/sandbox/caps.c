/* SPDX-License-Identifier: BSD-2-Clause */
/* caps.c - the only door to libcap-ng. */
#include "sandbox/caps.h"

#include <cap-ng.h>
#include <errno.h>
#include <sys/prctl.h>

static unsigned int number(enum caps_which which)
{
	switch (which) {
	case CAPS_NET_RAW:
		return CAP_NET_RAW;
	case CAPS_NET_ADMIN:
		return CAP_NET_ADMIN;
	case CAPS_NET_BIND_SERVICE:
		return CAP_NET_BIND_SERVICE;
	case CAPS_SYS_ADMIN:
		break;
	}
	return CAP_SYS_ADMIN;
}

bool caps_permitted(enum caps_which which)
{
	return capng_get_caps_process() == 0 &&
	       capng_have_capability(CAPNG_PERMITTED, number(which)) == 1;
}

static int apply(struct err *e)
{
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return err_sys(e, ERR_LOCAL, errno, "changing capabilities");
	return 0;
}

int caps_lower(struct err *e)
{
	if (capng_get_caps_process() != 0)
		return err_sys(e, ERR_LOCAL, errno, "reading capabilities");
	for (unsigned int c = 0; c <= CAP_LAST_CAP; c++)
		capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, c);
	return apply(e);
}

int caps_raise(enum caps_which which, struct err *e)
{
	if (capng_get_caps_process() != 0)
		return err_sys(e, ERR_LOCAL, errno, "reading capabilities");
	capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, number(which));
	return apply(e);
}

static int drop(struct err *e)
{
	/* The bounding set needs CAP_SETPCAP to be cut; no_new_privs makes it moot. */
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return err_sys(e, ERR_LOCAL, errno, "dropping capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_sys(e, ERR_LOCAL, errno, "setting no_new_privs");
	return 0;
}

int caps_drop(struct err *e)
{
	capng_clear(CAPNG_SELECT_BOTH);
	return drop(e);
}

int caps_drop_but_reading(struct err *e)
{
	bool reads;

	if (capng_get_caps_process() != 0)
		return err_sys(e, ERR_LOCAL, errno, "reading capabilities");
	reads = capng_have_capability(CAPNG_EFFECTIVE, CAP_DAC_READ_SEARCH) == 1;
	capng_clear(CAPNG_SELECT_BOTH);
	if (reads)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_DAC_READ_SEARCH);
	return drop(e);
}

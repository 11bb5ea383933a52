/* SPDX-License-Identifier: BSD-2-Clause */
/* netns.c - setns(2), and /etc/netns/NAME over /etc as ip-netns(8) describes it. */
#include "net/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define PATH_LEN 512

static int denied(const char *name, int errnum, struct err *e)
{
	if (errnum == EPERM)
		return err_set(e, ERR_LOCAL,
		               "entering network namespace '%s' needs CAP_SYS_ADMIN: run as root",
		               name);
	return err_sys(e, ERR_LOCAL, errnum, "entering network namespace '%s'", name);
}

static int bind_file(const char *dir, const char *file, struct err *e)
{
	char from[PATH_LEN * 2], to[PATH_LEN];

	snprintf(from, sizeof(from), "%s/%s", dir, file);
	snprintf(to, sizeof(to), "/etc/%s", file);
	if (mount(from, to, "none", MS_BIND, NULL) != 0 && errno != ENOENT)
		return err_sys(e, ERR_LOCAL, errno, "putting %s over %s", from, to);
	return 0;
}

/* /etc/netns/NAME/resolv.conf and its like are seen as /etc/resolv.conf, by this process alone. */
static int bind_etc(const char *name, struct err *e)
{
	char dir[PATH_LEN];
	struct dirent *entry;
	DIR *d;
	int rc = 0;

	snprintf(dir, sizeof(dir), "/etc/netns/%s", name);
	d = opendir(dir);
	if (d == NULL)
		return 0;
	if (unshare(CLONE_NEWNS) != 0 || mount("", "/", "none", MS_SLAVE | MS_REC, NULL) != 0)
		rc = denied(name, errno, e);
	while (rc == 0 && (entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = bind_file(dir, entry->d_name, e);
	closedir(d);
	return rc;
}

int netns_enter(const char *name_or_path, struct err *e)
{
	char path[PATH_LEN];
	bool is_path = strchr(name_or_path, '/') != NULL;
	int fd, rc;

	snprintf(path, sizeof(path), "%s%s", is_path ? "" : "/run/netns/", name_or_path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT
		               ? err_set(e, ERR_LOCAL,
		                         "no network namespace '%s': `ip netns list` shows them",
		                         name_or_path)
		               : denied(name_or_path, errno, e);
	rc = setns(fd, CLONE_NEWNET) == 0 ? 0 : denied(name_or_path, errno, e);
	close(fd);
	if (rc == 0 && !is_path)
		rc = bind_etc(name_or_path, e);
	return rc;
}

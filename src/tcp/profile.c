/* SPDX-License-Identifier: BSD-2-Clause */
/* profile.c - the SYNs of four systems as a table. */
#include "tcp/profile.h"

#include <stddef.h>
#include <string.h>

#include "wire/tcpopt.h"

#define MSS    TCPOPT_KIND_MSS
#define NOP    TCPOPT_KIND_NOP
#define WSCALE TCPOPT_KIND_WSCALE
#define SACKOK TCPOPT_KIND_SACKOK
#define TS     TCPOPT_KIND_TS

/* As seen on the wire from Linux 6.x, Windows 10/11 and FreeBSD 13/14. */
static const struct profile profiles[] = {
	{
		.name = "linux",
		.order = {MSS, SACKOK, TS, NOP, WSCALE},
		.sack = true,
		.timestamps = true,
		.mss_sent = true,
		.wscale_sent = true,
		.mss = PROFILE_MSS_AUTO,
		.wscale = 7,
		.win = 64240,
		.ttl = 64,
	},
	{
		.name = "windows",
		.order = {MSS, NOP, WSCALE, NOP, NOP, SACKOK},
		.sack = true,
		.timestamps = false,
		.mss_sent = true,
		.wscale_sent = true,
		.mss = PROFILE_MSS_AUTO,
		.wscale = 8,
		.win = 64240,
		.ttl = 128,
	},
	{
		.name = "freebsd",
		.order = {MSS, NOP, WSCALE, SACKOK, TS},
		.sack = true,
		.timestamps = true,
		.mss_sent = true,
		.wscale_sent = true,
		.mss = PROFILE_MSS_AUTO,
		.wscale = 6,
		.win = 65535,
		.ttl = 64,
	},
	{
		.name = "minimal",
		.order = {MSS},
		.sack = false,
		.timestamps = false,
		.mss_sent = true,
		.wscale_sent = false,
		.mss = PROFILE_MSS_AUTO,
		.wscale = 0,
		.win = 65535,
		.ttl = 64,
	},
};

const struct profile *profile_find(const char *name)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

uint16_t profile_mss(const struct profile *p, uint16_t room)
{
	return p->mss == PROFILE_MSS_AUTO ? room : (uint16_t)p->mss;
}

void profile_offer(struct profile *p, uint8_t kind)
{
	size_t i = 0;

	while (p->order[i] != TCPOPT_KIND_EOL && p->order[i] != kind)
		i++;
	if (p->order[i] == kind || i + 1 >= PROFILE_OPTIONS)
		return;
	p->order[i] = kind;
	p->order[i + 1] = TCPOPT_KIND_EOL;
}

static bool is_sent(const struct profile *p, uint8_t kind)
{
	switch (kind) {
	case MSS:
		return p->mss_sent;
	case WSCALE:
		return p->wscale_sent;
	case SACKOK:
		return p->sack;
	case TS:
		return p->timestamps;
	default:
		return false;
	}
}

static void put(const struct profile *p, struct wr *w, uint8_t kind, uint16_t mss, uint32_t tsval,
                uint32_t tsecr)
{
	if (kind == MSS)
		tcpopt_put_mss(w, mss);
	else if (kind == WSCALE)
		tcpopt_put_wscale(w, p->wscale);
	else if (kind == SACKOK)
		tcpopt_put_sackok(w);
	else
		tcpopt_put_ts(w, tsval, tsecr);
}

/* Linux packs SACK-permitted with the timestamps that follow; without those NOPs take their place. */
static bool is_unpacked(const struct profile *p, size_t i)
{
	return p->order[i] == SACKOK && i + 1 < PROFILE_OPTIONS && p->order[i + 1] == TS &&
	       !p->timestamps;
}

void profile_put_answer(const struct profile *p, struct wr *w, uint16_t mss, uint32_t tsval,
                        uint32_t tsecr)
{
	unsigned int nops = 0;

	for (size_t i = 0; i < PROFILE_OPTIONS && p->order[i] != TCPOPT_KIND_EOL; i++) {
		uint8_t kind = p->order[i];

		if (kind == NOP) {
			nops++;
			continue;
		}
		nops += is_unpacked(p, i) ? 2 : 0;
		for (; is_sent(p, kind) && nops > 0; nops--)
			tcpopt_put_nop(w);
		if (is_sent(p, kind))
			put(p, w, kind, mss, tsval, tsecr);
		nops = 0;
	}
	while (wr_len(w) % 4 != 0)
		tcpopt_put_nop(w);
}

void profile_put_options(const struct profile *p, struct wr *w, uint16_t mss, uint32_t tsval)
{
	profile_put_answer(p, w, mss, tsval, 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* hints.c - one SYN-ACK beside others. */
#include "engine/hints.h"

#include <string.h>

#include "base/rng.h"
#include "tcp/syncookie.h"

/* A cookie's count is a step a minute: two SYN-ACKs that far apart differ by more. */
#define ONE_COUNT (60 * NS_SEC)

void hints_init(struct hints *h)
{
	memset(h, 0, sizeof(*h));
	rng_secret(&h->key, sizeof(h->key));
}

static uint32_t place_of(const struct hints *h, const struct flow *f)
{
	uint8_t bytes[18];

	memcpy(bytes, f->key.addr[!f->client], 16);
	memcpy(bytes + 16, &f->key.port[!f->client], 2);
	return (uint32_t)(siphash_table(&h->key, bytes, sizeof(bytes)) & ((1U << HINTS_BITS) - 1));
}

static bool is_linear(const struct flow *f, const struct flow *older, ns_t stamp)
{
	const struct track_end *c1 = &older->track.end[TRACK_CLIENT],
			       *c2 = &f->track.end[TRACK_CLIENT];
	const struct track_end *s1 = &older->track.end[TRACK_SERVER],
			       *s2 = &f->track.end[TRACK_SERVER];
	struct syncookie_offer a = syncookie_offer_of(c1), b = syncookie_offer_of(c2);
	int32_t e = syncookie_residue(s1->iss, s2->iss, c1->iss, c2->iss);

	if (!track_answered(&older->track) || older->track.syn_first == NS_NONE ||
	    c1->iss == c2->iss || older->client != f->client ||
	    stamp - older->track.answer > ONE_COUNT)
		return false;
	return syncookie_relate(e, &a, &b) == SYNCOOKIE_LINEAR;
}

enum flow_hint hints_of(struct hints *h, const struct flow *f, const struct flow *older,
                        const struct seg *syn_ack, ns_t stamp)
{
	struct syncookie_offer asked = syncookie_offer_of(&f->track.end[TRACK_CLIENT]);
	struct syncookie_offer got = syncookie_offer_of(&f->track.end[TRACK_SERVER]);
	uint32_t at = place_of(h, f);
	bool granted = (h->granted[at / 8] & 1U << at % 8) != 0;

	if (f->opened != FLOW_SYN)
		return FLOW_HINT_NONE;
	if (syncookie_offers_options(&got))
		h->granted[at / 8] |= (uint8_t)(1U << at % 8);
	if (older != NULL && is_linear(f, older, stamp))
		return FLOW_HINT_LINEAR;
	switch (syncookie_hint(&asked, &got, syn_ack->win)) {
	case SYNCOOKIE_HINT_WINDOW_0:
		return FLOW_HINT_WINDOW_0;
	case SYNCOOKIE_HINT_OPTIONS_LOST:
		return granted ? FLOW_HINT_OPTIONS_LOST : FLOW_HINT_NONE;
	case SYNCOOKIE_HINT_NONE:
		break;
	}
	return FLOW_HINT_NONE;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* One Ethernet frame with the kernel's offload metadata, and what can be done to its bytes. */
#ifndef TESTLINK_FRAME_H
#define TESTLINK_FRAME_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stdint.h>

enum { FRAME_MAX = 66 * 1024 }; /* the largest GSO frame: 64 KiB and its headers */

struct frame {
	int64_t due;    /* CLOCK_MONOTONIC ns at which it leaves */
	uint64_t order; /* among frames due at the same time, the first in leaves first */
	uint32_t len;
	struct virtio_net_hdr vnet;
	uint8_t data[FRAME_MAX];
};

bool frame_is_tcp(const struct frame *f);

/* Frames that a wire would carry for `f`: more than one for TCP that awaits segmentation. */
uint32_t frame_segments(const struct frame *f);

/* Makes wire frame `index` of `src`, checksums complete. `src` must have several segments. */
void frame_segment(const struct frame *src, uint32_t index, struct frame *dst);

/* Copies what is used of the frame, not all of its 66 KiB. */
void frame_copy(const struct frame *src, struct frame *dst);

/* Flips one bit that a checksum covers. Frames that await segmentation: false, and untouched. */
bool frame_corrupt(struct frame *f, uint64_t random);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* check_sequences.c - the checks that take more than one segment, or only time. */
#include "probe/check_notation.h"
#include "probe/check_steps.h"

#define SEQUENCE(name, ...) const struct step check_##name[] = {__VA_ARGS__, {.op = STEP_END}}

/* clang-format off */
#define GIVEN(bytes) .options = STEP_OPT_GIVEN, .raw = (bytes), .raw_len = sizeof(bytes) - 1
#define RAW(bytes) .options = STEP_OPT_RAW, .raw = (bytes), .raw_len = sizeof(bytes) - 1
#define SEND(...)          {.op = STEP_SEND, __VA_ARGS__}
#define LISTEN(t)          {.op = STEP_LISTEN, .ms = (t)}
#define LISTEN_UNTIL(t, e, a) {.op = STEP_LISTEN, .ms = (t), .events = (e), .acks = (a)}
#define MARK               {.op = STEP_MARK}

#define REQUEST(...) SEND(.flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = STEP_REQUEST, \
                          .counts = true, __VA_ARGS__)
#define OUR_FIN      SEND(.flags = SEG_FIN | SEG_ACK, .seq = R(0), .ack = S(0), .counts = true)
#define OUR_ACK      SEND(.flags = SEG_ACK, .seq = R(0), .ack = S(0), .counts = true)
/* A connection that is still there has to answer it (RFC 9293 3.8.4); elsewhere it is an ACK like others. */
#define OLD_ACK      SEND(.flags = SEG_ACK, .seq = R(-1), .ack = S(0))
/* clang-format on */

/* --- the end of a connection --- */

SEQUENCE(close_by_us, OUR_FIN, LISTEN(600), LISTEN_UNTIL(3000, STEP_EV_FIN, STEP_ACK_NOTHING),
         OUR_ACK);
/* The closed window holds what the server sends until it has our FIN, which opens it. */
SEQUENCE(close_after_request, REQUEST(.window_0 = true), LISTEN(300), MARK, OUR_FIN,
         LISTEN_UNTIL(5000, STEP_EV_FIN, STEP_ACK_DATA), OUR_ACK);
SEQUENCE(close_abort, REQUEST(), LISTEN_UNTIL(5000, STEP_EV_FIN | STEP_EV_RST, STEP_ACK_DATA));
SEQUENCE(close_unread, REQUEST(),
         SEND(.flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = "zzzz", .counts = true),
         LISTEN_UNTIL(5000, STEP_EV_FIN | STEP_EV_RST, STEP_ACK_DATA),
         LISTEN_UNTIL(300, STEP_EV_RST, STEP_ACK_NOTHING));
SEQUENCE(last_ack_twice, OUR_ACK, OUR_ACK, LISTEN(200), MARK, OLD_ACK, LISTEN(600));
SEQUENCE(listen_for_repeats, LISTEN_UNTIL(10000, STEP_EV_REPEATS, STEP_ACK_NOTHING));
SEQUENCE(simultaneous, SEND(.flags = SEG_FIN | SEG_ACK, .seq = R(0), .ack = UNA(0), .counts = true),
         LISTEN(600));
SEQUENCE(closing_then_fin, OUR_ACK, LISTEN(200), MARK,
         SEND(.flags = SEG_FIN | SEG_ACK, .seq = R(-1), .ack = S(0)), LISTEN(600));

/* --- resets and SYNs --- */

SEQUENCE(challenge_then_rst, SEND(.flags = SEG_SYN, .seq = R(0), RAW("\2\4\5\264")), LISTEN(600),
         MARK, SEND(.flags = SEG_RST, .seq = R(0)), LISTEN(200));
SEQUENCE(rst_then_ack, SEND(.flags = SEG_RST, .seq = R(0)), LISTEN(200), MARK, OLD_ACK,
         LISTEN(600));
SEQUENCE(rst_then_syn, SEND(.flags = SEG_RST, .seq = R(0)), LISTEN(200), MARK,
         SEND(.flags = SEG_SYN, .seq = R(1000000), RAW("\2\4\5\264")), LISTEN(600));

/* --- TIME_WAIT --- */

/*
 * An old SYN has an ACK in TIME_WAIT and a SYN-ACK afterwards. Linux begins its 2 MSL anew with any other
 * segment that it answers.
 */
#define FIVE_SECONDS                                                                               \
	SEND(.flags = SEG_SYN, .seq = R(-1000000), RAW("\2\4\5\264"), .unless = STEP_EV_NEW),      \
		LISTEN_UNTIL(5000, STEP_EV_NEW, STEP_ACK_NOTHING)
#define HALF_MINUTE                                                                                \
	FIVE_SECONDS, FIVE_SECONDS, FIVE_SECONDS, FIVE_SECONDS, FIVE_SECONDS, FIVE_SECONDS

SEQUENCE(time_wait_length, HALF_MINUTE, HALF_MINUTE, HALF_MINUTE, HALF_MINUTE, HALF_MINUTE,
         HALF_MINUTE, HALF_MINUTE, HALF_MINUTE);

#define SYN_OF(how, n) SEND(.flags = SEG_SYN, .seq = R(n), .options = (how)), LISTEN(600)

SEQUENCE(syn_ts_new_old, SYN_OF(STEP_OPT_NEW, -1000000));
SEQUENCE(syn_ts_same_new, SYN_OF(STEP_OPT_SAME, 1000000));
SEQUENCE(syn_ts_same_old, SYN_OF(STEP_OPT_SAME, -1000000));
SEQUENCE(syn_ts_old_new, SYN_OF(STEP_OPT_OLD, 1000000));
SEQUENCE(syn_plain_new, SEND(.flags = SEG_SYN, .seq = R(1000000), RAW("\2\4\5\264")), LISTEN(600));
SEQUENCE(syn_raw_ts_old,
         SEND(.flags = SEG_SYN, .seq = R(-1000000), RAW("\1\1\x08\x0a\x7f\0\0\1\0\0\0\0")),
         LISTEN(600));

/* --- windows and timestamps --- */

SEQUENCE(window_0_request, REQUEST(.window_0 = true),
         LISTEN_UNTIL(10000, STEP_EV_REPEATS, STEP_ACK_NOTHING));
SEQUENCE(window_0_opened, REQUEST(.window_0 = true), LISTEN(1000), OUR_ACK, OUR_ACK,
         LISTEN_UNTIL(5000, STEP_EV_FIN, STEP_ACK_ALL));
SEQUENCE(window_0_close, REQUEST(.window_0 = true),
         LISTEN_UNTIL(2000, STEP_EV_FIN, STEP_ACK_NOTHING));
/* --- a server that has no room --- */

#define FULL {.op = STEP_FILL, .ms = 8000}, MARK

SEQUENCE(full_rst, REQUEST(), FULL, SEND(.flags = SEG_RST, .seq = R(0)), LISTEN(600));
SEQUENCE(full_fin, REQUEST(), FULL, SEND(.flags = SEG_FIN | SEG_ACK, .seq = R(0), .ack = S(0)),
         LISTEN(600));

SEQUENCE(paws_data,
         SEND(.flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = "zz",
              .options = STEP_OPT_OLD),
         LISTEN(600));
SEQUENCE(paws_fin,
         SEND(.flags = SEG_FIN | SEG_ACK, .seq = R(0), .ack = S(0), .options = STEP_OPT_OLD),
         LISTEN(600));
SEQUENCE(paws_rst, SEND(.flags = SEG_RST, .seq = R(0), .options = STEP_OPT_OLD), LISTEN(600));
SEQUENCE(nots_data,
         SEND(.flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = "zz", RAW("")),
         LISTEN(600));
SEQUENCE(data_plain,
         SEND(.flags = SEG_PSH | SEG_ACK, .seq = R(0), .ack = S(0), .data = "zz", .counts = true),
         LISTEN(600));

/* --- options of the SYN; all begin without a connection --- */

#define SYN_WITH(f, bytes) SEND(.flags = (f), .seq = ISS, RAW(bytes)), LISTEN(600)

/*
 * A connection whose SYN has these options, and a request whose answer shows the largest segment. The window
 * is small, so that many small segments do not come at once.
 */
#define ASK_WITH(bytes)                                                                            \
	SEND(.flags = SEG_SYN, .seq = ISS, RAW(bytes), .counts = true, .win = 4000),               \
		{.op = STEP_UNTIL, .events = STEP_EV_SYN_ACK}, OUR_ACK, OUR_ACK, REQUEST(),        \
		LISTEN_UNTIL(2000, STEP_EV_FIN, STEP_ACK_ALL)

SEQUENCE(syn_bare, SYN_WITH(SEG_SYN, "\2\4\5\264"));
SEQUENCE(no_mss, ASK_WITH(""));
SEQUENCE(mss_100, ASK_WITH("\2\4\0\144"));
SEQUENCE(mss_0, SYN_WITH(SEG_SYN, "\2\4\0\0"));
SEQUENCE(mss_twice, SYN_WITH(SEG_SYN, "\2\4\5\264\2\4\2\30"));
SEQUENCE(syn_unknown, SYN_WITH(SEG_SYN, "\2\4\5\264\xfd\4\x12\x34"));
SEQUENCE(syn_len0, SYN_WITH(SEG_SYN, "\2\4\5\264\x1e\0\0\0"));
SEQUENCE(wscale_15, SYN_WITH(SEG_SYN, "\2\4\5\264\1\3\3\17"));
/* Over at once: the fewer connections are made meanwhile, the closer are the numbers of a counter. */
SEQUENCE(isn, SEND(.flags = SEG_SYN, .seq = ISS, RAW("\2\4\5\264")),
         LISTEN_UNTIL(600, STEP_EV_REPLY, STEP_ACK_NOTHING));
SEQUENCE(ecn_setup, SYN_WITH(SEG_SYN | SEG_ECE | SEG_CWR, "\2\4\5\264"));
SEQUENCE(ecn_ece, SYN_WITH(SEG_SYN | SEG_ECE, "\2\4\5\264"));
SEQUENCE(ecn_accurate, SYN_WITH(SEG_SYN | SEG_AE | SEG_ECE | SEG_CWR, "\2\4\5\264"));
SEQUENCE(ecn_ect,
         SEND(.flags = SEG_SYN | SEG_ECE | SEG_CWR, .seq = ISS, RAW("\2\4\5\264"), .ecn = 2),
         LISTEN(600));
SEQUENCE(tfo_request, SYN_WITH(SEG_SYN, "\2\4\5\264\1\1\x22\2"));
SEQUENCE(tfo_bad,
         SEND(.flags = SEG_SYN, .seq = ISS, .data = "zzzz",
              RAW("\2\4\5\264\1\1\x22\x0a\1\2\3\4\5\6\7\x8")),
         LISTEN(600));
SEQUENCE(tfo_odd, SYN_WITH(SEG_SYN, "\2\4\5\264\x22\7\1\2\3\4\5\1"));
SEQUENCE(mp_capable, SYN_WITH(SEG_SYN, "\2\4\5\264\x1e\4\1\1"));
SEQUENCE(split, SEND(.flags = SEG_SYN | SEG_ACK, .seq = ISS, .ack = S(0), RAW("\2\4\5\264")),
         LISTEN(600));

/* --- connections whose SYN has these options; each opens with our own --- */

#define OPEN_WITH(bytes)                                                                           \
	SEND(.flags = SEG_SYN, .seq = ISS, RAW(bytes), .counts = true),                            \
	{                                                                                          \
		.op = STEP_UNTIL, .events = STEP_EV_SYN_ACK                                        \
	}
#define RESET(n) SEND(.flags = SEG_RST, .seq = R(n)), LISTEN(250)

SEQUENCE(gap_without_sack, OPEN_WITH("\2\4\5\264"), OUR_ACK, OUR_ACK, LISTEN(50),
         SEND(.flags = SEG_PSH | SEG_ACK, .seq = R(10), .ack = S(0), .data = "zzzz"), LISTEN(600));
SEQUENCE(isn_rate, OPEN_WITH("\2\4\5\264"), RESET(0),
         SEND(.flags = SEG_SYN, .seq = R(100000), RAW("\2\4\5\264")), LISTEN(250), RESET(100001),
         SEND(.flags = SEG_SYN, .seq = R(200000), RAW("\2\4\5\264")), LISTEN(600));
SEQUENCE(tfo_good, OPEN_WITH("\2\4\5\264\1\1\x22\2"), RESET(0),
         SEND(.flags = SEG_SYN, .seq = R(100000), .data = "zzzz", GIVEN("\2\4\5\264\x22\2")),
         LISTEN(600));
/* The second ACK shows that options arrive later on, too (RFC 8684 3.1): without, it is plain TCP. */
SEQUENCE(mp_fastclose, OPEN_WITH("\2\4\5\264\x1e\4\1\1"),
         SEND(.flags = SEG_ACK, .seq = R(0), .ack = S(0), GIVEN("\x1e\x0c\1\1\1\2\3\4\5\6\7\x8")),
         SEND(.flags = SEG_ACK, .seq = R(0), .ack = S(0), RAW("\x1e\x8\x20\1\0\0\0\1")),
         LISTEN(100), SEND(.flags = SEG_ACK, .seq = R(0), .ack = S(0), GIVEN("\x1e\4\x70\0")),
         LISTEN(600));
SEQUENCE(mp_odd, SYN_WITH(SEG_SYN, "\2\4\5\264\x1e\4\1\x41"));
SEQUENCE(mp_join, SYN_WITH(SEG_SYN, "\2\4\5\264\x1e\x0c\x10\1\1\2\3\4\5\6\7\x8"));

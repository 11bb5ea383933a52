/* SPDX-License-Identifier: BSD-2-Clause */
/* message.h - what the protocols above TCP tell: a message was sent or received, and where it ended. */
#ifndef TCPSHAKE_APP_MESSAGE_H
#define TCPSHAKE_APP_MESSAGE_H

enum app_from {
	APP_CLIENT, /* us */
	APP_SERVER,
};

/* What a message means to whoever takes times. */
enum app_mark {
	APP_NOTE,       /* nothing but itself */
	APP_FINISHED,   /* a TLS Finished: the phase ends with the later one */
	APP_REQUEST,    /* the last byte of a request */
	APP_FIRST_BYTE, /* the first byte of a response; has no text */
	APP_HEAD,       /* the end of a response's head */
	APP_RESPONSE,   /* the last byte of a response */
	APP_UPGRADE,    /* the end of the 101 that makes it a WebSocket */
	APP_PING,
	APP_PONG,
};

/* One message of a protocol: a handshake message, a request, the head of a response, a frame. */
struct app_message {
	enum app_from from;
	const char *protocol; /* "TLS", "HTTP/1.1", "HTTP/2" or "WebSocket"; a constant */
	const char *text; /* "ServerHello", "GET / HTTP/1.1"; valid during the call; NULL: none */
	enum app_mark mark;
};

/* The owner knows where in the stream it stands; messages carry no offsets and no times. */
typedef void app_message_fn(void *ctx, const struct app_message *m);

/* Whom a protocol tells. */
struct app_listener {
	app_message_fn *message;
	void *ctx;
};

#endif

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# Servers that people run, for tests of what is above TCP; source it after probe.sh. In setup_file
# `servers_make` makes certificates and contents ($CA, $WWW); then
#
#     nginx_start NS                one nginx that is set up differently at each port (nginx_config)
#     haproxy_start NS              in front of it, one way at each port (haproxy_config)
#     nghttpd_start NS              7080 in clear, 7443 over TLS
#     names_start CLIENT NS         name servers
#     ws_start NS                   7700 ws, 7701 wss (ws_server.py; the path says how)
#
# live as long as the file, and `s_server`, `hostile` as long as the test. What nginx was asked is in
# $NS_TMP/access; `asked N` waits for N lines of it and puts them into the test's directory.

# shellcheck source=tests/lib/ca.sh
. "$LIB/ca.sh"

WEB=10.66.0.2 # where all of them are
BLOB_BYTES=1048576

# need COMMAND...: or the test is skipped aloud.
need() {
	local command
	for command; do
		command -v "$command" >/dev/null || skip "no $command"
	done
}

# --- contents ---

# servers_make: $CA with certificates, $WWW with files, and $PUT, to which nginx stores what is PUT to /put/NAME. For
# setup_file.
servers_make() {
	export CA=$NS_TMP/ca WWW=$NS_TMP/www PUT=$NS_TMP/put
	mkdir -p "$WWW" "$PUT" && ca_make "$CA" || return 1
	head -c $BLOB_BYTES /dev/urandom >"$WWW/blob"
	printf 'hello\n' >"$WWW/hello"
	head -c 20000 /dev/urandom >"$WWW/chunked"
	cp "$WWW/chunked" "$WWW/close"
	head -c 3000 /dev/urandom | base64 -w 76 >"$WWW/small"
}

# --- nginx ---

# A server {} of nginx: nginx_server PORT 'WORDS OF listen' 'DIRECTIVES'
nginx_server() {
	cat <<-END
		server {
			listen 0.0.0.0:$1 $2;
			listen [::]:$1 $2;
			$3
			include $NS_TMP/nginx.locations;
		}
	END
}

# What each path does; the log tells what was asked, and over what.
nginx_locations() {
	cat <<-END
		root $WWW;
		default_type application/octet-stream;
		location = / { return 200 "hello\n"; }
		location = /none { return 204; }
		location = /moved { return 301 /hello; }
		location = /down { return 503; }
		location = /teapot { return 418 "short and stout\n"; }
		location = /chunked { sub_filter nowhere nowhere; sub_filter_types *; }
		location = /close { sub_filter nowhere nowhere; sub_filter_types *; chunked_transfer_encoding off; }
		location = /drip { alias $WWW/small; limit_rate 2k; }
		location /put/ { root $NS_TMP; dav_methods PUT; client_max_body_size 0; }
		location = /many-headers {
			$(for i in $(seq 60); do echo "add_header x-filler-$i $(printf '%0100d' "$i");"; done)
			return 200 "hello\n";
		}
	END
}

nginx_config() {
	local tls="ssl_certificate $CA/web.pem; ssl_certificate_key $CA/web.key;"
	cat <<-END
		daemon off;
		master_process off; # one process: what ends it leaves no worker
		user root;
		pid $NS_TMP/nginx.pid;
		error_log $NS_TMP/nginx.error;
		events { worker_connections 512; }
		http {
			log_format json escape=json '{"port":\$server_port,"client":\$remote_port,"connection":\$connection,'
				'"nth":\$connection_requests,"protocol":"\$server_protocol","method":"\$request_method",'
				'"uri":"\$request_uri","status":\$status,"bytes":\$body_bytes_sent,"host":"\$http_host",'
				'"length":"\$content_length","agent":"\$http_user_agent","test":"\$http_x_test","tls":"\$ssl_protocol",'
				'"cipher":"\$ssl_cipher","sni":"\$ssl_server_name","resumed":"\$ssl_session_reused",'
				'"early":"\$ssl_early_data","subject":"\$ssl_client_s_dn"}';
			access_log $NS_TMP/access json;
			client_body_temp_path $NS_TMP/nginx.body;
			proxy_temp_path $NS_TMP/nginx.proxy;
			fastcgi_temp_path $NS_TMP/nginx.fastcgi;
			uwsgi_temp_path $NS_TMP/nginx.uwsgi;
			scgi_temp_path $NS_TMP/nginx.scgi;
			ssl_session_cache shared:all:1m;
			ssl_protocols TLSv1.2 TLSv1.3;
	END
	nginx_server 80
	nginx_server 8080 '' 'keepalive_requests 3;'
	nginx_server 8081 '' 'keepalive_timeout 0;'
	nginx_server 8082 '' 'keepalive_timeout 300ms;'
	nginx_server 8083 http2
	[ -z "$FAST_OPEN" ] || nginx_server 8084 fastopen=16
	nginx_server 443 'ssl http2' "$tls"
	nginx_server 8442 ssl "$tls"
	nginx_server 8443 ssl "$tls ssl_protocols TLSv1.2;"
	nginx_server 8444 ssl "$tls ssl_protocols TLSv1.3;"
	nginx_server 8445 ssl "$tls ssl_protocols TLSv1.3; ssl_early_data on;"
	nginx_server 8446 ssl "$tls ssl_protocols TLSv1.3; ssl_early_data on; ssl_ecdh_curve secp384r1;"
	nginx_server 8447 'ssl http2' "$tls keepalive_requests 3;"
	nginx_server 8448 ssl "$tls ssl_session_tickets off; ssl_session_cache off;"
	nginx_server 8449 ssl "$tls ssl_verify_client on; ssl_client_certificate $CA/ca.pem;"
	nginx_server 8450 'ssl http2' "ssl_certificate $CA/ip.pem; ssl_certificate_key $CA/ip.key;"
	nginx_server 8451 'ssl http2' "$tls http2_max_concurrent_streams 2;"
	nginx_server 8452 'ssl http2' "$tls keepalive_timeout 300ms;"
	echo '}'
}

# nginx_start NS: ports as in nginx_config. FAST_OPEN is empty where the kernel has none.
nginx_start() {
	export FAST_OPEN=
	ns_exec "$1" sysctl -qw net.ipv4.tcp_fastopen=3 2>/dev/null && FAST_OPEN=yes
	nginx_locations >"$NS_TMP/nginx.locations"
	nginx_config >"$NS_TMP/nginx.conf"
	: >"$NS_TMP/access"
	ns_spawn "$1" nginx -e "$NS_TMP/nginx.error" -c "$NS_TMP/nginx.conf" >/dev/null
	ns_wait_listen "$1" 8452 || {
		cat "$NS_TMP/nginx.error"
		return 1
	}
}

# nothing_asked: forgets what nginx has logged. For setup.
nothing_asked() {
	: >"$NS_TMP/access"
}

_asked() {
	[ "$(wc -l <"$NS_TMP/access")" -ge "$1" ]
}

# asked N: nginx has logged N requests, and no more; they are in `access`: sees 'load("access")[0]["method"] == "PUT"'
asked() {
	ns_wait_for 3 _asked "$1"
	cp "$NS_TMP/access" "$BATS_TEST_TMPDIR/access"
	[ "$(wc -l <"$NS_TMP/access")" -eq "$1" ] || {
		echo "nginx was asked more than $1 times:"
		cat "$NS_TMP/access"
		return 1
	}
}

# --- haproxy ---

haproxy_config() {
	local tls="ssl crt $CA/haproxy.pem"
	cat <<-END
		global
			tune.ssl.default-dh-param 2048
		defaults
			mode http
			timeout client 10s
			timeout server 10s
			timeout connect 5s
			timeout http-keep-alive 300ms
		backend nginx
			server one 127.0.0.1:80
		backend nobody
			server none 127.0.0.1:1
		frontend through
			mode tcp
			bind :::9443 v4v6
			default_backend behind
		backend behind
			mode tcp
			server one 127.0.0.1:443
		frontend web
			bind :::9080 v4v6
			bind :::9444 v4v6 $tls alpn h2,http/1.1
			http-request deny deny_status 429 if { path /denied }
			use_backend nobody if { path /nobody }
			default_backend nginx
		frontend closes
			bind :::9081 v4v6
			option httpclose
			default_backend nginx
		frontend rejects
			bind :::9082 v4v6
			http-request reject
		frontend refuses
			mode tcp
			bind :::9083 v4v6
			tcp-request connection reject
			default_backend behind
		frontend drops
			bind :::9084 v4v6
			http-request silent-drop
	END
}

# haproxy_start NS: 9443 TCP to nginx's 443; 9080 and 9444 (TLS) HTTP to its 80; 9081 the same with Connection:
# close; 9082 closes at the request; 9083 closes at once; 9084 vanishes at the request.
haproxy_start() {
	cat "$CA/web.pem" "$CA/web.key" >"$CA/haproxy.pem"
	haproxy_config >"$NS_TMP/haproxy.cfg"
	ns_spawn "$1" haproxy -db -f "$NS_TMP/haproxy.cfg" >/dev/null
	ns_wait_listen "$1" 9084
}

# --- nghttpd ---

# nghttpd_start NS: at most 10 streams at a time.
nghttpd_start() {
	ns_spawn "$1" nghttpd --no-tls -m 10 -d "$WWW" 7080 >/dev/null
	ns_spawn "$1" nghttpd -m 10 -d "$WWW" 7443 "$CA/web.key" "$CA/web.pem" >/dev/null
	ns_wait_listen "$1" 7080 && ns_wait_listen "$1" 7443
}

# --- WebSocket ---

ws_start() { # NS
	ns_spawn "$1" "$PYTHON" "$LIB/ws_server.py" 7700 >/dev/null
	ns_spawn "$1" "$PYTHON" "$LIB/ws_server.py" 7701 "$CA/web.pem" "$CA/web.key" >/dev/null
	ns_wait_listen "$1" 7700 && ns_wait_listen "$1" 7701
}

# --- names ---

WEB_SLOW=10.66.0.3 # a name server that is slow, or fails, as the first label says (dns.py)

# names_start NS_CLIENT NS_SERVER: dnsmasq at $WEB knows web.test, one.test (both families), alias.test (an alias of an
# alias) and ten.test (ten addresses); dns.py is at $WEB_SLOW. The client asks the first: name_server NS ADDRESS.
names_start() (
	etc=/etc/netns/$NS_PREFIX$1
	mkdir -p "$etc"
	: >"$etc/hosts"
	for last in 3 21 22 23 24 25 26 27 28 29 30; do
		ip -n "$NS_PREFIX$2" addr add "10.66.0.$last/24" dev vb
		[ "$last" -lt 20 ] || echo "10.66.0.$last ten.test"
	done >"$NS_TMP/ten"
	name_server "$1" "$WEB"
	ns_spawn "$2" dnsmasq --keep-in-foreground --user=root --no-resolv --no-hosts --pid-file= --bind-interfaces \
		--listen-address="$WEB" --local=/test/ --addn-hosts="$NS_TMP/ten" --host-record="web.test,$WEB" \
		--host-record="one.test,$WEB,fd66::2" --cname=alias.test,other.test --cname=other.test,web.test >/dev/null
	ns_spawn "$2" "$PYTHON" "$LIB/dns.py" "$WEB_SLOW" "$WEB" >/dev/null
	ns_wait_for 5 eval '[ "$(ns_exec '"$2"' ss -Huln "sport = :53" | wc -l)" -ge 2 ]'
)

name_server() { # NS ADDRESS...
	printf 'nameserver %s\n' "${@:2}" >"/etc/netns/$NS_PREFIX$1/resolv.conf"
}

names_end() { # NS
	[ ! -d "/etc/netns/$NS_PREFIX$1" ] || rm -r "/etc/netns/$NS_PREFIX$1"
	rmdir /etc/netns 2>/dev/null || true
}

# --- for one test ---

# s_server NS PORT CERTIFICATE OPTION...: openssl's, which answers a GET with a page about the connection.
s_server() {
	spawn "s_server-$2" "$1" openssl s_server -accept "$2" -www -quiet -cert "$CA/$3.pem" -key "$CA/$3.key" \
		"${@:4}"
	ns_wait_listen "$1" "$2"
}

# hostile NS PORT MODE [CERTIFICATE]: hostile.py, over TLS with a certificate.
hostile() {
	local tls=()
	[ -z "${4-}" ] || tls=("$CA/$4.pem" "$CA/$4.key")
	spawn "hostile-$2" "$1" "$PYTHON" "$LIB/hostile.py" "$3" "$2" "${tls[@]}"
	ns_wait_listen "$1" "$2"
}

# --- the program ---

# name_of URL: NAME:PORT, with the scheme's port where it has none.
name_of() {
	local rest=${1#*://} port=80
	case $1 in
	https:* | wss:*) port=443 ;;
	esac
	rest=${rest%%[/?]*}
	case $rest in
	*:*) echo "$rest" ;;
	*) echo "$rest:$port" ;;
	esac
}

# ask URL [OPTION...]: probes it once from A (-c may say otherwise); its name is $WEB, and ca.pem is trusted where
# there is TLS (TRUST=FILE: another; empty: the system's store). The run is in run.pcapng and its secrets in keys.
ask() {
	local url=$1 options=(-c 1 --resolve "$(name_of "$1"):$WEB" --write "$BATS_TEST_TMPDIR/run.pcapng")
	shift
	: >"$BATS_TEST_TMPDIR/keys"
	case $url in
	https:* | wss:* | tls:*)
		[ -z "${TRUST-$CA/ca.pem}" ] || options+=(--ca "${TRUST-$CA/ca.pem}")
		;;
	esac
	SSLKEYLOGFILE=$BATS_TEST_TMPDIR/keys probe_json A -v "${options[@]}" "$@" "$url"
}

# went REASON: every attempt is open, and `reason` is this; exit 0 for syn-ack, else 6.
went() {
	if [ "$1" = syn-ack ]; then exits 0; else exits 6; fi
	sees "all(x['state'] == 'open' and x['reason'] == '$1' for x in probes)"
}

# fails REASON...: TCP was fine, and what is above ended in one of these ways.
fails() {
	exits 6
	sees "all(x['state'] == 'open' and x['reason'] in '$*'.split() for x in probes)"
}

# agrees: phases and messages of each attempt are those of tshark, from the run's own capture and keys.
agrees() {
	"$PYTHON" "$LIB/phases.py" "$BATS_TEST_TMPDIR/run.pcapng" --keylog "$BATS_TEST_TMPDIR/keys" \
		--against "$BATS_TEST_TMPDIR/out" "$@"
}

# tshark_sees: what tshark makes of each stream, a line each, in `phases`: sees 'load("phases")[0]["messages"]'
tshark_sees() {
	"$PYTHON" "$LIB/phases.py" "$BATS_TEST_TMPDIR/run.pcapng" --keylog "$BATS_TEST_TMPDIR/keys" \
		>"$BATS_TEST_TMPDIR/phases"
}

# bounded SECONDS NS COMMAND...: as run_in; the command must end in time and within 200 MB (see bounded.py).
bounded() {
	local limit=$1 ns=$2
	shift 2
	PROBE_LIMIT=$((limit + 5)) run_in "$ns" "$PYTHON" "$LIB/bounded.py" "$BATS_TEST_TMPDIR/cost" "$@"
	sees "load('cost')[0]['seconds'] <= $limit" 'load("cost")[0]["rss_kb"] <= 200000'
}

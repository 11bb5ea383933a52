# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# Certificates for tests, made by the test; source it (POSIX sh). All keys are on P-256, so that a signature costs
# next to nothing. ca_make puts NAME.pem and NAME.key into a directory, for each of
#
#     ca other    two authorities that do not know each other; clients trust ca.pem
#     web         what a server should have: 90 days left, for $CA_NAMES
#     soon        the same with 10 days left
#     expired     until yesterday                 future      from tomorrow on
#     wrong       for other.test                  ip          for $CA_ADDRESSES, no name
#     self        signed by itself                foreign     signed by other
#     chain       below an intermediate authority, which it brings along
#     alone       the same without the intermediate
#     client      a client's, signed by ca        stranger    a client's, signed by other

CA_NAMES='DNS:web.test,DNS:alias.test,DNS:slow.test,DNS:ten.test,DNS:one.test,DNS:localhost'
CA_ADDRESSES='IP:10.66.0.2,IP:fd66::2'

# What openssl-ca(1) wants to know: nothing of the subject but its name, extensions as requested.
ca_config() {
	cat <<-END
		[ca]
		default_ca = test
		[test]
		database = $1/index
		new_certs_dir = $1
		rand_serial = yes
		unique_subject = no
		default_md = sha256
		policy = any
		copy_extensions = copyall
		[any]
		commonName = supplied
		[req]
		distinguished_name = none
		[none]
	END
}

ca_date() { # as date(1) understands it
	date -u -d "$1" +%y%m%d%H%M%SZ
}

# ca_root DIR NAME [EXTENSION]: signed by itself.
ca_root() {
	openssl req -x509 -config "$1/config" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 \
		-subj "/CN=tcpshake test $2" -addext "${3:-basicConstraints=critical,CA:TRUE}" \
		-keyout "$1/$2.key" -out "$1/$2.pem" 2>>"$1/log"
}

# ca_issue DIR ISSUER NAME FROM UNTIL EXTENSION
ca_issue() {
	openssl req -new -config "$1/config" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj "/CN=tcpshake test $3" -addext "$6" -keyout "$1/$3.key" -out "$1/$3.csr" 2>>"$1/log" &&
		openssl ca -batch -notext -config "$1/config" -cert "$1/$2.pem" -keyfile "$1/$2.key" \
			-startdate "$(ca_date "$4")" -enddate "$(ca_date "$5")" \
			-in "$1/$3.csr" -out "$1/$3.pem" 2>>"$1/log"
}

_ca_make() {
	mkdir -p "$1" && : >"$1/index" && ca_config "$1" >"$1/config" &&
		ca_root "$1" ca && ca_root "$1" other && ca_root "$1" self "subjectAltName=$CA_NAMES" &&
		ca_issue "$1" ca web '-1 day' '+90 days 12 hours' "subjectAltName=$CA_NAMES" &&
		ca_issue "$1" ca soon '-1 day' '+10 days 12 hours' "subjectAltName=$CA_NAMES" &&
		ca_issue "$1" ca expired '-30 days' '-36 hours' "subjectAltName=$CA_NAMES" &&
		ca_issue "$1" ca future '+1 day' '+90 days' "subjectAltName=$CA_NAMES" &&
		ca_issue "$1" ca wrong '-1 day' '+90 days' subjectAltName=DNS:other.test &&
		ca_issue "$1" ca ip '-1 day' '+90 days' "subjectAltName=$CA_ADDRESSES" &&
		ca_issue "$1" other foreign '-1 day' '+90 days' "subjectAltName=$CA_NAMES" &&
		ca_issue "$1" ca between '-1 day' '+90 days' basicConstraints=critical,CA:TRUE &&
		ca_issue "$1" between alone '-1 day' '+90 days' "subjectAltName=$CA_NAMES" &&
		cp "$1/alone.key" "$1/chain.key" && cat "$1/alone.pem" "$1/between.pem" >"$1/chain.pem" &&
		ca_issue "$1" ca client '-1 day' '+90 days' extendedKeyUsage=clientAuth &&
		ca_issue "$1" other stranger '-1 day' '+90 days' extendedKeyUsage=clientAuth
}

# ca_make DIR
ca_make() {
	_ca_make "$1" && return
	cat "$1/log" >&2
	return 1
}

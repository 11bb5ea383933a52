# SPDX-License-Identifier: BSD-2-Clause
# options.awk - reads options.def for other awk programs. It stands before them (-f options.awk -f ...)
# and sets for each row: kind "GROUP" and title, or kind "OPTION" and name, letter, argument, help and
# commands ("ALL", "PROBING", or names in capitals). What a row does not have is "". Where an argument may be left
# out, `optional` is 1.

# Cut the next C argument off the front of `rest`: its value, without quotes.
function next_argument(    value, c)
{
	sub(/^[ \t,]+/, "", rest)
	value = ""
	if (rest ~ /^"/) {
		rest = substr(rest, 2)
		while (rest != "" && (c = substr(rest, 1, 1)) != "\"") {
			if (c == "\\") {
				rest = substr(rest, 2)
				c = substr(rest, 1, 1)
			}
			value = value c
			rest = substr(rest, 2)
		}
		rest = substr(rest, 2)
		return value
	}
	match(rest, /^[^,)]*/)
	value = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	if (value == "NULL" || value == "0")
		return ""
	gsub(/'/, "", value)
	return value
}

{ kind = "" }

/^(GROUP|OPTION)\(/ {
	kind = $0
	sub(/\(.*/, "", kind)
	rest = $0
	sub(/^[A-Z]+\(/, "", rest)
	if (kind == "GROUP") {
		title = next_argument()
	} else {
		next_argument() # its number in C
		name = next_argument()
		letter = next_argument()
		argument = next_argument()
		optional = sub(/^\[/, "", argument)
		if (optional)
			sub(/\]$/, "", argument)
		help = next_argument()
		commands = next_argument()
	}
}

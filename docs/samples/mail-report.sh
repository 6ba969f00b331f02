#!/bin/sh
# Mails the report of pending users as a page, if there are any, with the mail program of the system:
#   mail-report.sh iam@example.com [OPTION OF users pending ...]
# SENDMAIL names a program that takes a mail as sendmail does: sendmail of Postfix or Exim, or msmtp.
set -eu

to=$1
shift
sendmail=${SENDMAIL:-/usr/sbin/sendmail}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

code=0
scimctl users pending --report "$directory/pending.html" --fail-on-findings "$@" > "$directory/list.txt" || code=$?
# 0: there are none. 5: there are some. Anything else is an error, which the scheduler tells.
[ "$code" -eq 0 ] && exit 0
[ "$code" -eq 5 ] || exit "$code"

boundary="scimctl-$(date +%s)-$$"
{
  printf 'To: %s\n' "$to"
  printf 'Subject: Accounts of leavers that are still enabled\n'
  printf 'MIME-Version: 1.0\n'
  printf 'Content-Type: multipart/mixed; boundary="%s"\n\n' "$boundary"
  printf -- '--%s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n' "$boundary"
  base64 < "$directory/list.txt"
  printf -- '--%s\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n' "$boundary"
  printf 'Content-Disposition: attachment; filename="pending.html"\n\n'
  base64 < "$directory/pending.html"
  printf -- '--%s--\n' "$boundary"
} | "$sendmail" -t -i

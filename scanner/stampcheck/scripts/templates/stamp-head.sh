#!/usr/bin/env bash
#
# Collects what one Azure Stack Hub stamp knows of its registration, as evidence for stampcheck.
#
# It only reads: every request is a GET to the stamp's admin endpoint, sent by Azure CLI with its own
# sign-in. It needs bash and az, and Reader on the stamp's Default Provider Subscription. It writes
# one file an answer; a refusal is written too, since it is evidence. Tokens are neither read nor
# written. The answer about the nodes holds serial numbers.
#
#   bash collect-stamp-cli.sh [-o FOLDER] [-r REGION -f FQDN] [-p SUBSCRIPTION-ID]
#
#   -o FOLDER            where the stamp's folder goes (default: stampcheck-evidence)
#   -r REGION -f FQDN    the stamp that az must be signed in to (default: whichever it is)
#   -p SUBSCRIPTION-ID   the Default Provider Subscription, if it was renamed
#
# Exit code: 0 everything was answered, 2 wrong use, 3 something was refused, 5 a file was not written.

set -u

output_folder="stampcheck-evidence"
wanted_region=""
wanted_fqdn=""
provider_subscription_id=""

usage() {
  sed -n '3,17s/^# \{0,1\}//p' "$0"
}

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    -o | -r | -f | -p) ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  if [ $# -lt 2 ]; then
    usage >&2
    exit 2
  fi
  case $1 in
    -o) output_folder=$2 ;;
    -r) wanted_region=$2 ;;
    -f) wanted_fqdn=$2 ;;
    -p) provider_subscription_id=$2 ;;
  esac
  shift 2
done

#!/usr/bin/env bash
#
# Collects what Azure knows of Azure Stack Hub registrations, as evidence for stampcheck.
#
# It only reads: every request is a GET, sent by Azure CLI with its own sign-in. It needs bash and
# az, and Reader on the subscription. It writes one file an answer; a refusal is written too, since
# it is evidence. Tokens are neither read nor written.
#
#   bash collect-azure-cli.sh [-o FOLDER] [-s SUBSCRIPTION-ID]...
#
#   -o FOLDER            where the files go (default: stampcheck-evidence)
#   -s SUBSCRIPTION-ID   an Azure subscription; may be repeated (default: the current one of az)
#
# Exit code: 0 everything was answered, 2 wrong use, 3 something was refused, 5 a file was not written.

set -u

output_folder="stampcheck-evidence"
subscriptions=""

usage() {
  sed -n '3,15s/^# \{0,1\}//p' "$0"
}

while [ $# -gt 0 ]; do
  case $1 in
    -o | -s)
      if [ $# -lt 2 ]; then
        usage >&2
        exit 2
      fi
      if [ "$1" = -o ]; then output_folder=$2; else subscriptions="$subscriptions$2"$'\n'; fi
      shift 2
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done

# --- One answer: ask, read a refusal, join pages, write the file ---

max_pages=200
refusals=0
unwritten=0
used="|"

if ! command -v az >/dev/null 2>&1; then
  echo "Azure CLI (az) is not on the PATH." >&2
  exit 2
fi

errors=$(mktemp) || exit 5
trap 'rm -f "$errors"' EXIT

lower() {
  printf '%s' "$1" | LC_ALL=C tr '[:upper:]' '[:lower:]'
}

# A JSON string. Control characters, which no answer needs, become spaces.
json_text() {
  printf '"%s"' "$(printf '%s' "$1" | LC_ALL=C tr '\000-\037\177' ' ' |
    LC_ALL=C sed -e 's/\\/\\\\/g' -e 's/"/\\"/g')"
}

# A piece of a file name.
file_part() {
  printf '%s' "$1" | LC_ALL=C tr -c 'A-Za-z0-9._-' '_' | sed 's/^[.-]*//' | cut -c 1-80
}

# A path, percent-encoded byte by byte; slashes stay.
url_path() (
  LC_ALL=C
  text=$1
  encoded=""
  position=0
  while [ "$position" -lt "${#text}" ]; do
    byte=${text:position:1}
    case $byte in
      [A-Za-z0-9/._~\(\)-]) encoded=$encoded$byte ;;
      *)
        code=$(printf '%d' "'$byte")
        encoded=$encoded$(printf '%%%02X' "$((code & 255))")
        ;;
    esac
    position=$((position + 1))
  done
  printf '%s' "$encoded"
)

# az rest prints the reason phrase, never the number.
status_of() {
  case $1 in
    "Bad Request") echo 400 ;;
    "Unauthorized") echo 401 ;;
    "Payment Required") echo 402 ;;
    "Forbidden") echo 403 ;;
    "Not Found") echo 404 ;;
    "Method Not Allowed") echo 405 ;;
    "Not Acceptable") echo 406 ;;
    "Proxy Authentication Required") echo 407 ;;
    "Request Timeout") echo 408 ;;
    "Conflict") echo 409 ;;
    "Gone") echo 410 ;;
    "Precondition Failed") echo 412 ;;
    "Too Many Requests") echo 429 ;;
    "Internal Server Error") echo 500 ;;
    "Not Implemented") echo 501 ;;
    "Bad Gateway") echo 502 ;;
    "Service Unavailable") echo 503 ;;
    "Gateway Timeout" | "Gateway Time-out") echo 504 ;;
    *) echo 0 ;;
  esac
}

# Sets $status and $answer from what az printed: ERROR: Not Found({"error":{...}})
read_refusal() {
  local text=$1 phrase detail="" code=NoAnswer
  case $text in *"ERROR: "*) text=${text#*"ERROR: "} ;; esac
  phrase=${text%%"("*}
  status=$(status_of "$phrase")
  case $text in
    *"("*")"*)
      detail=${text#*"("}
      detail=${detail%")"*}
      ;;
  esac
  case $status$detail in
    0"{"*) answer=$(json_text "$detail") ;;
    0*)
      case $text in *AADSTS* | *"az login"*) code=AuthenticationFailed ;; esac
      answer="{\"error\": {\"code\": \"$code\", \"message\": $(json_text "$text")}}"
      ;;
    ???) answer=null ;;
    *) answer=$(json_text "$detail") ;;
  esac
}

# One GET. Sets $status, $answer (JSON) and $asked_at; fails where the answer is a refusal.
ask() {
  local url=$1
  shift
  asked_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  if answer=$(
    set -o pipefail
    az rest --method get --url "$url" --output json "$@" 2>"$errors" </dev/null | tr -d '\r'
  ); then
    status=200
    case $answer in
      "") answer=null ;;
      "{"* | "["*) if grep -q "Not a json response" "$errors"; then answer=$(json_text "$answer"); fi ;;
      *) answer=$(json_text "$answer") ;;
    esac
    return 0
  fi
  read_refusal "$(tr -d '\r' <"$errors")"
  return 1
}

# az writes JSON with two spaces a level and one key a line, so that lines can be picked out.
next_link() {
  printf '%s\n' "$answer" | sed -n 's/^  "nextLink": "\([^\\]*\)",\{0,1\}$/\1/p'
}

rows() {
  printf '%s\n' "$answer" | awk '/^  "value": \[$/ {on = 1; next} on && /^  \]/ {exit} on {print}'
}

# The link as a URL of the host that was asked first; nothing where it leads elsewhere.
same_host() {
  local link host
  link=$(printf '%s' "$1" | sed 's|^\([A-Za-z]*://[^/:]*\):443/|\1/|')
  host=${link#*://}
  host=${link%%://*}://${host%%/*}
  if [ "$(lower "$host")" = "$(lower "$arm")" ]; then
    printf '%s' "$arm${link#"$host"}"
  fi
}

# A listing with all its pages as one answer; one that is cut off keeps its nextLink, which says so.
ask_list() {
  local link page all more first_asked
  ask "$1" || return 1
  link=$(next_link)
  [ -n "$link" ] || return 0
  printf '%s\n' "$answer" | grep -q '^  "value": \[' || return 0
  first_asked=$asked_at
  all=$(rows)
  page=1
  while [ -n "$link" ] && [ "$page" -lt "$max_pages" ]; do
    more=$(same_host "$link")
    if [ -z "$more" ] || ! ask "$more"; then break; fi
    more=$(rows)
    if [ -n "$all" ] && [ -n "$more" ]; then all="$all,"$'\n'; fi
    all=$all$more
    link=$(next_link)
    page=$((page + 1))
  done
  status=200
  asked_at=$first_asked
  answer="{"$'\n''  "value": ['$'\n'"$all"$'\n''  ]'
  if [ -n "$link" ]; then
    answer="$answer, \"nextLink\": $(json_text "$link")"
    refusals=$((refusals + 1))
    printf 'cut off   %s\n' "$1"
  fi
  answer="$answer}"
}

# Writes the envelope of the last answer: KIND NAME URL. No two answers of a run share a file.
keep() {
  local name=$2 number=2
  while case $used in *"|$(lower "$name")|"*) true ;; *) false ;; esac; do
    name=$2-$number
    number=$((number + 1))
  done
  used="$used$(lower "$name")|"
  if printf '{"stampcheck": 1, "kind": "%s", "request": %s, "status": %s, "collected_at": "%s", "body": %s}\n' \
    "$1" "$(json_text "$3")" "$status" "$asked_at" "$answer" >"$folder/$name.part" &&
    mv -f "$folder/$name.part" "$folder/$name.json"; then
    tell "$1" "$name.json"
  else
    unwritten=$((unwritten + 1))
    printf 'not written: %s/%s.json\n' "$folder" "$name" >&2
  fi
}

tell() {
  local word=collected
  case $status in
    200) ;;
    404) word="absent (404)" ;;
    0)
      word="no answer"
      refusals=$((refusals + 1))
      ;;
    *)
      word="refused ($status)"
      refusals=$((refusals + 1))
      ;;
  esac
  printf '%-14s %-20s %s\n' "$word" "$1" "$2"
}

collect() {
  ask "$3"
  keep "$1" "$2" "$3"
}

collect_list() {
  ask_list "$3"
  keep "$1" "$2" "$3"
}

finish() {
  printf '\nThe evidence is in %s. Nothing was changed.\n' "$output_folder"
  printf 'Hand that folder over, or run: stampcheck scan --from-files %q\n' "$output_folder"
  [ "$unwritten" -eq 0 ] || exit 5
  [ "$refusals" -eq 0 ] || exit 3
  exit 0
}

arm=$(az cloud show --query endpoints.resourceManager --output tsv 2>/dev/null </dev/null | tr -d '\r')
arm=${arm%/}
if [ -z "$arm" ]; then
  echo "az does not say which cloud it is signed in to; run az login first." >&2
  exit 2
fi

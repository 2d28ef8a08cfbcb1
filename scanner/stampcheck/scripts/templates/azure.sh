# --- Azure ---

case $(lower "$arm") in
  https://adminmanagement.* | https://management.*.azurestack.*)
    echo "az is set to a stamp ($arm); set it to the cloud of the registration: az cloud set" >&2
    exit 2
    ;;
esac

if [ -z "$subscriptions" ]; then
  subscriptions=$(az account show --query id --output tsv 2>/dev/null </dev/null | tr -d '\r')
fi
if [ -z "$subscriptions" ]; then
  echo "az has no current subscription; run az login first, or name one with -s." >&2
  exit 2
fi

while IFS= read -r subscription_id; do
  if [ -n "$subscription_id" ] && ! [[ $subscription_id =~ ^[0-9A-Fa-f-]{36}$ ]]; then
    echo "not the id of a subscription: $subscription_id" >&2
    exit 2
  fi
done <<<"$subscriptions"

folder=$output_folder
mkdir -p "$folder" || exit 5
since=$(date -u -d '-89 days' +%Y-%m-%d 2>/dev/null || date -u -v-89d +%Y-%m-%d)

# The ids in the listing just read, as they are written in JSON.
ids() {
  printf '%s\n' "$answer" | sed -n 's/^      "id": "\(.*\)",\{0,1\}$/\1/p'
}

# FILE-PART ID: the registration itself, and who holds a role there.
collect_registration() {
  local registration_id group resource_group registration_name
  registration_id=$(url_path "$2")
  registration_name=${2##*/}
  group=${2#*/resource[Gg]roups/}
  resource_group=${group%%/*}
  local name
  name=$1-$(file_part "$resource_group")-$(file_part "$registration_name")
  resource_group=$(url_path "$resource_group")
  registration_name=$(url_path "$registration_name")
  collect registration "$name-registration" "$arm@@registration@@"
  collect_list role-assignments "$name-role-assignments" "$arm@@role-assignments@@"
}

collect_subscription() {
  local prefix found id
  prefix=azure-$(file_part "$subscription_id")
  collect provider "$prefix-provider" "$arm@@provider@@"
  collect subscription "$prefix-subscription" "$arm@@subscription@@"
  collect_list registration "$prefix-registrations" "$arm@@registrations@@"
  found=$(ids)
  while IFS= read -r id; do
    case $id in
      "") ;;
      *'\u'*) printf 'not asked for, since its name cannot be read: %s\n' "$id" >&2 ;;
      *) collect_registration "$prefix" "$(printf '%s' "$id" | sed 's|\\\(["\\/]\)|\1|g')" ;;
    esac
  done <<<"$found"
  collect_list locks "$prefix-locks" "$arm@@locks@@"
  collect_list role-definitions "$prefix-role-definitions" "$arm@@role-definitions@@"
  collect_list activity-log "$prefix-activity-log" "$arm@@activity-log@@"
}

while IFS= read -r subscription_id; do
  if [ -n "$subscription_id" ]; then collect_subscription; fi
done <<<"$subscriptions"

finish

# --- The stamp ---

wanted=$arm
if [ -n "$wanted_region$wanted_fqdn" ]; then
  wanted=https://adminmanagement.$wanted_region.$wanted_fqdn
fi
case $(lower "$arm") in
  "$(lower "$wanted")") ;;
  *)
    echo "az is set to $arm, not to $wanted; choose the stamp's cloud with az cloud set." >&2
    exit 2
    ;;
esac
case $(lower "$arm") in
  https://adminmanagement.*.*) ;;
  *)
    echo "az is set to $arm, which is not a stamp's admin endpoint; see az cloud set." >&2
    exit 2
    ;;
esac

stamp=$(lower "${arm#https://adminmanagement.}")
stamp=${stamp#https://adminmanagement.}
region=${stamp%%.*}
folder=$output_folder/$(file_part "$stamp")
mkdir -p "$folder" || exit 5

# Names and ids of the listing just read; an only subscription counts whatever its name.
provider_subscription() {
  printf '%s\n' "$answer" | awk '
    function text(line) { sub(/^[^:]*: "/, "", line); sub(/",?$/, "", line); return line }
    /^    \{/ { id = ""; name = "" }
    /^      "subscriptionId": "/ { id = text($0) }
    /^      "displayName": "/ { name = tolower(text($0)) }
    /^    \}/ { only = id; count++; if (name == "default provider subscription") found = id }
    END { if (found == "" && count == 1) found = only; print found }'
}

ask "$arm@@endpoints@@" --skip-authorization-header
keep endpoints stamp-endpoints "$arm@@endpoints@@"
collect_list stamp-subscriptions stamp-subscriptions "$arm@@stamp-subscriptions@@"
if [ -z "$provider_subscription_id" ]; then
  provider_subscription_id=$(provider_subscription)
fi
if [ -n "$provider_subscription_id" ]; then
  provider_subscription_id=$(url_path "$provider_subscription_id")
  collect activation stamp-activation "$arm@@activation@@"
  collect_list fabric-locations stamp-fabric-locations "$arm@@fabric-locations@@"
  collect_list scale-units stamp-scale-units "$arm@@scale-units@@"
  collect_list scale-unit-nodes stamp-scale-unit-nodes "$arm@@scale-unit-nodes@@"
  collect_list alerts stamp-alerts "$arm@@alerts@@"
else
  refusals=$((refusals + 1))
  echo "The Default Provider Subscription was not seen, so nothing below it was asked; name it with -p." >&2
fi
printf 'The stamp information comes from the privileged endpoint, which only PowerShell can ask.\n'

finish

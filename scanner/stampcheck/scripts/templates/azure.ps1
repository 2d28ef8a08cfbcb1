# --- Azure ---

function Find-Context([string] $Wanted) {
    $all = @(Get-ContextList | Where-Object { (Get-Arm $_) -notmatch '^https://adminmanagement\.' })
    $same = @($all | Where-Object { $null -ne $_.Subscription -and $_.Subscription.Id -eq $Wanted })
    if ($Wanted -ne '' -and $same.Count -gt 0) { return $same[0] }
    if ($all.Count -gt 0) { return $all[0] }
    throw "This PowerShell is not signed in to Azure; run $($script:SignIn) first."
}

# The registration itself, and who holds a role there.
function Save-Registration([string] $Prefix, [string] $SubscriptionId, [string] $Id) {
    $RegistrationId = Get-UrlPath $Id
    $parts = $Id.Trim('/').Split('/')
    if ($parts.Count -lt 8) {
        Write-Host "not asked for, since this is no id of a registration: $Id"
        return
    }
    $ResourceGroup = Get-UrlPath $parts[3]
    $RegistrationName = Get-UrlPath $parts[7]
    $name = $Prefix + '-' + (Get-FilePart $parts[3]) + '-' + (Get-FilePart $parts[7])
    Save-One 'registration' "$name-registration" "$($script:Arm)@@registration@@"
    Save-Listing 'role-assignments' "$name-role-assignments" "$($script:Arm)@@role-assignments@@"
}

function Save-Subscription([string] $SubscriptionId) {
    $Since = [DateTime]::UtcNow.AddDays(-89).ToString('yyyy-MM-dd', [Globalization.CultureInfo]::InvariantCulture)
    $prefix = 'azure-' + (Get-FilePart $SubscriptionId)
    Save-One 'provider' "$prefix-provider" "$($script:Arm)@@provider@@"
    Save-One 'subscription' "$prefix-subscription" "$($script:Arm)@@subscription@@"
    $url = "$($script:Arm)@@registrations@@"
    $listing = Get-Listing $url
    Save-Answer 'registration' "$prefix-registrations" $url $listing
    foreach ($entry in @(Get-Entry $listing)) { Save-Registration $prefix $SubscriptionId ([string]$entry.id) }
    Save-Listing 'locks' "$prefix-locks" "$($script:Arm)@@locks@@"
    Save-Listing 'role-definitions' "$prefix-role-definitions" "$($script:Arm)@@role-definitions@@"
    Save-Listing 'activity-log' "$prefix-activity-log" "$($script:Arm)@@activity-log@@"
}

if ($SubscriptionId.Count -eq 0) { $SubscriptionId = @([string](Find-Context '').Subscription.Id) }
foreach ($id in $SubscriptionId) {
    if ($id -notmatch '^[0-9A-Fa-f-]{36}$') { throw "Not the id of a subscription: '$id'" }
}
$script:Folder = Get-Folder $OutputFolder
foreach ($id in $SubscriptionId) {
    $script:Context = Find-Context $id
    $script:Arm = Get-Arm $script:Context
    Save-Subscription $id
}
Write-End $OutputFolder

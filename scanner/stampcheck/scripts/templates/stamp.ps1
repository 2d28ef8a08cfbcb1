# --- The stamp ---

function Find-Context([string] $Wanted) {
    $all = @(Get-ContextList | Where-Object { (Get-Arm $_) -match '^https://adminmanagement\..+\.' })
    $same = @($all | Where-Object { $Wanted -eq '' -or (Get-Arm $_) -eq $Wanted })
    if ($same.Count -gt 0) { return $same[0] }
    throw "This PowerShell is not signed in to the admin endpoint $Wanted of a stamp; run $($script:SignIn) -Environment for it first."
}

# An only subscription counts whatever its name.
function Get-ProviderSubscription([hashtable] $Answer) {
    $all = @(Get-Entry $Answer)
    $named = @($all | Where-Object { $_.displayName -eq 'Default Provider Subscription' })
    if ($named.Count -eq 0 -and $all.Count -eq 1) { $named = $all }
    if ($named.Count -eq 0) { return '' }
    return [string]$named[0].subscriptionId
}

function Save-Provider([string] $ProviderSubscriptionId, [string] $Region) {
    Save-One 'activation' 'stamp-activation' "$($script:Arm)@@activation@@"
    Save-Listing 'fabric-locations' 'stamp-fabric-locations' "$($script:Arm)@@fabric-locations@@"
    Save-Listing 'scale-units' 'stamp-scale-units' "$($script:Arm)@@scale-units@@"
    Save-Listing 'scale-unit-nodes' 'stamp-scale-unit-nodes' "$($script:Arm)@@scale-unit-nodes@@"
    Save-Listing 'alerts' 'stamp-alerts' "$($script:Arm)@@alerts@@"
}

$wanted = ''
if ($Region -ne '' -or $Fqdn -ne '') { $wanted = "https://adminmanagement.$Region.$Fqdn" }
$script:Context = Find-Context $wanted
$script:Arm = Get-Arm $script:Context
$stamp = [regex]::Replace($script:Arm.ToLowerInvariant(), '^https://adminmanagement\.', '')
$script:Folder = Get-Folder ([IO.Path]::Combine($OutputFolder, (Get-FilePart $stamp)))

Save-One 'endpoints' 'stamp-endpoints' "$($script:Arm)@@endpoints@@"
$url = "$($script:Arm)@@stamp-subscriptions@@"
$subscriptions = Get-Listing $url
Save-Answer 'stamp-subscriptions' 'stamp-subscriptions' $url $subscriptions
if ($ProviderSubscriptionId -eq '') { $ProviderSubscriptionId = Get-ProviderSubscription $subscriptions }
if ($ProviderSubscriptionId -ne '') {
    $label = $stamp.Split('.')[0]
    Save-Provider (Get-UrlPath $ProviderSubscriptionId) (Get-UrlPath $label)
} else {
    $script:Refusals += 1
    Write-Host 'The Default Provider Subscription was not seen, so nothing below it was asked; name it with -ProviderSubscriptionId.'
}
if ($PrivilegedEndpoint -ne '') {
    Save-Answer 'stamp-information' 'stamp-information' 'Get-AzureStackStampInformation' (Get-StampInformation $PrivilegedEndpoint)
} else {
    Write-Host 'The stamp information was not asked for; name -PrivilegedEndpoint for it.'
}
Write-End $OutputFolder

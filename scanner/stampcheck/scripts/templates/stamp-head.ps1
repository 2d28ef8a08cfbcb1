#Requires -Version 5.1
<#
.SYNOPSIS
Collects what one Azure Stack Hub stamp knows of its registration, as evidence for stampcheck.

.DESCRIPTION
It only reads: every request is a GET to the stamp's admin endpoint, with the sign-in that this
PowerShell holds already. It needs Reader on the stamp's Default Provider Subscription, and
CloudAdmin if the privileged endpoint is asked too. It writes one file an answer; a refusal is
written too, since it is evidence. No token or password is written or shown. The answer about the
nodes holds serial numbers.

.PARAMETER Region
Region of the stamp, with Fqdn. Default: the stamp of the current context.

.PARAMETER Fqdn
External domain name of the stamp, without the region.

.PARAMETER ProviderSubscriptionId
The Default Provider Subscription, if it was renamed.

.PARAMETER PrivilegedEndpoint
IP address of a privileged endpoint; its stamp information is then read, and you are asked for the
credentials of the CloudAdmin.

.PARAMETER OutputFolder
Where the folder of the stamp goes.
#>
[CmdletBinding()]
param(
    [string] $Region = '',
    [string] $Fqdn = '',
    [string] $ProviderSubscriptionId = '',
    [string] $PrivilegedEndpoint = '',
    [string] $OutputFolder = 'stampcheck-evidence'
)
